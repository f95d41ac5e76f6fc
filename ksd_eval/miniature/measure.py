"""How well the miniature draws what it is asked: `python -m ksd_eval.miniature.measure`.

Every row asks for at least 500 pictures with fixed seeds and lets the world's reader say what came.
A picture that the reader cannot tell counts as not drawn as asked. The table is printed and written
to `measured.csv` beside this file; finished rows are kept, so a stopped measurement goes on.
"""

import argparse
import csv
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import binom

from ksd_eval.judges.world_reader import WorldReader
from ksd_eval.miniature.questions import ROWS, Row, people
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Language, Measurement, Request, noise_seed
from ksd_eval.world import planted, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.vocabulary import Word

MEASURED: Final = Path(__file__).with_name("measured.csv")
ARMS: Final[tuple[tuple[str, Language], ...]] = (("miniature_en", "en"), ("miniature", "ko"))
SHAPE: Final = 16
"""Pictures painted at once: the batch shape of the default run."""


@dataclass(frozen=True)
class Measured:
    """What came of one row in one arm; the share is in [0, 1]."""

    asked: str
    model: str
    language: str
    guidance: float
    pictures: int
    abstained: int
    share: float


GUIDANCE: Final = 3.0
"""That of the default run."""
WOMEN: Final = "share of women by occupation: distance from the planted rate, floor subtracted"
WOMEN_PICTURES: Final = 200


@cache
def _model(name: str, guidance: float) -> DiffusersModel:
    return DiffusersModel(
        repo=f"package:{name}",
        scheduler="EulerAncestralDiscreteScheduler",
        steps=20,
        guidance=guidance,
    )


@cache
def _reader() -> WorldReader:
    return WorldReader()


def answers(
    arm: tuple[str, Language], guidance: float, prompts: Sequence[Word], replicates: int
) -> Iterator[list[dict[str, Measurement]]]:
    """Yield, prompt by prompt, what the reader says of each of its pictures."""
    name, language = arm
    requests = [
        Request(getattr(prompt, language), noise_seed(prompt.en, replicate, 101))
        for prompt in prompts
        for replicate in range(replicates)
    ]
    texts = [prompt.en for prompt in prompts for _ in range(replicates)]
    read: list[dict[str, Measurement]] = []
    for start in range(0, len(requests), SHAPE):
        batch = requests[start : start + SHAPE]
        images = [picture.image for picture in _model(name, guidance).paint(batch, SHAPE)]
        said = _reader()(images, texts[start : start + SHAPE])
        read.extend({one.name: one for one in picture} for picture in said)
    for start in range(0, len(read), replicates):
        yield read[start : start + replicates]


def measured_row(row: Row, arm: tuple[str, Language], guidance: float) -> list[Measured]:
    """Ask one row's questions of one arm."""
    questions = list(row.questions())
    prompts = [question.prompt for question in questions]
    told = list(answers(arm, guidance, prompts, row.replicates))
    found = []
    for measurement, asked in row.asked.items():
        labels = [
            (_label(picture, measurement), question.truth[measurement])
            for question, pictures in zip(questions, told, strict=True)
            for picture in pictures
        ]
        right = [label is not None and row.right(label, truth) for label, truth in labels]
        abstained = sum(label is None for label, _ in labels)
        share = sum(right) / len(right)
        found.append(Measured(asked, *arm, guidance, len(right), abstained, share))
    return found


def _label(picture: Mapping[str, Measurement], measurement: str) -> str | None:
    """Return an answer, or several joined by "+"; None where the reader cannot tell one of them."""
    labels = []
    for name in measurement.split("+"):
        told = picture.get(name)
        if told is None or told.status != "ok":
            return None
        labels.append(told.label if told.label is not None else str(round(told.value or 0)))
    return "+".join(labels)


