"""What is lost on the way through a model's autoencoder, whatever the prompt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd
from PIL.Image import Image

from ksd_eval.judges import weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.inception import Inception
from ksd_eval.judges.picture_files import PictureFiles
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.models.base import Autoencoder
from ksd_eval.needs import Need
from ksd_eval.numerics import frechet, intervals
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Estimate
from ksd_eval.studies import round_trip
from ksd_eval.studies.asking import asking, check_room
from ksd_eval.studies.base import Bench, Findings, Study, StudyError

Row = dict[str, Any]

ARM: Final = "autoencoder"
PHOTOGRAPHS: Final = "photographs"
COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("kind", "name", "reason"), "str"),
    "picture": "int64",
    "value": "float64",
}
"""Of the table `round_trips`: a row a picture and thing that was measured of it; of a whole kind
the picture is -1. A value that cannot be had is missing, with the reason."""

ENOUGH: Final = 2048
"""Pictures below which a Fréchet distance is mostly bias."""

SHOWN: Final = 8


@dataclass(frozen=True)
class AutoencoderStudy(Study):
    """Sends photographs and paintings through the autoencoder and back, and compares.

    Of every kind of picture: peak signal-to-noise ratio, structural similarity, LPIPS and rFID (the
    last two where their weights are on the machine). Of paintings also `changed_readings`: the
    share of pictures of which the world's reader says something else afterwards, among attributes
    that it could tell both times; `lost_readings`: the share of which it can no longer tell
    something; and `altered_readings`: the share of either. Here a picture stands in the place of a
    prompt: intervals are over other pictures of the kind. Values are alike among paintings, so the
    share is of no corpus.

    Attributes:
        count: Paintings of each kind.
        size: Pixels along a side of paintings, as the model paints; multiples of 8.
        photograph_size: The same of photographs: 256 in the protocol of the published values.
        photographs: Where photographs are, all of which are sent: a folder, a zip file or a data
            set of the hub, as `judges.picture_files.PictureFiles` has it; empty for the few inside
            other packages.
        seed: Of the paintings.
        judge: The experiment's judge that reads paintings.
        published: Measure -> what was published of the autoencoder of Stable Diffusion.
        published_pictures: How many pictures that is of.
        source: Where that was published, and of what.
    """

    count: int = 200
    size: int = 64
    photograph_size: int = 256
    photographs: str = ""
    seed: int = 0
    judge: str = "reader"
    published: Mapping[str, float] = field(default_factory=dict[str, float])
    published_pictures: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse sizes that would not come back, and numbers of nothing."""
        if self.count < 1:
            raise ValueError(f"count is {self.count}; paint at least one picture of each kind")
        for name, size in (("size", self.size), ("photograph_size", self.photograph_size)):
            if size < 16 or size % 8:
                raise ValueError(f"{name} is {size} pixels; give a multiple of 8 from 16 on")
        unknown = sorted(set(self.published) - {"psnr", "ssim", "rfid"})
        if unknown:
            raise ValueError(f"published names {unknown[0]!r}; choose among psnr, ssim, rfid")

    def identity(self) -> dict[str, Any]:
        """Return which photographs and weights are on this machine."""
        packaged = {path.name: weights.sha256(path) for path in round_trip.photograph_files()}
        return {
            "study": "autoencoder",
            "photographs": self._files.identity() if self.photographs else packaged,
            "lpips": weights.sha256(weights.in_hub(round_trip.ALEXNET)),
            "inception": Inception().identity(),
        }

    def needs(self) -> Sequence[Need]:
        """Return what measures the two distances, and the photographs."""
        file = weights.in_hub(round_trip.ALEXNET)
        lpips = Need(file.name)
        if not file.is_file():
            lpips = Need(file.name, f"{file} is not there", round_trip.LPIPS_CURE)
        photographs = Need("photographs of packages")
        if not round_trip.photograph_files():
            install = "pip install scikit-image scikit-learn"
            photographs = weights.package_need("scikit-image", install)
        return [lpips, *Inception().needs(), photographs]

    def __call__(self, bench: Bench) -> Findings:
        """Send the pictures, or find what was measured of them.

        Raises:
            StudyError: The model has no autoencoder, or the experiment no such judge.
        """
        model, judge = _model(bench), self._judge(bench)
        table = bench.kept("round_trips", lambda: self._measured(model, judge, bench))
        estimates = [
            *shares(table, bench.level),
            *means(table, bench.level),
            *self._published(bench.level),
        ]
        shown = {"before_after": lambda: self._shown(model, bench)}
        return Findings(estimates, {"round_trips": table}, pictures=shown)

    def _judge(self, bench: Bench) -> Judge:
        if self.judge not in bench.judges:
            known = ", ".join(bench.judges) or "none"
            raise StudyError(f"judge {self.judge!r} is not in the experiment; it has {known}")
        return bench.judges[self.judge]

    def _pictures(self, count: int) -> dict[str, list[Image]]:
        found = {PHOTOGRAPHS: self._photographs(count)}
        for kind in round_trip.PAINTED:
            found[kind] = round_trip.painted(kind, count, self.size, self.seed)
        return found

    @property
    def _files(self) -> PictureFiles:
        return PictureFiles(self.photographs, size=self.photograph_size)

    def _photographs(self, count: int) -> list[Image]:
        if not self.photographs:
            return round_trip.photographs(self.photograph_size)[:count]
        few = count if count < self.count else None  # what is shown, and not what is measured
        return list(replace(self._files, count=few)())

    def _measured(self, model: Autoencoder, judge: Judge, bench: Bench) -> pd.DataFrame:
        """Return the table of what was measured of every picture."""
        check_room(bench.arms[0].model, model)
        pictures = self._pictures(self.count)
        rows: list[Row] = []
        with bench.tracked("sending", sum(map(len, pictures.values()))) as advance:
            for kind, before in pictures.items():
                with asking(bench.arms[0].model):
                    after = list(model.round_trip(before))
                rows += _compared(kind, before, after)
                if kind in round_trip.READ:
                    rows += _read(kind, judge, before, after)
                advance(len(before))
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict(COLUMNS))

    def _shown(self, model: Autoencoder, bench: Bench) -> Image:
        few = [images for images in self._pictures(min(SHOWN, self.count)).values() if images]
        with asking(bench.arms[0].model):
            sent = [(images, model.round_trip(images)) for images in few]
        return round_trip.sheet(sent)

    def _published(self, level: float) -> Iterator[Estimate]:
        for name, value in self.published.items():
            about = replace(_about(name, PHOTOGRAPHS, level), arm="published")
            count = self.published_pictures
            yield replace(about, estimate=value, n_images=count, note=self.source)


