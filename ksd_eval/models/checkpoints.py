"""Where a checkpoint rests and what it is made of, read from its files without loading a tensor."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ksd_eval.models import hub
from ksd_eval.needs import Need, one_line
from ksd_eval.records import fingerprint

INDEX: Final = "model_index.json"
"""The file that makes a folder a checkpoint: it names the pipeline's class and its components."""

PACKAGE: Final = "package:"
"""What a repo begins with that means weights inside this package."""


WEIGHTLESS: Final = "Tokenizer|Scheduler|FeatureExtractor|Processor"
"""What is in the name of a class that has no weights."""


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


def need(repo: str, revision: str | None) -> Need:
    """Return whether a checkpoint is there and whole, without asking the network."""
    of_hub = hub.REPOSITORY.fullmatch(repo) and not Path(repo).expanduser().is_dir()
    if of_hub:
        return hub.need(repo, revision, INDEX, whole)
    try:
        folder = locate(repo, revision)
        whole(folder)
    except (OSError, ValueError) as error:
        return Need(repo, one_line(error), stops=True)
    return Need(repo, stops=True, size=hub.size(folder))


def side(folder: Path) -> int | None:
    """Return the pixels along a side of what a checkpoint was trained for; None if it tells not."""
    denoiser, autoencoder = (folder / name / "config.json" for name in ("unet", "vae"))
    if not denoiser.is_file() or not autoencoder.is_file():
        return None
    latents = read_json(denoiser).get("sample_size")
    blocks = read_json(autoencoder).get("block_out_channels") or ()
    return latents * 2 ** (len(blocks) - 1) if isinstance(latents, int) and blocks else None


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
    if not hub.REPOSITORY.fullmatch(repo):
        raise FileNotFoundError(
            f"repo {repo!r} is no folder; "
            f"give a folder that exists, {PACKAGE}NAME, or owner/name on the hub"
        )
    return hub.snapshot(hub.current(repo), revision, INDEX, needed, whole)


def needed(place: Path, names: Sequence[str]) -> list[str]:
    """Return the files of a repository that its pipeline is loaded from.

    Args:
        place: Its `model_index.json`, on this disk.
        names: All its files.
    """
    found = []
    for component in components(read_json(place)):
        found += hub.opened(name for name in names if name.rpartition("/")[0] == component)
    return found


def whole(folder: Path) -> None:
    """Refuse a checkpoint that lacks something.

    Raises:
        FileNotFoundError: The first thing that it lacks is named.
    """
    for component, (_, class_name) in components(index(folder)).items():
        place = folder / component
        if not hub.present(place):
            raise FileNotFoundError(
                f"{folder} names a component {component!r} but has no files for it; fetch it anew"
            )
        missing = hub.lacking(place)
        if not missing and not re.search(WEIGHTLESS, class_name) and not hub.weights(place):
            missing = ["its weights"]
        if missing:
            raise FileNotFoundError(f"{place} lacks {missing[0]}; fetch it anew")


class CustomCodeError(ValueError):
    """A checkpoint that wants code of its own to be run."""


def require_readable(tokenizer: Path) -> None:
    """Refuse a tokenizer that rests as a SentencePiece model where nothing can read one.

    Raises:
        ModuleNotFoundError: The library that is not installed is named.
    """
    pieces = [*tokenizer.glob("*.model"), *tokenizer.glob("*.spm")]
    if (tokenizer / "tokenizer.json").is_file() or not pieces:
        return
    for library, module in (("sentencepiece", "sentencepiece"), ("protobuf", "google.protobuf")):
        try:
            found = find_spec(module) is not None
        except ModuleNotFoundError:  # of the package above it
            found = False
        if not found:
            raise ModuleNotFoundError(
                f"the tokenizer {tokenizer} is a SentencePiece model, and {library} is not "
                "installed: pip install 'ksd-eval[systems]'"
            )


def components(found: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the library and the class of every component that an index names and that is there.

    Raises:
        CustomCodeError: The pipeline or a component is of no library, but of the checkpoint's code.
    """
    pipeline = found.get("_class_name")
    if pipeline not in _names("Pipeline"):
        raise _custom("the pipeline", pipeline)
    named = {
        name: (value[0], value[1])
        for name, value in sorted(found.items())
        if isinstance(value, list) and name[0] != "_" and value[0] is not None
    }
    for name, (library, class_name) in named.items():
        if library not in ("diffusers", "transformers") and library not in _pipeline_modules():
            raise _custom(f"the component {name!r}", f"{library}.{class_name}")
    return named


def _custom(what: str, name: object) -> CustomCodeError:
    return CustomCodeError(
        f"{what} is {name!r}, which is no class of the installed diffusers and transformers; code "
        "that a repository brings along is never run, so choose another repository, or a newer "
        "diffusers if the class is theirs"
    )


@cache
def _pipeline_modules() -> frozenset[str]:
    """Return the names of diffusers' pipeline modules, in which some components are defined."""
    folder = Path(_table().parent) / "pipelines"
    return frozenset(path.parent.name for path in folder.glob("**/__init__.py"))


def anatomy(folder: Path, replaced: Collection[str] = ()) -> dict[str, Any]:
    """Return what a checkpoint is: its pipeline's class and options, and a hash of every component.

    Args:
        folder: A checkpoint.
        replaced: Components in whose place others are loaded.

    Raises:
        FileNotFoundError: If the index names a component that is not there.
        ValueError: If the index is no JSON object.
    """
    found = index(folder)
    whole(folder)
    commit = hub.commit(folder)
    return {
        "pipeline": found.get("_class_name"),
        "options": {
            name: value
            for name, value in found.items()
            if name[0] != "_" and not isinstance(value, list)
        },
        "components": {
            name: hashed(folder / name) for name in components(found) if name not in replaced
        },
        **({"commit": commit} if commit else {}),
    }


def index(folder: Path) -> Mapping[str, Any]:
    """Return the index of a checkpoint."""
    return read_json(folder / INDEX)


def read_json(path: Path) -> Mapping[str, Any]:
    """Return the object that a JSON file holds.

    Raises:
        ValueError: It holds none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} could not be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(  # noqa: TRY004  the file is at fault, not the caller
            f"{path} holds no JSON object; the checkpoint is damaged, fetch it anew"
        )
    return content


def hashed(folder: Path) -> str:
    """Return a hash of every file of a component that loading opens."""
    return fingerprint({path.name: digest(path) for path in hub.present(folder)})


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, read once however often it is asked for."""
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns)


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
    config = dict(read_json(path)) if path.is_file() else {}
    own = config.pop("_class_name", None)
    config.pop("_diffusers_version", None)
    if scheduler is not None and scheduler not in schedulers():
        raise ValueError(
            f"scheduler {scheduler!r} is none of diffusers'; it has: {', '.join(schedulers())}"
        )
    return {"class": scheduler or own, "config": config}


def schedulers() -> tuple[str, ...]:
    """Return the names of diffusers' schedulers, read from its table without importing it.

    >>> "EulerAncestralDiscreteScheduler" in schedulers()
    True
    """
    return _names("Scheduler")


@cache
def _names(ending: str) -> tuple[str, ...]:
    text = _table().read_text(encoding="utf-8")
    return tuple(sorted(set(re.findall(rf'"(\w+{ending})"', text))))


def _table() -> Path:
    library = find_spec("diffusers")
    if library is None or library.origin is None:
        raise ModuleNotFoundError("diffusers is not installed: pip install diffusers")
    return Path(library.origin)
