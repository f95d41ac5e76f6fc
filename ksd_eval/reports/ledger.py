"""The verdicts: what the card admits, what the run says, and where the interval lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ksd_eval import records
from ksd_eval.reports import numerals
from ksd_eval.reports.numerals import Reading, Unit
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

REACH: Final = 1.25
"""How far the drawing reaches beyond the farthest end, so that nothing touches its edge."""

MOST_MARGINS: Final = 12.0
"""How far it reaches at most: beyond, an arrow says that an interval goes on."""


@dataclass(frozen=True, slots=True)
class Span:
    """An interval in the ledger's forest plot: places along a line, in per cent of its width.

    Attributes:
        low: Where it begins; at the edge where it goes on beyond it.
        dot: The estimate; None where it lies beyond the edge.
        left: Whether the interval goes on to the left of the drawing.
        right: Whether it goes on to the right.
    """

    low: float
    high: float
    dot: float | None
    band_low: float
    band_high: float
    left: bool = False
    right: bool = False

    @property
    def cut(self) -> bool:
        """Return whether the interval goes on beyond the drawing."""
        return self.left or self.right


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim of the card, as written.

    Attributes:
        outcome: As stored: "supported", "not measured", …
        said: The outcome in words.
        level: "95%".
        margin: "±5.0 points"; empty where none was fixed.
        basis: "96 prompts, 576 pictures".
        detectable: The smallest effect that the run could have seen; empty where unknown.
        span: Where the interval lies; None where there is none.
    """

    claim: str
    admission: str
    outcome: str
    said: str
    sentence: str
    reason: str
    reading: Reading
    level: str
    margin: str
    basis: str
    abstained: int
    detectable: str
    span: Span | None


def verdicts(found: Iterable[records.Verdict], words: Words) -> tuple[Verdict, ...]:
    """Return the verdicts as the page shows them."""
    every = list(found)
    reach = common_reach(every)
    return tuple(_verdict(one, words, reach) for one in every)


def _verdict(found: records.Verdict, words: Words, reach: float) -> Verdict:
    unit: Unit = found.unit
    basis = words("ledger.basis.of", pairs=found.n_pairs, images=found.n_images)
    return Verdict(
        claim=found.claim,
        admission=translated(found.admission, words),
        outcome=found.outcome,
        said=words(f"outcome.{found.outcome}"),
        sentence=_plain(found, words),
        reason="" if found.reason in found.sentence else translated(found.reason, words),
        reading=numerals.read(found.estimate, found.ci_low, found.ci_high, unit),
        level=f"{100 * found.level:.3g}%",
        margin=_width("±", found.margin, unit),
        basis=basis if found.estimate is not None else "",
        abstained=found.n_abstained,
        detectable=_width("", found.smallest_detectable, unit),
        span=span(found, reach),
    )


def _plain(found: records.Verdict, words: Words) -> str:
    """Return the sentence without the outcome before it, which the page shows beside it."""
    outcome = "cannot tell" if found.outcome == "undecided" else found.outcome
    before, _, rest = found.sentence.partition(": ")
    if before.lower() != outcome or not rest:
        return translated(found.sentence, words)
    # Of one reason and no more the full stop is the sentence's, and not the reason's.
    said = translated(rest, words)
    if said == rest:
        said = translated(rest.removesuffix("."), words) + "."
    return said[:1].upper() + said[1:]


def _width(before: str, value: float | None, unit: Unit) -> str:
    return "" if value is None else before + numerals.written(value, unit).lstrip("+")


def common_reach(found: Iterable[records.Verdict]) -> float:
    """Return how many margins the drawing has room for on either side of zero."""
    ends = [
        abs(end) / one.margin
        for one in found
        if one.margin
        for end in (one.ci_low, one.ci_high)
        if end is not None
    ]
    return REACH * min(max(ends, default=1.0), MOST_MARGINS)


def span(found: records.Verdict, reach: float) -> Span | None:
    """Return where a verdict's interval lies on a line with zero in the middle.

    Args:
        found: The verdict.
        reach: How many of its margins lie on either side; of a claim without a margin it is no
            matter, and the drawing is as wide as the interval needs.
    """
    if found.estimate is None or found.ci_low is None or found.ci_high is None:
        return None
    margin = found.margin or 0.0
    unit = margin or max(abs(found.ci_low), abs(found.ci_high), 1e-9) * REACH / reach

    def place(value: float) -> float:
        return round(50 + 50 * value / (unit * reach), 2)

    low, high, dot = place(found.ci_low), place(found.ci_high), place(found.estimate)
    return Span(
        low=min(max(low, 0.0), 100.0),
        high=max(min(high, 100.0), 0.0),
        dot=dot if 0 <= dot <= 100 else None,
        band_low=place(-margin),
        band_high=place(margin),
        left=low < 0,
        right=high > 100,
    )