def _model(bench: Bench) -> Autoencoder:
    """Return the model under test, which all arms of it share."""
    name = bench.arms[0].model
    model = bench.models[name]
    if not isinstance(model, Autoencoder):
        raise StudyError(
            f"model {name!r} has no autoencoder; choose one that paints in latents, such as "
            "model=miniature"
        )
    return model


def _compared(kind: str, before: Sequence[Image], after: Sequence[Image]) -> Iterator[Row]:
    """Yield how far the pictures of a kind lie from themselves."""
    if not before:
        for name in ("psnr", "ssim", "lpips", "rfid"):
            yield _row(kind, -1, name, None, round_trip.NO_PHOTOGRAPHS)
        return
    for place, pair in enumerate(zip(before, after, strict=True)):
        for name, value in round_trip.likeness(*pair).items():
            yield _row(kind, place, name, value, "the picture came back unchanged")
    try:
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield _row(kind, place, "lpips", round_trip.perceptual_distance(*pair))
    except WeightsMissingError as error:
        yield _row(kind, -1, "lpips", None, str(error))
    yield _distance(kind, before, after)


def _distance(kind: str, before: Sequence[Image], after: Sequence[Image]) -> Row:
    """Return the Fréchet distance of a kind's pictures from themselves by Inception features."""
    try:
        features = [Inception()(images) for images in (before, after)]
    except WeightsMissingError as error:
        return _row(kind, -1, "rfid", None, f"no rFID: {error}")
    if len(before) < 2:
        return _row(kind, -1, "rfid", None, "one picture has no distribution")
    return _row(kind, len(before), "rfid", frechet.frechet_distance(*features))


