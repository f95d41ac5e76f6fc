"""What judges say of pictures, and what extractors see in them, a chunk at a time.

Kept by what decides it and not by run: the judge's identity, the pictures' recipes, the texts, the
threads and the code. So a run that is stopped goes on, a run that only analyses otherwise asks no
judge again, and it is the same whether a chunk was asked for while other pictures were painted or
after that.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval import store
from ksd_eval.execution import host
from ksd_eval.execution.base import Studio
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.experiment import Work
from ksd_eval.judges.base import Extractor, Judge, NativeJudge
from ksd_eval.records import Measurement, columns, fingerprint
from ksd_eval.store import ImageStore

MEASURED = ("image_id", "judge", *columns(Measurement))
"""Columns of the table of measurements."""

SETTLED = ("ok", "abstained")
"""What is an answer. That weights are missing, or that a judge raised, is none for another run."""


@dataclass(frozen=True)
class Answers:
    """What one judge says of one chunk of pictures.

    Attributes:
        name: The judge's name in this run.
        judge: The judge.
        texts: By image id, the text that each picture is held against.
        path: Where the answers are for every run.
        own: Where they are if they are of use to this run alone.
    """

    name: str
    judge: Judge
    texts: Mapping[str, str]
    path: Path
    own: Path

    @property
    def image_ids(self) -> Sequence[str]:
        """Return the pictures that must be there."""
        return list(self.texts)

    def kept(self, images: ImageStore) -> pd.DataFrame:
        """Return the rows, one for each measurement, asking the judge if nobody has.

        Raises:
            StoreError: A picture cannot be read.
        """
        found = store.read_parquet(self.path)
        if found is None:
            frame = self._asked(images)
            place = self.path if frame["status"].isin(SETTLED).all() else self.own
            store.write_parquet(place, frame, store.types_of(Measurement))
            found = pd.read_parquet(place)
        return found.assign(judge=self.name)[list(MEASURED)]

    def _asked(self, images: ImageStore) -> pd.DataFrame:
        pictures = [images.read(image_id) for image_id in self.texts]
        given = answers(self.name, self.judge, pictures, list(self.texts.values()))
        rows = [
            {"image_id": image_id, **asdict(answer)}
            for image_id, mine in zip(self.texts, given, strict=True)
            for answer in mine
        ]
        return pd.DataFrame(rows, columns=["image_id", *columns(Measurement)])


@dataclass(frozen=True)
class Features:
    """What an extractor sees in one chunk of pictures.

    Attributes:
        extractor: The extractor.
        image_ids: The pictures, in order.
        path: Where the features are for every run.
    """

    extractor: Extractor
    image_ids: Sequence[str]
    path: Path

    def kept(self, images: ImageStore) -> NDArray[np.float32]:
        """Return the features, a row a picture, asking the extractor if nobody has.

        Raises:
            FileNotFoundError, ModuleNotFoundError: What the extractor needs is not there.
            StoreError: A picture cannot be read.
        """
        return store.kept_array(
            self.path, lambda: self.extractor([images.read(one) for one in self.image_ids])
        )


def of_judge(work: Work, name: str) -> list[Answers]:
    """Return what one judge is asked of a run's pictures, chunk by chunk.

    By recipe: a picture that two arms share was asked for by one text, and is judged once.
    """
    judge = work.experiment.judges[name]
    texts = _native(work) if is_native(judge) else _english(work)
    folder = kept_in(work, work.plan.identities["judges"][name])
    found = []
    for chunk in chunks(list(texts)):
        mine = {image_id: texts[image_id] for image_id in chunk}
        file = f"{fingerprint(list(mine.items()))}.parquet"
        found.append(Answers(name, judge, mine, folder / file, work.home.parts / f"{name}.{file}"))
    return found


def of_extractor(work: Work, name: str) -> list[Features]:
    """Return what one extractor is shown of a run's pictures, chunk by chunk."""
    unlike = list(dict.fromkeys(record.image_id for record, _ in work.plan.pictures))
    extractor = work.experiment.extractors[name]
    folder = kept_in(work, work.plan.identities["extractors"][name])
    return [
        Features(extractor, chunk, folder / f"{fingerprint(list(chunk))}.npy")
        for chunk in chunks(unlike)
    ]


def is_native(judge: Judge) -> bool:
    """Whether a judge is given the prompt as it was asked, in either language."""
    return isinstance(judge, NativeJudge) and judge.texts == "native"


def kept_in(work: Work, identity: Mapping[str, Any]) -> Path:
    """Return the folder of a judge's or extractor's answers: other code has another one."""
    threads = work.experiment.settings.generation.threads
    folder = work.results / "answers" / fingerprint([host.source(), identity, threads])
    work.answers.add(folder.name)
    return folder


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
    chunk: Answers | Features

    @property
    def key(self) -> str:
        """Return what tells it from all others."""
        return str(self.chunk.path)

    @property
    def told(self) -> str:
        """Return what it is, in the words of a sentence."""
        return f"{len(self.chunk.image_ids)} pictures shown to {self.name!r}"

    def done_in(self, studio: Studio) -> int:
        """Ask, and return how many pictures it was about."""
        assert isinstance(studio.shelf, ImageStore)  # a run's shelf is one
        # Whatever is wrong is met again by the run itself, which can say so.
        with suppress(Exception):
            self.chunk.kept(studio.shelf)
        return len(self.chunk.image_ids)


def all_of(work: Work) -> dict[str, Sequence[Answers | Features]]:
    """Return every chunk of a run, by the name of who is asked."""
    judges = {name: of_judge(work, name) for name in work.experiment.judges}
    return {**judges, **{name: of_extractor(work, name) for name in work.experiment.extractors}}
