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
"""How far the small drawing reaches beyond the farthest end, so that nothing touches its edge."""


@dataclass(frozen=True, slots=True)
class Span:
    """An interval drawn small: places along a line, in per cent of its width."""

    low: float
    high: float
    dot: float
    band_low: float
    band_high: float


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
    return tuple(_verdict(one, words) for one in found)


def _verdict(found: records.Verdict, words: Words) -> Verdict:
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
        span=span(found),
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


def span(found: records.Verdict) -> Span | None:
    """Return where a verdict's interval lies on a line with zero in the middle."""
    if found.estimate is None or found.ci_low is None or found.ci_high is None:
        return None
    margin = found.margin or 0.0
    reach = REACH * max(abs(found.ci_low), abs(found.ci_high), margin, 1e-9)

    def place(value: float) -> float:
        return round(50 + 50 * value / reach, 2)

    return Span(
        low=place(found.ci_low),
        high=place(found.ci_high),
        dot=place(found.estimate),
        band_low=place(-margin),
        band_high=place(margin),
    )
