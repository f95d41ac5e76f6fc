"""What judges say of pictures, and what extractors see in them, a chunk at a time.

Kept by what decides it and not by run: the judge's identity, the pictures' recipes and pixels, the
texts, threads, code and versions. So a run that is stopped goes on, a run that only analyses
otherwise asks no judge again, and it is the same whether a chunk was asked for while other pictures
were painted or after that.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ksd_eval import store
from ksd_eval.execution import host
from ksd_eval.execution.base import Studio
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.experiment import Work
from ksd_eval.judges import device
from ksd_eval.judges.base import Extractor, Judge, NativeJudge
from ksd_eval.records import Measurement, columns, fingerprint
from ksd_eval.store import ImageStore

MEASURED = ("image_id", "judge", *columns(Measurement))
"""Columns of the table of measurements."""


@dataclass(frozen=True)
class Place:
    """Where what is said of a chunk is kept.

    Attributes:
        folder: Of the judge's or extractor's answers, for every run.
        own: Of the run: for what is of use to no other one.
    """

    folder: Path
    own: Path

    def of(self, shown: object, suffix: str) -> Path:
        """Return the file of a chunk: named by its pictures' recipes, their pixels, and texts."""
        return self.folder / f"{fingerprint(shown)}.{suffix}"


@dataclass(frozen=True)
class Answers:
    """What one judge says of one chunk of pictures.

    Attributes:
        name: The judge's name in this run.
        judge: The judge.
        texts: By image id, the text that each picture is held against.
        place: Where the answers are.
    """

    name: str
    judge: Judge
    texts: Mapping[str, str]
    place: Place

    @property
    def image_ids(self) -> Sequence[str]:
        """Return the pictures that must be there."""
        return list(self.texts)

    def path(self, pixels: Mapping[str, str]) -> Path:
        """Return where the answers are, given the hash of each picture's pixels."""
        shown = [[one, pixels[one], text] for one, text in self.texts.items()]
        return self.place.of(shown, "parquet")

    def kept(self, images: ImageStore, pixels: Mapping[str, str] | None = None) -> pa.Table:
        """Return a row for each measurement, under its picture, asking the judge if nobody has.

        A judge whose weights are missing is asked again, every time. What it raised on stays with
        the run.

        Raises:
            StoreError: A picture cannot be read.
        """
        path = self.path(pixels_of(self, images) if pixels is None else pixels)
        own = self.place.own / f"{self.name}.{path.name}"
        found = store.read_arrow(path)
        if found is None:
            found = store.read_arrow(own)
        if found is None or "missing" in statuses(found):
            found = self._asked(images)
            store.write_arrow(path if is_final(found) else own, found)
        return found

    def prepare(self, images: ImageStore) -> None:
        """Ask the judge elsewhere than in the run, which keeps what is the same for everybody.

        What the judge failed of there, for want of memory, say, it need not fail of in the run.
        """
        path = self.path(pixels_of(self, images))
        if not path.exists() and is_final(found := self._asked(images)):
            store.write_arrow(path, found)

    def _asked(self, images: ImageStore) -> pa.Table:
        pictures = [images.read(image_id) for image_id in self.texts]
        given = answers(self.name, self.judge, pictures, list(self.texts.values()))
        rows = [
            {"image_id": image_id, **asdict(answer)}
            for image_id, mine in zip(self.texts, given, strict=True)
            for answer in mine
        ]
        frame = pd.DataFrame(rows, columns=["image_id", *columns(Measurement)])
        return store.to_arrow(frame, store.types_of(Measurement))


def is_final(said: pa.Table) -> bool:
    """Whether a judge could look at every picture, so that nobody need ask it again."""
    return statuses(said) <= {"ok", "abstained"}


def statuses(said: pa.Table) -> set[str]:
    """Return how a judge's measurements went.

    >>> sorted(statuses(pa.table({"status": ["ok", "missing", "ok"]})))
    ['missing', 'ok']
    """
    return set(said["status"].unique().to_pylist())


@dataclass(frozen=True)
class Features:
    """What an extractor sees in one chunk of pictures.

    Attributes:
        extractor: The extractor.
        image_ids: The pictures, in order.
        place: Where the features are.
    """

    extractor: Extractor
    image_ids: Sequence[str]
    place: Place

    def path(self, pixels: Mapping[str, str]) -> Path:
        """Return where the features are, given the hash of each picture's pixels."""
        return self.place.of([[one, pixels[one]] for one in self.image_ids], "npy")

    def kept(
        self, images: ImageStore, pixels: Mapping[str, str] | None = None
    ) -> NDArray[np.float32]:
        """Return the features, a row a picture, asking the extractor if nobody has.

        Raises:
            FileNotFoundError, ModuleNotFoundError: What the extractor needs is not there.
            StoreError: A picture cannot be read.
        """
        path = self.path(pixels_of(self, images) if pixels is None else pixels)
        return store.kept_array(
            path, lambda: self.extractor([images.read(one) for one in self.image_ids])
        )

    def prepare(self, images: ImageStore) -> None:
        """Ask the extractor elsewhere than in the run; nothing is kept of one that raises."""
        self.kept(images)


