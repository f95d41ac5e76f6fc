"""`python -m ksd_eval store [verify|repair|tidy]`: looking after a folder of results."""

import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ksd_eval import store
from ksd_eval.experiment import Experiment
from ksd_eval.extensions import ConfigError, unknown
from ksd_eval.upkeep import faults, repairing, tidying
from ksd_eval.upkeep.holdings import Holdings

VERBS = ("verify", "repair", "tidy")
OPTIONS = ("execution.results_dir", "yes")
SHOWN = 20
"""Lines of a list that are said; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be done.

    Attributes:
        verb: One of `VERBS`; empty: say how large everything is.
        results: The folder of results.
        yes: Whether what tidying names is removed.
    """

    verb: str = ""
    results: str = "results"
    yes: bool = False


def understood(words: Sequence[str]) -> Options:
    """Return a command line taken apart.

    >>> understood(["tidy", "execution.results_dir=mine", "--yes"])
    Options(verb='tidy', results='mine', yes=True)

    Raises:
        ConfigError: A word is none that there is.
    """
    verb, given = "", {}
    for place, word in enumerate(words):
        name, equals, value = ("yes", "=", "true") if word == "--yes" else word.partition("=")
        if not equals and place == 0 and name in VERBS:
            verb = name
        elif not equals and name not in OPTIONS:
            raise unknown("command of store", name, VERBS)
        elif name not in OPTIONS:
            raise unknown("option of store", name, OPTIONS)
        elif not value:
            raise ConfigError(f"{word!r} has no value; write {name}=VALUE")
        else:
            given[name] = value
    if given.get("yes", "true") not in ("true", "false"):
        raise unknown("value of yes", given["yes"], ("true", "false"))
    if "yes" in given and verb != "tidy":
        raise ConfigError("yes is for store tidy, which removes files; nothing else asks for it")
    results = given.get("execution.results_dir", "results")
    return Options(verb, results, given.get("yes") == "true")


def upkeep(options: Options, build: Callable[[Sequence[str]], Experiment]) -> int:
    """Do what is asked, and return the exit code: 1 where something is, or stays, broken.

    Args:
        options: What is asked.
        build: Constructs an experiment of the words of a command line.

    Raises:
        ConfigError: There is no such folder, or it cannot be tidied.
        StoreError: It cannot be written.
    """
    folder = Path(options.results)
    if not folder.is_dir():
        raise ConfigError(
            f"there is no folder {options.results!r}; name one: execution.results_dir=FOLDER"
        )
    holdings = Holdings(folder)
    if options.verb == "tidy":
        return tidy(holdings, options.yes)
    if not options.verb:
        _say(sizes(holdings))
        return 0
    found = faults.found_in(holdings)
    if not found.all:
        _say(["everything is as it was made"])
        return 0
    _say(_short([str(fault) for fault in found.all]))
    if options.verb == "verify":
        _say(
            [
                f"{len(found.all)} broken; to make them again: python -m ksd_eval store repair "
                f"{shlex.quote(f'execution.results_dir={folder}')}"
            ]
        )
        return 1

    def again(command: str) -> Experiment:
        return build(repairing.words_of(command, folder))

    left = repairing.Repair(holdings, again).repaired(found)
    _say([*_short(left), f"{len(left)} still broken"] if left else ["everything was repaired"])
    return 1 if left else 0


def sizes(holdings: Holdings) -> list[str]:
    """Return how much there is of what, a line each."""
    pictures = [holdings.images.path(image_id) for image_id in holdings.images.ids()]
    references, answers = holdings.references(), holdings.answers()
    lines = [
        _line("pictures", len(pictures), _bytes(pictures)),
        _line("references", len(references), _bytes(references)),
        _line("judges' answers", len(answers), _bytes(answers)),
    ]
    for name in dict.fromkeys(run.home.folder.parent.name for run in holdings.runs):
        mine = [run.home.folder for run in holdings.runs if run.home.folder.parent.name == name]
        inside = [path for folder in mine for path in folder.rglob("*")]
        lines.append(_line(f"runs of {name}", len(mine), _bytes(inside)))
    writes = list(holdings.unfinished_writes())
    lines.append(_line("unfinished writes", len(writes), _bytes(writes)))
    for run in holdings.runs:
        if run.is_unfinished:
            state = "is under way" if run.home.is_held() else "is not finished"
            lines.append(f"{run.name} {state}")
    return lines


def tidy(holdings: Holdings, yes: bool) -> int:
    """Say what no run refers to, and remove it where that is asked for."""
    with store.locked(
        holdings.folder / ".lock", lambda: _say(["waiting for a run that is being begun"])
    ):
        litter = tidying.found_in(holdings)
        kinds = {
            "pictures that no run refers to": litter.pictures,
            "references that no run uses": litter.references,
            "judges' answers that no run has": litter.answers,
            "unfinished writes": litter.writes,
            "parts of finished runs": litter.parts,
        }
        lines = [_line(kind, len(paths), _bytes(paths)) for kind, paths in kinds.items() if paths]
        named = _short([f"  {path}" for path in litter.paths])
        _say([*lines, *named, *litter.kept])
        if not litter.paths:
            _say(["nothing to remove"])
        elif yes:
            tidying.remove(litter)
            _say(["removed"])
        else:
            _say(["nothing was removed; add --yes to remove it"])
    return 0


def _short(lines: Sequence[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], *([f"and {more} more"] if more > 0 else [])]


def _bytes(paths: Iterable[Path]) -> int:
    inside = (file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]))
    return sum(file.stat().st_size for file in inside if file.is_file())


def _line(what: str, count: int, size: int) -> str:
    return f"{what:<32}{count:>9,}{size / 1e6:>12,.1f} MB"


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
