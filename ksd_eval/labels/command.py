"""`python -m ksd_eval label run=FOLDER`: from a finished run to the page that it is labelled on."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from ksd_eval import loading, store
from ksd_eval.extensions import ConfigError, unknown
from ksd_eval.labels import page, subset
from ksd_eval.labels.page import Sheet
from ksd_eval.labels.words import LANGUAGES
from ksd_eval.loading import Run
from ksd_eval.store import StoreError


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be labelled, and where the page goes.

    Attributes:
        run: Folder of a finished run; empty: the newest run of `bias` in `results/`.
        measurement: What is asked of each picture; one that the run's judges gave labels for.
        count: Pictures at most, all arms together.
        seed: Of the draw and of the order.
        out: The page's file; empty: `label/<measurement>.html` in the run's folder.
        language: "en" or "ko".
    """

    run: str = ""
    measurement: str = "gender"
    count: int = 300
    seed: int = 0
    out: str = ""
    language: str = "en"


def label(words: Sequence[str]) -> int:
    """Write the page that the command line asks for, say where it is, and return the exit code 0.

    Raises:
        ConfigError: It cannot be written; one sentence says why and what to do.
    """
    options = understood(words)
    run = _run(options.run)
    sheet = sheet_of(run, options)
    out = Path(options.out) if options.out else run.folder / "label" / f"{sheet.measurement}.html"
    try:
        store.write_text(out, page.html(sheet, options.language))
    except OSError as error:
        raise ConfigError(
            f"the page {str(out)!r} cannot be written ({error.strerror}); "
            "choose another file: out=FILE.html"
        ) from error
    sys.stdout.write(f"{len(sheet.pictures)} pictures to label, in a browser: {out}\n")
    return 0


def understood(words: Sequence[str]) -> Options:
    """Return the options of a command line.

    >>> understood(["count=40", "language=ko"])
    Options(run='', measurement='gender', count=40, seed=0, out='', language='ko')

    Raises:
        ConfigError: A word is no option, or its value is none that it can have.
    """
    names = [item.name for item in fields(Options)]
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if name not in names:
            raise unknown("option of label", name, names)
        if not equals or not value:
            raise ConfigError(f"{word!r} has no value; write {name}=VALUE")
        if name in given:
            raise ConfigError(f"{name} is given twice, {given[name]!r} and {value!r}; give it once")
        given[name] = value
    if given.get("language", "en") not in LANGUAGES:
        raise unknown("language", given["language"], LANGUAGES)
    whole = {name: _whole(name, given.pop(name), least) for name, least in _LEAST if name in given}
    return Options(**given, **whole)  # type: ignore[arg-type]


_LEAST = (("count", 1), ("seed", 0))


def _whole(name: str, value: str, least: int) -> int:
    if not value.isdecimal() or int(value) < least:
        raise ConfigError(f"{name}={value} must be a whole number of at least {least}")
    return int(value)


def sheet_of(run: Run, options: Options) -> Sheet:
    """Return the pictures to label and the labels to choose from.

    Raises:
        ConfigError: The run has no such labels, or a picture of it cannot be had.
    """
    said = run.measurements.dropna(subset="label")
    said = said[said["label"].str.strip() != ""]
    labelled = sorted(said["name"].unique())
    if options.measurement not in labelled:
        raise unknown("measurement", options.measurement, labelled)
    arms = {
        str(arm): list(images["image_id"].unique()) for arm, images in run.images.groupby("arm")
    }
    try:
        # All of an arm's pictures: a person may be able to tell where the judge was not.
        drawn = subset.drawn(arms, options.count, np.random.default_rng(options.seed))
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return Sheet(
        measurement=options.measurement,
        labels=tuple(sorted(said["label"][said["name"] == options.measurement].unique())),
        pictures=tuple(_pictures(run, drawn)),
    )


def _run(folder: str) -> Run:
    try:
        return loading.load_run(folder or loading.newest("results", "bias"))
    except StoreError as error:
        raise ConfigError(str(error)) from error


def _pictures(run: Run, image_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the id and `data:` address of each picture, the very one that the judges saw."""
    for image_id in image_ids:
        try:
            yield image_id, page.embedded(run.picture(image_id))
        except StoreError as error:
            raise ConfigError(str(error)) from error