Chunk: TypeAlias = Answers | Features


def pixels_of(chunk: Chunk, images: ImageStore) -> dict[str, str]:
    """Return the hash of each picture's pixels, as the pictures say themselves.

    Raises:
        StoreError: One is not there, or does not say.
    """
    return {image_id: images.said(image_id) for image_id in chunk.image_ids}


def of_judge(work: Work, name: str) -> list[Answers]:
    """Return what one judge is asked of a run's pictures, chunk by chunk.

    By recipe: a picture that two arms share was asked for by one text, and is judged once.
    """
    judge = work.experiment.judges[name]
    texts = _native(work) if is_native(judge) else _english(work)
    place = place_of(work, work.plan.identities["judges"][name])
    return [
        Answers(name, judge, {image_id: texts[image_id] for image_id in chunk}, place)
        for chunk in chunks(list(texts))
    ]


def of_extractor(work: Work, name: str) -> list[Features]:
    """Return what one extractor is shown of a run's pictures, chunk by chunk."""
    unlike = list(dict.fromkeys(record.image_id for record, _ in work.plan.pictures))
    place = place_of(work, work.plan.identities["extractors"][name])
    return [Features(work.experiment.extractors[name], chunk, place) for chunk in chunks(unlike)]


def is_native(judge: Judge) -> bool:
    """Whether a judge is given the prompt as it was asked, in either language."""
    return isinstance(judge, NativeJudge) and judge.texts == "native"


def is_whole(identity: object) -> bool:
    """Whether an identity names all that it is of: None in it is something that is not there.

    >>> is_whole({"judge": "panel", "members": {"a": {"weights": "1f"}, "b": {"weights": None}}})
    False
    """
    if isinstance(identity, Mapping):
        return all(map(is_whole, identity.values()))
    if isinstance(identity, list | tuple):
        return all(map(is_whole, identity))
    return identity is not None


def place_of(work: Work, identity: Mapping[str, Any]) -> Place:
    """Return where a judge's or extractor's answers are: by other code or versions, elsewhere.

    One that lacks something may have got it by the time that it is asked, so what it says then is
    the run's alone.
    """
    threads = work.experiment.settings.generation.threads
    if not is_whole(identity):
        return Place(work.home.parts / fingerprint(identity), work.home.parts)
    name = fingerprint([host.source(), identity, threads, host.versions()])
    work.answers.add(name)
    return Place(work.results / "answers" / name, work.home.parts)


def _english(work: Work) -> dict[str, str]:
    meaning = {pair.pair_id: pair.en for pair in work.plan.pairs}
    return {record.image_id: meaning[record.pair_id] for record, _ in work.plan.pictures}


def _native(work: Work) -> dict[str, str]:
    return {record.image_id: record.prompt for record, _ in work.plan.pictures}


@dataclass(frozen=True)
class Asking:
    """A chunk that a worker elsewhere is given, in a studio of judges in the place of models.

    Attributes:
        name: The judge's or extractor's name.
        chunk: What to ask it.
    """

    name: str
    chunk: Chunk

    @property
    def key(self) -> str:
        """Return what tells it from all others."""
        return f"{self.name} {fingerprint(list(self.chunk.image_ids))}"

    @property
    def told(self) -> str:
        """Return what it is, in the words of a sentence."""
        return f"{len(self.chunk.image_ids)} pictures shown to {self.name!r}"

    def done_in(self, studio: Studio) -> int:
        """Ask, and return how many pictures it was about."""
        assert isinstance(studio.shelf, ImageStore)  # a run's shelf is one
        device.make_room()
        # Whatever is wrong is met again by the run itself, which can say so.
        with suppress(Exception):
            self.chunk.prepare(studio.shelf)
        return len(self.chunk.image_ids)


def all_of(work: Work) -> dict[str, Sequence[Chunk]]:
    """Return every chunk of a run, by the name of who is asked."""
    judges = {name: of_judge(work, name) for name in work.experiment.judges}
    return {**judges, **{name: of_extractor(work, name) for name in work.experiment.extractors}}
