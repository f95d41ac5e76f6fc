"""Whether two verdicts rest on what may be held against each other.

A gate is passed by looking at the same and finding no more, never by looking at less. So prompts
that one of two runs did not ask, a difference that cannot be had where the tables should give it,
and judges that no longer tell make of a change one that is not to be compared.
"""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from ksd_eval.claims import FEWEST_PAIRS
from ksd_eval.comparison.base import Reason, Row, Side
from ksd_eval.loading import Run
from ksd_eval.records import Estimate

UNLIKE: Final = (
    *("metric", "judge", "judge.unknown", "protocol", "reference", "matched", "worth", "taken_off"),
    *("again", "unpaired", "unshared.here", "one_pair", "below"),
)
"""Reasons of a row why its estimates are not of one thing, or of too little that is shared."""

LOST: Final = 0.2
"""Part of its prompts, asked again, of which a verdict may lose the answers; and by how much the
share of its pictures may rise of which judges cannot tell."""


def why_not(row: Row, side: Side) -> Iterator[Reason]:
    """Yield why the verdicts that a row decides are not to be compared.

    Args:
        row: The estimate that decides, in both runs.
        side: The runs.
    """
    yield from (reason for reason in row.reasons if reason.key in UNLIKE)
    if row.first is not None and row.second is not None and has_number(row.first, row.second):
        yield from _fewer(row, row.first, row.second, side)
        yield from _abstained(row.first, row.second)


def has_number(*estimates: Estimate | None) -> bool:
    """Whether all estimates are there and could be had."""
    return all(one is not None and one.estimate is not None for one in estimates)


def too_thin(run: Run, claim: str) -> Reason | None:
    """Return why a run's verdict is open whatever the estimate is; None where it is not.

    It is told by the numbers that the verdict was made of: its outcome is as that of one which
    looked enough and found nothing sure.
    """
    table = run.verdicts
    for verdict in table[table["claim"].astype(str) == claim].to_dict("records"):
        if verdict["n_pairs"] < FEWEST_PAIRS:
            return Reason("thin", {"count": int(verdict["n_pairs"]), "fewest": FEWEST_PAIRS})
        if pd.isna(verdict["ci_low"]) or pd.isna(verdict["ci_high"]):
            return Reason("bare")
    return None


def subset(row: Row | None) -> tuple[Reason, ...]:
    """Return that a difference is over some of the prompts only, where it is."""
    return () if row is None else tuple(one for one in row.reasons if one.key == "subset")


def _fewer(row: Row, first: Estimate, second: Estimate, side: Side) -> Iterator[Reason]:
    """Yield that verdicts rest on unlike prompts.

    Of a prompt that both asked, a judge may have told something once and nothing later: that is no
    choice of who runs it, and is passed over up to `LOST`. A prompt that was not asked is one.
    """
    told = second.n_pairs if row.difference is None else row.difference.n_pairs
    known = subset(row)
    if side.pairs != (side.shared, side.shared):
        # Prompts of another kind may be what differs, and none of those behind this estimate.
        if row.difference is None or told < max(first.n_pairs, second.n_pairs):
            ours, theirs = side.pairs
            asked = Reason("asked", {"shared": side.shared, "first": ours, "second": theirs})
            yield from known or (asked,)
    elif told < (1 - LOST) * first.n_pairs:
        yield from known or (Reason("fewer", {"first": first.n_pairs, "second": told}),)


def _abstained(first: Estimate, second: Estimate) -> Iterator[Reason]:
    """Yield that judges cannot tell of many more pictures than before."""
    before, after = map(abstentions, (first, second))
    if after - before > LOST + 1e-9:  # .9 less .7 is more than .2, by rounding
        yield Reason("abstained", {"first": f"{before:.0%}", "second": f"{after:.0%}"})


def abstentions(estimate: Estimate) -> float:
    """Return the share of the pictures of which judges could not tell, in [0, 1].

    >>> abstentions(Estimate("share", "gender", "korean", 0.5, n_images=30, n_abstained=10))
    0.25
    """
    asked = estimate.n_images + estimate.n_abstained
    return estimate.n_abstained / asked if asked else 0.0
