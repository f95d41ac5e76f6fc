"""One label a picture, where several people looked at it."""

from collections import Counter
from collections.abc import Sequence

from ksd_eval.records import Label


def settled(labels: Sequence[Label]) -> list[Label]:
    """Return what most labellers said of each picture and measurement.

    "Cannot tell" is an answer like the others: where most said so, or where two answers were given
    equally often, the label is None. A picture with one labeller keeps that one's answer. What is
    settled is human only where everyone who looked was.

    Args:
        labels: One of each labeller for a picture and measurement, in any order.

    Returns:
        A label for each picture and measurement, in the order in which they first appear.

    >>> said = [Label("a", "gender", word, who) for word, who in zip(["man", "man", None], "xyz")]
    >>> settled(said)[0].label, settled(said)[0].labeller
    ('man', 'most of 3')
    >>> settled(said[1:])[0].label is None
    True
    """
    asked: dict[tuple[str, str], list[Label]] = {}
    for label in labels:
        asked.setdefault((label.image_id, label.measurement), []).append(label)
    return [_most(answers) for answers in asked.values()]


def _most(answers: Sequence[Label]) -> Label:
    if len(answers) == 1:
        return answers[0]
    (first, votes), *others = Counter(answer.label for answer in answers).most_common(2)
    tied = bool(others) and others[0][1] == votes
    return Label(
        image_id=answers[0].image_id,
        measurement=answers[0].measurement,
        label=None if tied else first,
        labeller=f"most of {len(answers)}",
        kind="human" if all(answer.kind == "human" for answer in answers) else "simulated",
    )
