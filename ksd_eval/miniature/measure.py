"""How well the miniature draws what it is asked: `python -m ksd_eval.miniature.measure`.

Every row asks for at least 500 pictures with fixed seeds and lets the world's reader say what came.
A picture that the reader cannot tell counts as not drawn as asked. The table is printed and written
to `measured.csv` beside this file; finished rows are kept, so a stopped measurement goes on.
"""

import argparse
import csv
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import binom

from ksd_eval.judges.world_reader import WorldReader
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Language, Measurement, Request, noise_seed
from ksd_eval.world import captions, planted, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Person, Solid
from ksd_eval.world.vocabulary import Word

MEASURED: Final = Path(__file__).with_name("measured.csv")
ARMS: Final[tuple[tuple[str, Language], ...]] = (("miniature_en", "en"), ("miniature", "ko"))
BINDING: Final = "relation+shape+colour+second_shape+second_colour"
"""All that a prompt about two bodies says, as one answer."""
SHAPE: Final = 16
"""Pictures painted at once: the batch shape of the default run."""


@dataclass(frozen=True)
class Question:
    """A prompt in both languages, and what should be seen: the right label of a measurement."""

    prompt: Word
    truth: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One row of the table, or several that the same pictures answer.

    Attributes:
        asked: What was asked for, by the reader's answer that is looked at.
        questions: The prompts with what should be seen.
        replicates: Pictures a prompt.
        right: Whether an answer is what was asked for.
    """

    asked: Mapping[str, str]
    questions: Callable[[], Iterator[Question]]
    replicates: int
    right: Callable[[str, str], bool] = str.__eq__


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


def _people(
    occupation: str, named: Named, frame: Word = captions.PERSON_FRAMES[0], **seen: str
) -> Word:
    """Ask for someone at work, naming of what is to be seen no more than `named` says."""
    who = Person(seen.get("gender", "man"), seen.get("skin", "1"), "young", "work", occupation)
    return captions.framed(frame, captions.person_phrase(who, named))


def _occupations() -> Iterator[Question]:
    for name, frame in itertools.product(vocabulary.OCCUPATIONS, captions.PERSON_FRAMES[:4]):
        yield Question(_people(name, Named(), frame), {"occupation": name, "figures": "1"})


def _genders() -> Iterator[Question]:
    for name, gender in itertools.product(vocabulary.OCCUPATIONS, vocabulary.GENDERS):
        yield Question(_people(name, Named(gender=True), gender=gender), {"gender": gender})


def _skins() -> Iterator[Question]:
    for name, skin in itertools.product(vocabulary.OCCUPATIONS, vocabulary.SKIN_TONES):
        yield Question(_people(name, Named(skin=True), skin=skin), {"skin": skin})


def _solids() -> Iterator[Question]:
    for shape, colour in itertools.product(vocabulary.SHAPES, vocabulary.COLOURS):
        phrase = captions.solid_phrase(Solid(shape, colour))
        truth = {"shape": shape, "colour": colour}
        yield Question(captions.framed(captions.THING_FRAMES[0], phrase), truth)


def _relations() -> Iterator[Question]:
    bodies = list(itertools.product(vocabulary.SHAPES, vocabulary.COLOURS))
    rng = np.random.default_rng(3)
    for number in range(128):
        first, second = (
            Solid(*bodies[place]) for place in rng.choice(len(bodies), 2, replace=False)
        )
        relation = tuple(vocabulary.RELATIONS)[number % 4]
        phrase = captions.relation_phrase(first, relation, second)
        # The reader names the upper or the left body first.
        if relation in ("below", "right_of"):
            first, second = second, first
        order = "above" if relation in ("above", "below") else "left_of"
        bound = (order, first.shape, first.colour, second.shape, second.colour)
        truth = {"relation": order, BINDING: "+".join(bound)}
        yield Question(captions.framed(captions.THING_FRAMES[0], phrase), truth)


def _signs() -> Iterator[Question]:
    for script, words in vocabulary.SIGN_WORDS.items():
        for word in words:
            prompt = captions.framed(captions.THING_FRAMES[0], captions.sign_phrase(word))
            yield Question(prompt, {"word": word, "script": script})


def _near(read: str, asked: str) -> bool:
    return abs(int(read) - int(asked)) <= 1


ROWS: Final = (
    Row(
        {"occupation": "occupation drawn as asked", "figures": "exactly one figure"},
        _occupations,
        8,
    ),
    Row({"gender": "apparent gender as asked"}, _genders, 16),
    Row({"skin": "skin tone within one step"}, _skins, 7, _near),
    Row({"colour": "single solid: colour", "shape": "single solid: shape"}, _solids, 16),
    Row(
        {
            "relation": "two solids: stacked or side by side",
            BINDING: "two solids: each of its shape and colour in its place",
        },
        _relations,
        4,
    ),
    Row({"word": "sign: the word", "script": "sign: Hangul or Latin, as asked"}, _signs, 32),
)
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
    prompts = [_people(name, Named()) for name in vocabulary.OCCUPATIONS]
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
