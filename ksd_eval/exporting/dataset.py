"""From a run's tables and pictures to rows of a data set, one a picture of an arm."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

import pandas as pd

from ksd_eval.loading import Run
from ksd_eval.records import Measurement, columns

if TYPE_CHECKING:
    import datasets

CURE: Final = "pip install 'ksd-eval[export]'"
MEASURED: Final = ("judge", *columns(Measurement))


class ExportError(ValueError):
    """A run that cannot be exported; the message is one clear sentence with the cure."""


def of_run(run: Run) -> "datasets.Dataset":
    """Return a run as a data set, all its pictures in memory.

    Raises:
        ExportError: `datasets` is not installed, or the run has no pictures.
        StoreError: A picture cannot be had, or is another one by now.
    """
    return of_rows(list(rows(run)), attributes_of(run))


def of_rows(found: Sequence[Mapping[str, Any]], attributes: Sequence[str]) -> "datasets.Dataset":
    """Return rows as a data set whose columns have fixed types.

    Raises:
        ExportError: `datasets` is not installed.
    """
    library = _library()
    return library.Dataset.from_list([*found], features=features(library, attributes))


def parquet(found: "datasets.Dataset", stream: IO[bytes]) -> None:
    """Write a data set as parquet, without a bar for each file."""
    library = _library()
    shown = not library.are_progress_bars_disabled()
    library.disable_progress_bars()
    try:
        found.to_parquet(stream)
    finally:
        if shown:
            library.enable_progress_bars()


def _library() -> Any:  # noqa: ANN401  a module
    try:
        import datasets
    except ImportError as error:
        raise ExportError(f"the package `datasets` is not installed; {CURE}") from error
    return datasets


def features(library: Any, attributes: Sequence[str]) -> "datasets.Features":  # noqa: ANN401
    """Return the columns of the data set and their types.

    Args:
        library: The package `datasets`.
        attributes: Names of the prompts' attributes.
    """
    text, whole, real = (library.Value(name) for name in ("string", "int64", "float64"))
    numbers = {"value": real, "confidence": real}
    return library.Features(
        {
            "picture": library.Image(),
            "prompt": text,
            "language": text,
            "arm": text,
            "role": text,
            "model": text,
            "pair": text,
            "replicate": whole,
            "seed": text,
            "flagged": library.Value("bool"),
            # A column cannot be a struct of nothing.
            **({"attributes": dict.fromkeys(attributes, text)} if attributes else {}),
            "measurements": [{name: numbers.get(name, text) for name in MEASURED}],
            "image_id": text,
            "sha256": text,
        }
    )


def attributes_of(run: Run) -> list[str]:
    """Return the names of the attributes that the run's prompts have."""
    named = (str(name) for name in run.prompts.columns)
    return [name.removeprefix("prompt.") for name in named if name.startswith("prompt.")]


def rows(run: Run) -> Iterator[dict[str, Any]]:
    """Yield a row a picture of an arm, in the order of the table `images`.

    Raises:
        ExportError: The run has no pictures.
        StoreError: A picture cannot be had, or is another one by now.
    """
    if run.images.empty:
        raise ExportError(
            f"run {run.name} has no pictures of its own"
            + ("; export one of the runs that it is made of" if run.parts else "")
        )
    attributes = attributes_of(run)
    said = _measurements(run)
    prompts = run.prompts.set_index("pair_id").to_dict("index")
    for one in run.images.to_dict("records"):
        run.picture(one["image_id"])  # whole, and the very one that was judged
        path = run.path(one["image_id"])
        pair = prompts.get(one["pair_id"], {})
        yield {
            "picture": {"bytes": path.read_bytes(), "path": path.name},
            **{name: one[name] for name in ("prompt", "language", "arm", "role", "model")},
            "pair": one["pair_id"],
            "replicate": int(one["replicate"]),
            # Up to 2**63, which not every reader of numbers keeps.
            "seed": str(one["seed"]),
            "flagged": None if pd.isna(one["flagged"]) else bool(one["flagged"]),
            **_attributes(pair, attributes),
            "measurements": said.get(one["image_id"], []),
            "image_id": one["image_id"],
            "sha256": one["sha256"],
        }


def _attributes(pair: Mapping[Any, Any], names: Sequence[str]) -> dict[str, Any]:
    if not names:
        return {}
    return {"attributes": {name: pair.get(f"prompt.{name}") or None for name in names}}


def _measurements(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Return what was said of each picture; what is missing is None."""
    found: dict[str, list[dict[str, Any]]] = {}
    table = run.measurements[["image_id", *MEASURED]].drop_duplicates()
    for one in table.to_dict("records"):
        answer = {str(name): None if pd.isna(value) else value for name, value in one.items()}
        found.setdefault(str(answer.pop("image_id")), []).append(answer)
    return found
