"""Repositories of the Hugging Face hub: which files a model needs, and where they rest.

What is in the cache already is taken from there and the network is not asked: a branch means the
commit that it had when it was fetched, so that a run given again is the same run.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from ksd_eval.needs import Need, one_line

RENAMED: Final = {
    "runwayml/stable-diffusion-v1-5": "stable-diffusion-v1-5/stable-diffusion-v1-5",
}
"""Repositories that are gone, and where the same weights are now."""

REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+")
"""What a repository is called by: owner and name."""

SAFE: Final = re.compile(r"(diffusion_pytorch_)?model(-\d+-of-\d+)?\.safetensors(\.index\.json)?")
PICKLED: Final = re.compile(r"(diffusion_)?pytorch_model(-\d+-of-\d+)?\.bin(\.index\.json)?")
"""Names of weights that are opened, without variants such as fp16 and non_ema."""

NEVER: Final = ("*.ckpt", "*fp16*", "*non_ema*", "*pruned*", "*.msgpack", "*.onnx*")
"""Files of a pipeline's repository that are never read, and often most of its bytes."""
TEXTS: Final = {".json", ".txt", ".model", ".spm"}
"""Endings of the small files beside them: configurations, vocabularies, SentencePiece models."""

LOGGER = logging.getLogger(__name__)


def opened(names: Iterable[str]) -> list[str]:
    """Return those files of one folder that loading opens: safetensors where there are any.

    >>> opened(["config.json", "model.safetensors", "pytorch_model.bin", "model.fp16.safetensors"])
    ['config.json', 'model.safetensors']
    >>> opened(["config.json", "pytorch_model.bin", "flax_model.msgpack", "README.md"])
    ['config.json', 'pytorch_model.bin']
    """
    names = sorted(names)
    weights = [name for name in names if SAFE.fullmatch(PurePosixPath(name).name)]
    weights = weights or [name for name in names if PICKLED.fullmatch(PurePosixPath(name).name)]
    return [name for name in names if name in weights or _is_text(name)]


def _is_text(name: str) -> bool:
    path = PurePosixPath(name)
    is_index = SAFE.fullmatch(path.name) or PICKLED.fullmatch(path.name)
    return path.suffix in TEXTS and not is_index


