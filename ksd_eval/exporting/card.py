"""The card of an exported data set: what was painted by what, asked what, and judged by whom."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from huggingface_hub import DatasetCard, DatasetCardData

from ksd_eval.exporting.dataset import attributes_of
from ksd_eval.loading import Run

OWN: Final = "apache-2.0"
"""The licence of pictures that the package's own models painted."""

COLUMNS: Final[Mapping[str, str]] = {
    "picture": "the PNG file as it was judged, with its whole recipe within",
    "prompt": "the text as asked",
    "language": "of the text, `ko` or `en`",
    "arm": "the model and the language in which it was asked",
    "role": "what the arm is in a comparison: `korean`, `english`, `original`, …",
    "model": "the model’s name",
    "pair": "the prompt pair: the same meaning in both languages",
    "replicate": "which picture of the pair; what is painted began with one noise in every arm",
    "seed": "of that noise; of pictures from a folder it says nothing",
    "flagged": "whether the model’s own safety checker flagged it; empty where it has none",
    "attributes": "what is known of the prompt, and prompts are grouped by",
    "measurements": "what each judge said of the picture; `status` is not `ok` where it could not "
    "tell, and `reason` says why",
    "image_id": "fingerprint of the whole recipe",
    "sha256": "of the pixels",
}


def written(run: Run, licence: str = "") -> DatasetCard:
    """Return the card of a run's pictures.

    Args:
        run: The run.
        licence: Of the pictures, as the hub names it; empty: that of the package where its own
            models painted them all, else unknown.
    """
    known = licence or (OWN if is_own(run) else "unknown")
    data = DatasetCardData(
        language=["ko", "en"],
        license=known,
        pretty_name=f"Pictures of {run.name}",
        task_categories=["text-to-image"],
        size_categories=[_size(len(run.images))],
        tags=["ksd-eval", "synthetic", "text-to-image-evaluation"],
        configs=[{"config_name": "default", "data_files": "data/*.parquet"}],
    )
    text = "\n\n".join(_paragraphs(run, known))
    return DatasetCard(f"---\n{data}\n---\n\n{text}\n")


def is_own(run: Run) -> bool:
    """Whether every model that was asked in a run came with this package."""
    nodes = dict(_models(run.config.get("model")))
    asked = {
        str(arm).rpartition("/")[0] for arm in (run.manifest.get("arms") or {}).values()
    } or set(nodes)
    return bool(asked) and all(name in nodes and _comes_along(nodes[name]) for name in asked)


def _models(node: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and node of what paints, of a model and those that it is held against."""
    if isinstance(node, Mapping):
        yield str(node.get("name")), node.get("pipeline") or {}
        yield from _models(node.get("counterpart"))
        yield from _models(node.get("translated"))


def _comes_along(node: Mapping[str, Any]) -> bool:
    if str(node.get("_target_")).startswith("ksd_eval.models.planted."):
        return True
    repos = list(_repos(node))
    return (
        not _is_changed(node) and bool(repos) and all(repo.startswith("package:") for repo in repos)
    )


def _is_changed(node: object) -> bool:
    """Whether weights of somebody are put in place of, or on top of, a checkpoint's own."""
    return isinstance(node, Mapping) and (
        bool(node.get("changes")) or any(map(_is_changed, node.values()))
    )


def _repos(node: object) -> Iterator[str]:
    """Yield every repository that a node names, also of what it is made of."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "repo":
                yield str(value)
            yield from _repos(value)


def _paragraphs(run: Run, licence: str) -> Iterable[str]:
    about, code = run.manifest, run.manifest.get("code") or {}
    yield f"# Pictures of {run.name}"
    yield (
        f"{len(run.images)} pictures for {len(run.prompts)} pairs of Korean and English prompts, "
        f"with what judges measured of each. {_origin(run)} Apparent gender, age, skin tone and "
        "culture are what a judge saw."
    )
    yield f"Made by `{about.get('command') or 'an unknown command'}` of ksd_eval " + (
        f"{code.get('version', '')} (source {code.get('source', 'unknown')}), finished on "
        f"{about.get('finished', 'an unknown day')}."
    )
    yield "## What painted what"
    yield _arms(run)
    yield "## What looked at the pictures"
    yield _judges(run)
    yield "## Columns"
    kept = attributes_of(run)
    lines = [f"- `{name}`: {text}" for name, text in COLUMNS.items() if name != "attributes"]
    if kept:
        lines.append(f"- `attributes`: {COLUMNS['attributes']}: {', '.join(kept)}")
    yield "\n".join(lines)
    yield "## Licence"
    yield _licence(run, licence)


def _origin(run: Run) -> str:
    """Say where the pictures come from; what lies in a folder of somebody's may be anything."""
    given = sorted(
        name
        for name, node in _models(run.config.get("model"))
        if str(node.get("_target_")).startswith("ksd_eval.models.folder.")
    )
    if given:
        names = ", ".join(f"`{name}`" for name in given)
        return (
            f"Those of {names} were not painted by the package but taken from a folder: whether "
            "they are photographs, and of whom, only those who gave them can say."
        )
    return (
        "Models painted them, and pictures of one pair and replicate began with the same noise in "
        "every arm. Nothing here is a photograph, and no row is of a person."
    )


def _arms(run: Run) -> str:
    identities = run.identities.get("models", {})
    nodes = dict(_models(run.config.get("model")))
    lines = ["| arm | role | pictures | painted by |", "|---|---|---|---|"]
    for (arm, role, model), part in run.images.groupby(["arm", "role", "model"], sort=False):
        repo = {"repo": (nodes.get(str(model)) or {}).get("repo")}
        told = _told({**repo, **identities.get(str(model), {})})
        lines.append(f"| `{arm}` | {role} | {len(part)} | {told} |")
    return "\n".join(lines)


def _told(identity: Mapping[str, Any]) -> str:
    """Say what is known of a model, in a cell of a table."""
    scheduler = identity.get("scheduler")
    known = {
        **{name: identity.get(name) for name in ("repo", "commit", "pipeline", "model", "source")},
        "scheduler": scheduler.get("class") if isinstance(scheduler, Mapping) else scheduler,
        **{name: identity.get(name) for name in ("steps", "guidance", "dtype", "device")},
    }
    # Some say of themselves what is a table again, such as a translator's.
    plain = {name: value for name, value in known.items() if isinstance(value, str | int | float)}
    return ", ".join(f"{name} `{value}`" for name, value in plain.items()) or "not recorded"


def _judges(run: Run) -> str:
    identities = run.identities.get("judges", {})
    named = run.measurements.groupby("judge")["name"].unique()
    return (
        "\n".join(
            f"- `{judge}` ({identities.get(str(judge), {}).get('judge', 'unknown')}): "
            f"{', '.join(sorted(map(str, names)))}"
            for judge, names in named.items()
        )
        or "No judge."
    )


def _licence(run: Run, licence: str) -> str:
    if licence == "unknown":
        return (
            "Not said. Pictures follow the terms of the models that painted them, which are named "
            "above; export again with `license=NAME` once you know."
        )
    owned = " The models that painted the pictures come with ksd_eval." if is_own(run) else ""
    return f"`{licence}`.{owned}"


def _size(count: int) -> str:
    """Return how many rows, as the hub counts them.

    >>> _size(999), _size(1000), _size(20_000)
    ('n<1K', '1K<n<10K', '10K<n<100K')
    """
    ends = (("n<1K", 1e3), ("1K<n<10K", 1e4), ("10K<n<100K", 1e5), ("100K<n<1M", 1e6))
    return next((name for name, end in ends if count < end), "n>1M")
