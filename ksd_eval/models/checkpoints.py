"""Where a checkpoint rests and what it is made of, read from its files without loading a tensor."""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ksd_eval.records import fingerprint

INDEX: Final = "model_index.json"
"""The file that makes a folder a checkpoint: it names the pipeline's class and its components."""

PACKAGE: Final = "package:"
"""What a repo begins with that means weights inside this package."""


def locate(repo: str, revision: str | None) -> Path:
    """Return the folder of a checkpoint, fetched from the hub if `repo` is an id there.

    Args:
        repo: A folder, `package:NAME`, or a hub id such as `owner/name`.
        revision: The commit, tag or branch of a hub id; None for the other two.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If a hub id comes without its revision, or a folder with one.
    """
    folder = _packaged(repo) if repo.startswith(PACKAGE) else Path(repo).expanduser()
    if folder.is_dir():
        if revision is not None:
            raise ValueError(
                f"repo {repo!r} is a folder, which has no revision {revision!r}; "
                "leave revision out, or give an id on the hub"
            )
        if not (folder / INDEX).is_file():
            raise FileNotFoundError(
                f"folder {repo!r} holds no {INDEX}, so it is no checkpoint of diffusers; "
                "name the folder that a pipeline's save_pretrained wrote"
            )
        return folder
    return _fetched(repo, revision)


def _packaged(repo: str) -> Path:
    weights = Path(str(files("ksd_eval.miniature"))) / "weights"
    name = repo.removeprefix(PACKAGE)
    present = sorted(path.parent.name for path in weights.glob(f"*/{INDEX}"))
    if name not in present:
        raise FileNotFoundError(
            f"repo {repo!r} names no weights in the package; it has: {', '.join(present) or 'none'}"
        )
    return weights / name


def _fetched(repo: str, revision: str | None) -> Path:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo):
        raise FileNotFoundError(
            f"repo {repo!r} is no folder; "
            f"give a folder that exists, {PACKAGE}NAME, or owner/name on the hub"
        )
    if revision is None:
        raise ValueError(
            f"repo {repo!r} is no folder, and to be an id on the hub it needs a revision; "
            "give the commit, so that tomorrow's run draws with the same weights"
        )
    from diffusers import DiffusionPipeline  # only it knows which files a pipeline needs

    try:
        return Path(DiffusionPipeline.download(repo, revision=revision))
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise FileNotFoundError(
            f"repo {repo!r} at revision {revision!r} is no folder here "
            f"and could not be fetched: {reason}"
        ) from error


def anatomy(folder: Path) -> dict[str, Any]:
    """Return what a checkpoint is: its pipeline's class and options, and a hash of every component.

    Raises:
        FileNotFoundError: If the index names a component that is not there.
        ValueError: If the index is no JSON object.
    """
    index = _json(folder / INDEX)
    named = {name: value for name, value in index.items() if not name.startswith("_")}
    parts = {name for name, value in named.items() if isinstance(value, list)}
    present = sorted(name for name in parts if named[name][0] is not None)
    return {
        "pipeline": index.get("_class_name"),
        "options": {name: value for name, value in named.items() if name not in parts},
        "components": {name: _hash(folder / name) for name in present},
    }


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} could not be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(  # noqa: TRY004  the file is at fault, not the caller
            f"{path} holds no JSON object; the checkpoint is damaged, fetch it anew"
        )
    return content


def _hash(folder: Path) -> str:
    """Return a hash of every file in a component's folder, but for hidden ones."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    if not paths:
        raise FileNotFoundError(
            f"{folder.parent} names a component {folder.name!r} but has no files for it; "
            "fetch it anew"
        )
    digests = {}
    for path in paths:
        state = path.stat()
        name = path.relative_to(folder).as_posix()
        digests[name] = _digest(path, state.st_size, state.st_mtime_ns)
    return fingerprint(digests)


@cache
def _digest(path: Path, size: int, changed: int) -> str:
    """Return the SHA-256 of a file; `size` and `changed` are there for the cache to notice."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def schedule(folder: Path, scheduler: str | None) -> dict[str, Any]:
    """Return the scheduler's class and configuration: the checkpoint's own, or another class of it.

    Raises:
        ValueError: If diffusers has no scheduler of that name.
    """
    path = folder / "scheduler" / "scheduler_config.json"
    config = dict(_json(path)) if path.is_file() else {}
    own = config.pop("_class_name", None)
    config.pop("_diffusers_version", None)
    if scheduler is not None and scheduler not in schedulers():
        raise ValueError(
            f"scheduler {scheduler!r} is none of diffusers'; it has: {', '.join(schedulers())}"
        )
    return {"class": scheduler or own, "config": config}


@cache
def schedulers() -> tuple[str, ...]:
    """Return the names of diffusers' schedulers, read from its table without importing it.

    >>> "EulerAncestralDiscreteScheduler" in schedulers()
    True
    """
    library = find_spec("diffusers")
    if library is None or library.origin is None:
        raise ModuleNotFoundError("diffusers is not installed: pip install diffusers")
    table = Path(library.origin).read_text(encoding="utf-8")
    return tuple(sorted(set(re.findall(r'"(\w+Scheduler)"', table))))