def present(folder: Path) -> list[Path]:
    """Return the files of a folder that loading opens; a link of the cache to nothing is none."""
    names = [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return [folder / name for name in opened(names) if not name.startswith(".")]


def weights(folder: Path) -> list[Path]:
    """Return the files of a folder that hold tensors."""
    return [path for path in present(folder) if path.suffix in (".safetensors", ".bin")]


def lacking(folder: Path) -> list[str]:
    """Return the pieces of weights that an index names and that are not there."""
    named: set[str] = set()
    for path in present(folder):
        if path.name.endswith(".index.json"):
            named |= set(json.loads(path.read_text(encoding="utf-8"))["weight_map"].values())
    return sorted(name for name in named if not (folder / name).is_file())


def commit(folder: Path) -> str | None:
    """Return the commit of a folder that lies in the hub's cache; None of any other.

    >>> commit(Path("hub/models--owner--name/snapshots/abc"))
    'abc'
    """
    inside = folder.parent.name == "snapshots"
    return folder.name if inside and folder.parents[1].name.startswith("models--") else None


def remarks(repo: str, revision: str | None, folder: Path) -> list[str]:
    """Return which commit a branch or tag of the hub is, if it is one."""
    found = commit(folder)
    if found is None or found == revision:
        return []
    name = current(repo)
    return [f"{name} at {revision!r} is the commit {found}; give that to have it again elsewhere"]


def pickled(folder: Path) -> list[str]:
    """Return a sentence if a folder's weights are pickles."""
    return [
        f"{path} is a pickle and no safetensors: tensors alone are read from it (weights_only), "
        "and no code of it is run"
        for path in weights(folder)
        if path.suffix == ".bin"
    ]


@cache
def current(repo: str) -> str:
    """Return the repository under its present name, and say so once if it is another."""
    if repo not in RENAMED:
        return repo
    LOGGER.warning("%s is gone; the same weights are taken from %s", repo, RENAMED[repo])
    return RENAMED[repo]


def snapshot(
    repo: str,
    revision: str | None,
    marker: str,
    needed: Callable[[Path, Sequence[str]], Sequence[str]],
    whole: Callable[[Path], object],
) -> Path:
    """Return the folder of a repository's commit, from the cache or else from the hub.

    Args:
        repo: `owner/name`.
        revision: Commit, tag or branch.
        marker: The file that tells what is needed: `model_index.json`.
        needed: Given the marker's place and the names of all files, those to fetch.
        whole: Raises `FileNotFoundError` if a folder lacks something.

    Raises:
        FileNotFoundError: It cannot be had; one sentence says why, and what to do.
        ValueError: There is no revision.
    """
    if revision is None:
        raise ValueError(
            f"repo {repo!r} is no folder, and to be an id on the hub it needs a revision; "
            "give the commit, so that tomorrow's run draws with the same weights"
        )
    found = cached(repo, revision, marker)
    try:
        if found is not None:
            whole(found)
            return found
    except FileNotFoundError as error:
        incomplete: Exception | None = error
    else:
        incomplete = None
    folder = _fetched(repo, revision, marker, needed, incomplete)
    whole(folder)
    return folder


def need(
    repo: str,
    revision: str | None,
    marker: str,
    whole: Callable[[Path], object],
) -> Need:
    """Return whether a repository's commit is in the cache and whole; the network is not asked.

    Arguments are those of `snapshot`.
    """
    from huggingface_hub import constants

    name, cure = current(repo), f"`{download(current(repo), revision, marker)}`"
    if revision is None:
        return Need(name, "it has no revision", "give its commit, tag or branch", stops=True)
    found = cached(repo, revision, marker)
    if found is None:
        offline = constants.HF_HUB_OFFLINE
        why = "it is not in the hub's cache" + (", and HF_HUB_OFFLINE is set" if offline else "")
        return Need(name, why, cure, fetched=not offline, stops=True)
    try:
        whole(found)
    except FileNotFoundError as error:  # a download that was broken off: it goes on
        online = not constants.HF_HUB_OFFLINE
        return Need(name, one_line(error), cure, fetched=online, stops=True)
    except ValueError as error:
        return Need(name, one_line(error), stops=True)
    return Need(name, stops=True, size=size(found))


def download(repo: str, revision: str | None, marker: str) -> str:
    """Return the command that fetches a repository; of a pipeline without what is never read.

    >>> download("owner/lora", "main", "weights.safetensors")
    'hf download owner/lora --revision main'
    """
    command = f"hf download {repo} --revision {revision}"
    if marker != "model_index.json":
        return command
    return " ".join([command, *(f"--exclude '{pattern}'" for pattern in NEVER)])


def size(folder: Path) -> int:
    """Return the bytes of a folder's weights, and of those in its own folders."""
    folders = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    return sum(path.stat().st_size for place in folders for path in weights(place))


def cached(repo: str, revision: str | None, marker: str) -> Path | None:
    """Return the folder of a repository's commit if the cache has its marker; None if not."""
    from huggingface_hub import constants, try_to_load_from_cache

    there = constants.HF_HUB_CACHE
    place = try_to_load_from_cache(current(repo), marker, cache_dir=there, revision=revision)
    # A marker may lie in a folder of the repository.
    return Path(place).parents[len(Path(marker).parts) - 1] if isinstance(place, str) else None


def _fetched(
    repo: str,
    revision: str,
    marker: str,
    needed: Callable[[Path, Sequence[str]], Sequence[str]],
    incomplete: Exception | None,
) -> Path:
    from huggingface_hub import HfApi, constants, hf_hub_download, snapshot_download

    there = constants.HF_HUB_CACHE
    try:
        siblings = HfApi().model_info(repo, revision=revision).siblings or []
        index = Path(hf_hub_download(repo, marker, revision=revision, cache_dir=there))
        # Code that is refused is refused before gigabytes are fetched.
        wanted = [marker, *needed(index, [file.rfilename for file in siblings])]
        return Path(
            snapshot_download(repo, revision=revision, allow_patterns=wanted, cache_dir=there)
        )
    except ValueError:
        raise
    except Exception as error:  # what the client's network raises has no other base in common
        raise FileNotFoundError(
            f"repo {repo!r} at revision {revision!r} "
            f"{_reason(repo, download(repo, revision, marker), error, incomplete)}"
        ) from error


def _reason(repo: str, command: str, error: Exception, incomplete: Exception | None) -> str:
    """Return why a repository cannot be had, and the cure."""
    from huggingface_hub import constants, errors

    page = f"https://huggingface.co/{repo}"
    if isinstance(error, errors.GatedRepoError):
        return f"is for those who asked: accept its terms on {page}, then run `hf auth login`"
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            "is not on the hub, or is private: see to the spelling, or run `hf auth login` "
            "with an account that may read it"
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return f"is not there: give a commit, tag or branch of {page}/commits"
    if isinstance(error, errors.EntryNotFoundError) and not isinstance(error, OSError):
        return f"holds no such checkpoint: {_first_line(error)}"
    if isinstance(error, OSError) and error.errno == 28:  # ENOSPC
        return f"does not fit the disk of {constants.HF_HUB_CACHE}: make room, or set HF_HOME"
    kept = f"is not whole in the cache ({incomplete})" if incomplete else "is not in the cache"
    return (
        f"{kept}, and could not be fetched: {_first_line(error)}; connect to the network, or run "
        f"`{command}` where there is one, and set HF_HOME to the "
        "cache, or repo to the folder"
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
