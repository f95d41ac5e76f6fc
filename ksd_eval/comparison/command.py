"""`python -m ksd_eval compare RUN RUN …`: from finished runs to a page of what differs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ksd_eval import store, usage
from ksd_eval.comparison import page, words, written
from ksd_eval.comparison.base import Comparison
from ksd_eval.comparison.comparing import CompareError as CompareError
from ksd_eval.comparison.comparing import compared
from ksd_eval.comparison.opposed import Construct
from ksd_eval.extensions import unknown
from ksd_eval.loading import load_run

FAILING = ("worse",)


@dataclass(frozen=True, slots=True)
class Options:
    """How runs are compared, and where the page goes.

    Attributes:
        fail_on: "worse": exit code 1 where a verdict got worse, 2 where that cannot be told;
            empty: never.
        to: The folder; empty: `results/compare/<both ids>` beside the first run's results.
        language: "en" or "ko".
    """

    fail_on: str = ""
    to: str = ""
    language: str = "en"


def understood(words: Sequence[str]) -> tuple[Options, list[str]]:
    """Return the options of a command line, and the folders of runs.

    >>> understood(["results/bias/a", "results/bias/b", "--fail-on=worse"])
    (Options(fail_on='worse', to='', language='en'), ['results/bias/a', 'results/bias/b'])

    Raises:
        ConfigError: A word is no option, or its value is none that it can have.
    """
    folders = [word for word in words if not word.startswith("--") and _is_folder(word)]
    rest = [word for word in words if word not in folders]
    options = Options(**usage.options("compare", rest, Options))
    if options.fail_on not in ("", *FAILING):
        raise unknown("fail_on", options.fail_on, FAILING)
    return options, folders


def _is_folder(word: str) -> bool:
    """Whether a word names a run; a folder may have `=` in its name."""
    return "=" not in word or Path(word).is_dir()


def compare(given: Sequence[str], construct: Construct) -> int:
    """Write the page that the command line asks for, and return the exit code.

    Returns:
        1 where `fail_on=worse` and a verdict got worse from the first run to the last, or says
        nothing any more. 2 where that is asked and verdicts may not be compared, as those that do
        not rest on the same prompts and judges, which is no answer to it. Else 0.

    Raises:
        ConfigError: A word is no option.
        CompareError: The runs have nothing in common, or there is one.
        StoreError: A run cannot be read, or the folder not written.
    """
    options, folders = understood(given)
    runs = [load_run(folder) for folder in folders]
    found = compared(runs, construct)
    results = runs[0].folder.resolve().parents[1]
    ids = "-".join(str(run.manifest.get("run_id") or run.folder.name) for run in runs)
    folder = Path(options.to) if options.to else results / "compare" / ids
    write(found, folder, options.language)
    console = Console()
    page.shown(found, options.language, console)
    sys.stdout.write(f"the page: {folder / 'compare.html'}\n")
    return gate(found, options.language) if options.fail_on else 0


def write(found: Comparison, folder: Path, language: str) -> None:
    """Write a comparison as a page, as Markdown and as tables.

    Raises:
        StoreError: The folder cannot be written.
    """
    store.check_writable(folder)
    store.write_text(folder / "compare.html", page.html(found, language))
    store.write_text(folder / "compare.md", page.markdown(found, language))
    table = written.table(found, language)
    store.write_frame(folder / "compare", table)


def gate(found: Comparison, language: str) -> int:
    """Say which verdicts got worse, or may not be compared, and return the exit code."""
    for change in found.worse:
        first, last = change.outcomes[0], change.outcomes[-1]
        why = "; ".join(words.said(reason, language) for reason in change.reasons)
        lost = f" ({why})" if why else ""
        sys.stderr.write(f"ksd_eval: {change.claim} got worse: {first}, then {last}{lost}\n")
    if found.worse:
        return 1
    unlike = [change for change in found.changes if change.trend == "beside"]
    for change in unlike:
        why = "; ".join(words.said(reason, language) for reason in change.reasons)
        sys.stderr.write(
            f"ksd_eval: whether {change.claim} got worse cannot be told: {why}; compare runs that "
            "are decided alike\n"
        )
    return 2 if unlike else 0