def _read(
    kind: str, judge: Judge, before: Sequence[Image], after: Sequence[Image]
) -> Iterator[Row]:
    """Yield what a judge says otherwise of the pictures of a kind."""
    both = zip(round_trip.readings(judge, before), round_trip.readings(judge, after), strict=True)
    for place, (first, second) in enumerate(both):
        for name, value in round_trip.changes(first, second).items():
            yield _row(kind, place, name, value, "nothing could be told of both pictures")


def _row(kind: str, picture: int, name: str, value: float | None, why_not: str = "") -> Row:
    reason = why_not if value is None else ""
    return {"kind": kind, "picture": picture, "name": name, "value": value, "reason": reason}


def shares(table: pd.DataFrame, level: float) -> Iterator[Estimate]:
    """Yield how many paintings are read otherwise, and no longer: all, by kind and attribute."""
    for category in ("changed", "lost", "altered"):
        metric = f"{category}_readings"
        about = Estimate(
            metric, "readings", ARM, None, kind="share", category=category, level=level
        )
        mine = table[table["name"] == category]
        yield _share(about, mine)
        for kind, part in mine.groupby("kind", sort=False):
            yield _share(replace(about, by="picture", group=str(kind)), part)
        apart = table[table["name"].str.startswith(f"{category}.")]
        for name, part in apart.groupby("name", sort=False):
            attribute = str(name).removeprefix(f"{category}.")
            yield _share(replace(about, by="reading", group=attribute), part)


def means(table: pd.DataFrame, level: float) -> Iterator[Estimate]:
    """Yield the mean likeness of each kind of pictures, and its distance as a set."""
    for name in ("psnr", "ssim", "lpips", "rfid"):
        for kind, part in table[table["name"] == name].groupby("kind", sort=False):
            about = _about(name, str(kind), level)
            yield _distance_of(about, part) if name == "rfid" else _mean(about, part)


def _about(name: str, kind: str, level: float) -> Estimate:
    return Estimate(name, "fidelity", ARM, None, kind=name, by="picture", group=kind, level=level)


def _share(about: Estimate, part: pd.DataFrame) -> Estimate:
    return _with_interval(
        about,
        part,
        lambda values: intervals.share_over_prompts(values, len(values), about.level),
    )


def _mean(about: Estimate, part: pd.DataFrame) -> Estimate:
    return _with_interval(about, part, lambda values: intervals.over_prompts(values, about.level))


def _with_interval(
    about: Estimate,
    part: pd.DataFrame,
    around: Callable[[Floats], intervals.Interval | None],
) -> Estimate:
    """Return the mean of a value over the pictures that have one; they stand for prompts."""
    known = part["value"].dropna().to_numpy(dtype=float)
    # Of what could be had of no picture there is one row, of the whole kind.
    silent = int((part["value"].isna() & (part["picture"] >= 0)).sum())
    reasons = part.loc[part["value"].isna(), "reason"].unique()
    about = replace(about, n_pairs=len(known), n_images=len(known), n_abstained=silent)
    if not len(known):
        return replace(about, note="; ".join(reasons) or "there are no such pictures")
    found = replace(about, estimate=float(known.mean()))
    interval = around(known)
    if interval is None:
        return replace(found, note="no interval: too few pictures, or all alike")
    return replace(found, ci_low=interval.low, ci_high=interval.high, method=interval.method)


def _distance_of(about: Estimate, part: pd.DataFrame) -> Estimate:
    """Return the distance of one kind, marked where the pictures are few."""
    [row] = part.to_dict("records")
    if pd.isna(row["value"]):
        return replace(about, note=row["reason"])
    count = int(row["picture"])
    few = f"{count} pictures are too few: the distance is mostly bias" if count < ENOUGH else ""
    return replace(about, estimate=row["value"], n_images=count, n_pairs=count, note=few)
