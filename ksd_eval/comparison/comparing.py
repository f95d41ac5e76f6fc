"""Runs against the first of them: of a card, experiment by experiment."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ksd_eval.comparison import changes
from ksd_eval.comparison.base import Comparison, Reason, Row, Side
from ksd_eval.comparison.differences import rows, scanned
from ksd_eval.comparison.opposed import Construct, Opened, Opposed
from ksd_eval.comparison.terms import terms
from ksd_eval.loading import Run, load_run
from ksd_eval.store import StoreError


class CompareError(ValueError):
    """Runs that cannot be compared; the message is one clear sentence with the cure."""


def compared(runs: Sequence[Run], construct: Construct) -> Comparison:
    """Return runs laid side by side, each held against the first.

    Args:
        runs: Two or more, finished.
        construct: Makes a metric of its node in a configuration.

    Raises:
        CompareError: Two runs have no experiment in common, or there is only one.
        StoreError: A run that a card is made of cannot be read.
    """
    if len(runs) < 2:
        raise CompareError("there is nothing to compare one run with; name two or more")
    names = _apart([run.name for run in runs])
    without: list[Reason] = []
    sides: list[Side] = []
    for name, run in zip(names[1:], runs[1:], strict=True):
        found = list(_sides(runs[0], run, (names[0], name), construct, without))
        if not found:
            raise CompareError(
                f"{names[0]} and {name} have no experiment in common; compare runs of one "
                "experiment, or cards"
            )
        sides += found
    sides = _one_scan(sides)
    ending = [side for side in sides if side.names[1] == names[-1]]
    return Comparison(
        names=names,
        arms=[run.manifest.get("arms") or {} for run in runs],
        finished=tuple(str(run.manifest.get("finished", "")) for run in runs),
        changes=changes.changes(runs, ending),
        sides=sides,
        without=without,
    )


def _sides(
    first: Run, second: Run, names: tuple[str, str], construct: Construct, without: list[Reason]
) -> Iterator[Side]:
    ours, theirs = _experiments(first), _experiments(second)
    for experiment in dict.fromkeys([*ours, *theirs]):
        if experiment not in ours or experiment not in theirs:
            which = names[0] if experiment not in ours else names[1]
            without.append(Reason("without.experiment", {"run": which, "experiment": experiment}))
            continue
        try:
            both = [
                run if folder is None else load_run(folder)
                for run, folder in ((first, ours[experiment]), (second, theirs[experiment]))
            ]
        except StoreError as error:  # a card may have been copied without its runs
            without.append(Reason("without.run", {"experiment": experiment, "why": str(error)}))
            continue
        yield side(experiment, names, Opposed(*(Opened(run, construct) for run in both)))


def _experiments(run: Run) -> dict[str, Path | None]:
    """Return the folder of each experiment that a run has; None for the run itself."""
    if run.parts:
        return {**run.parts}
    return {str(run.manifest.get("name") or run.folder.resolve().parent.name): None}


def side(experiment: str, names: tuple[str, str], opposed: Opposed) -> Side:
    """Return two runs of one experiment, held against each other."""
    tables = [one.run.prompts for one in (opposed.first, opposed.second)]
    return Side(
        experiment=experiment,
        names=names,
        shared=len(opposed.shared),
        pairs=(len(tables[0]), len(tables[1])),
        terms=terms(opposed),
        rows=rows(opposed),
    )


def _one_scan(sides: Sequence[Side]) -> list[Side]:
    """Return sides whose differences are adjusted together: they are all looked at together."""
    every: list[Row] = scanned([row for one in sides for row in one.rows])
    found, begun = [], 0
    for one in sides:
        mine = every[begun : begun + len(one.rows)]
        begun += len(one.rows)
        found.append(Side(one.experiment, one.names, one.shared, one.pairs, one.terms, tuple(mine)))
    return found


def _apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which no two are the same: a run may be compared with itself.

    >>> _apart(["bias/a", "bias/b", "bias/a"])
    ('bias/a', 'bias/b', 'bias/a#2')
    """
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(found)