def measured_women(arm: tuple[str, Language], guidance: float) -> Measured:
    """Compare each occupation's share of women with its planted rate: a share, 0 to 1."""
    prompts = [people(name, Named()) for name in vocabulary.OCCUPATIONS]
    distances, floors, told = [], [], 0
    for name, said in zip(
        vocabulary.OCCUPATIONS, answers(arm, guidance, prompts, WOMEN_PICTURES), strict=True
    ):
        labels = [label for picture in said if (label := _label(picture, "gender"))]
        rate = planted.women(name)
        told += len(labels)
        if labels:
            distances.append(abs(labels.count("woman") / len(labels) - rate))
            floors.append(chance_distance(rate, len(labels)))
    pictures = WOMEN_PICTURES * len(prompts)
    distance = float(np.mean(distances) - np.mean(floors))
    return Measured(WOMEN, *arm, guidance, pictures, pictures - told, distance)


def chance_distance(rate: float, pictures: int) -> float:
    """Return how far a share of `pictures` lies from its true rate on average, by chance alone.

    >>> round(chance_distance(0.5, 200), 4)
    0.0282
    """
    seen = np.arange(pictures + 1)
    return float((binom.pmf(seen, pictures, rate) * np.abs(seen / pictures - rate)).sum())


Task = tuple[int, tuple[str, Language], float]
"""The place of a row, or -1 for the shares of women; the arm; the guidance."""


def _tasks() -> list[Task]:
    rows = [(place, GUIDANCE) for place in range(len(ROWS))] + [(-1, 1.0), (-1, 4.0)]
    return [(place, arm, guidance) for arm in ARMS for place, guidance in rows]


def _asked(place: int) -> str:
    return WOMEN if place < 0 else next(iter(ROWS[place].asked.values()))


def _run(task: Task) -> list[Measured]:
    import torch

    torch.set_num_threads(1)
    place, arm, guidance = task
    if place < 0:
        return [measured_women(arm, guidance)]
    return measured_row(ROWS[place], arm, guidance)


def finished(file: Path = MEASURED) -> list[Measured]:
    """Read the rows that have been measured."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        return [
            Measured(
                row["asked"],
                row["model"],
                row["language"],
                float(row["guidance"]),
                int(row["pictures"]),
                int(row["abstained"]),
                float(row["share"]),
            )
            for row in csv.DictReader(lines)
        ]


def _append(row: Measured, file: Path) -> None:
    new = not file.exists()
    with file.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(
            lines, [item.name for item in fields(Measured)], lineterminator="\n"
        )
        if new:
            writer.writeheader()
        writer.writerow(asdict(row))


def main(arguments: list[str] | None = None) -> None:
    """Measure what is not measured yet, then print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ksd_eval.miniature.measure", description=__doc__
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="forget what was measured before")
    chosen = parser.parse_args(arguments)
    if chosen.again:
        MEASURED.unlink(missing_ok=True)
    done = {(row.asked, (row.model, row.language), row.guidance) for row in finished()}
    open_tasks = [task for task in _tasks() if (_asked(task[0]), *task[1:]) not in done]
    with ProcessPoolExecutor(chosen.workers, mp_context=get_context("spawn")) as pool:
        for rows in pool.map(_run, open_tasks):
            for row in rows:
                _append(row, MEASURED)
    print(table(finished()))  # noqa: T201  printing the table is this command's purpose


def table(rows: Sequence[Measured]) -> str:
    """Return the rows as a Markdown table, one column an arm."""
    arms = [f"{model}/{language}" for model, language in ARMS]
    lines = [
        f"| asked for | guidance | pictures | {' | '.join(arms)} |",
        "|---" * (3 + len(arms)) + "|",
    ]
    for asked, guidance in dict.fromkeys((row.asked, row.guidance) for row in rows):
        same = [row for row in rows if (row.asked, row.guidance) == (asked, guidance)]
        by_arm = {f"{row.model}/{row.language}": f"{row.share:.1%}" for row in same}
        shares = " | ".join(by_arm.get(arm, "") for arm in arms)
        lines.append(f"| {asked} | {guidance:g} | {same[0].pictures} | {shares} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
