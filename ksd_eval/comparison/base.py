"""What a comparison of runs is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ksd_eval.records import Estimate

Weight: TypeAlias = Literal["compared", "caution", "refused"]
"""What an inequality of two runs means: it is what is compared; it may be what makes the
difference in its place; or what hangs on it is not compared."""

How: TypeAlias = Literal["paired", "unpaired", "beside"]
"""How a difference was had: pair for pair, of prompts that are not shared, or not at all."""

Trend: TypeAlias = Literal["worse", "better", "same", "new", "beside"]

WEIGHTS: Final[tuple[Weight, ...]] = ("compared", "refused", "caution")


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence by its key, with what fills its holes.

    Attributes:
        key: As in `words`.
        holes: What fills each.
    """

    key: str
    holes: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Term:
    """Something in which two runs differ.

    Attributes:
        key: What kind of thing, as in `words`.
        name: Which of them: a judge's name, an option; empty where there is one.
        first: What it is in the first run.
        second: What it is in the second.
        weight: What that means for the comparison.
    """

    key: str
    name: str
    first: str
    second: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate of two runs, and their difference where there is one.

    Attributes:
        first: The estimate as the first run has it; None where it has not.
        second: As the second run has it.
        how: How the difference was had.
        difference: Second less first, over the pairs that are told of in both where it is paired;
            None where there is none. Its `p_value` is that of no difference, its `q_value` the same
            among all differences of the comparison.
        reasons: Why there is no difference, or what to know of it.
    """

    first: Estimate | None
    second: Estimate | None
    how: How
    difference: Estimate | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def about(self) -> Estimate:
        """Return the estimate of either run, for what it is about."""
        found = self.second if self.first is None else self.first
        assert found is not None  # a row is of an estimate that one of them has
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a verdict from one run to another.

    Attributes:
        claim: The claim's id.
        admission: What the card admits.
        outcomes: The verdict in each run, in order; empty where a run has no such claim.
        trend: From the first run to the last.
        row: The estimate that decides it, in the first run and the last; None where unknown.
        reasons: Why the verdicts are not to be compared, why the last one says nothing, or that
            not all of their prompts are told of in both.
    """

    claim: str
    admission: str
    outcomes: tuple[str, ...]
    trend: Trend
    row: Row | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Side:
    """Two runs of one experiment, the first and another one.

    Attributes:
        experiment: Its name.
        names: Of the two runs.
        shared: Prompt pairs that both asked, in the same words.
        pairs: How many each asked.
        terms: In what they differ.
        rows: Every estimate of either.
    """

    experiment: str
    names: tuple[str, str]
    shared: int
    pairs: tuple[int, int]
    terms: Sequence[Term]
    rows: Sequence[Row]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several runs, each held against the first.

    Attributes:
        names: Of the runs, in order.
        arms: Role -> what each run asked in it, in order.
        finished: When each run was finished.
        changes: What became of each verdict.
        sides: The pairs of runs that were held against each other.
        without: Experiments of a card that only one of two has, or whose run is not there, and why.
    """

    names: tuple[str, ...]
    arms: Sequence[Mapping[str, str]]
    finished: tuple[str, ...]
    changes: Sequence[Change]
    sides: Sequence[Side]
    without: Sequence[Reason] = ()

    @property
    def rows(self) -> list[Row]:
        """Return the rows of all sides."""
        return [row for side in self.sides for row in side.rows]

    @property
    def worse(self) -> list[Change]:
        """Return the verdicts that got worse."""
        return [change for change in self.changes if change.trend == "worse"]
