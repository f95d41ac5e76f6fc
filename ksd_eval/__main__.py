"""The command line: `python -m ksd_eval experiment=bias`.

Words with `=` are options of a run; a first word without one is a command of the table below.
"""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ksd_eval import extensions
from ksd_eval.config import composing, overriding, photographs
from ksd_eval.execution import threads
from ksd_eval.extensions import ConfigError

HELP = """\
Find out what a Korean text-to-image model cannot do, and whom it leaves out.

  python -m ksd_eval experiment=bias                 run it: pictures, tables and a page in results/
  python -m ksd_eval experiment=bias model=planted   the same with another model
  python -m ksd_eval experiment=card                 every experiment, and the whole ledger
  python -m ksd_eval experiment=bias --cfg job       print all that can be set, and run nothing
  python -m ksd_eval -m experiment=bias model=a,b    several runs, one after another
  python -m ksd_eval label run=results/bias/<id>     a page on which people label its pictures
  python -m ksd_eval audit prompts=mine.csv          what a native reader should look at in prompts
  python -m ksd_eval store verify                    whether results are whole; repair, tidy
  python -m ksd_eval list                            what can be run
  python -m ksd_eval doctor                          what this machine has, and what is ready on it
  python -m ksd_eval doctor experiment=card …        what that command would need, download and take

Options are KEY=VALUE, such as generation.replicates=2, execution.results_dir=FOLDER,
execution.workers=1 or report.language=ko; execution=ray paints on a cluster. --config-dir FOLDER
adds configuration of your own.
A run that is stopped goes on where it stopped, and a finished one given again changes nothing.

"""

MISTAKE = 2
"""Exit code for what was asked wrongly: nothing was painted."""


@dataclass(frozen=True)
class Line:
    """A command line, understood.

    Attributes:
        options: `KEY=VALUE` and the like.
        also: Further folders of configuration.
        several: Whether values with commas between them mean a run each.
        printed: Whether to print the configuration and run nothing.
    """

    options: tuple[str, ...] = ()
    also: tuple[Path, ...] = ()
    several: bool = False
    printed: bool = False


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code: 2 is a mistake in what was asked."""
    words = list(sys.argv[1:] if words is None else words)
    try:
        if not words or {"-h", "--help"} & set(words):
            sys.stdout.write(HELP)
            return listing()
        if words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        return runs(understood(words))
    except ConfigError as error:
        return complain(error, MISTAKE)
    except KeyboardInterrupt:
        kept = "stopped; what was finished is kept. Give the same command again and it goes on"
        return complain(kept, 130)


def understood(words: Sequence[str]) -> Line:
    """Return a command line taken apart.

    >>> understood(["-m", "experiment=bias", "--config-dir", "mine"]).also[0].name
    'mine'

    Raises:
        ConfigError: A word is neither option nor command.
    """
    options: list[str] = []
    also: list[Path] = []
    flags = set()
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if word in ("-m", "--multirun"):
            flags.add("several")
        elif name in ("--cfg", "-c", "--config-dir", "-cd"):
            value = value if equals else next(left, "")
            if name in ("--config-dir", "-cd"):
                also.append(Path(value))
            elif value == "job":
                flags.add("printed")
            else:
                raise extensions.unknown("--cfg", value, ["job"])
        elif word.startswith("-"):
            raise extensions.unknown("flag", word, ["--cfg", "--config-dir", "--help", "-m"])
        elif not equals and not word.startswith("~"):
            raise misplaced(word)
        else:
            options.append(word)
    return Line(tuple(options), tuple(also), "several" in flags, "printed" in flags)


def misplaced(word: str) -> ConfigError:
    """Return the error for a word that has no `=` and is no command."""
    if word in extensions.groups().get("experiment", []):
        return ConfigError(f"{word!r} is an experiment; write experiment={word}")
    return extensions.unknown("command", word, COMMANDS)


def runs(line: Line) -> int:
    """Do one run, or several one after another. All are built before the first is begun."""
    lines = overriding.sweep(line.options) if line.several else [list(line.options)]
    found = [composing.composed(options, line.also) for options in lines]
    if line.printed:
        sys.stdout.write("---\n".join(configuration.text for configuration in found))
        return 0
    # Before numpy is imported, which reads it then; and numpy comes with the next line.
    threads.fix(found[0].run.generation.threads)
    from ksd_eval.config import attempts, building
    from ksd_eval.execution.base import PaintError
    from ksd_eval.experiment import PlanError
    from ksd_eval.labels.base import LabelError
    from ksd_eval.prompts.base import PromptError
    from ksd_eval.shares.base import ShareError
    from ksd_eval.store import StoreError, WriteError
    from ksd_eval.studies.base import StudyError

    refusals = (LabelError, PlanError, PromptError, ShareError, StoreError, StudyError)
    try:
        for configuration in found:
            building.built(configuration)
        for options, configuration in zip(lines, found, strict=True):
            attempts.done(options, line.also, configuration)
    except (PaintError, WriteError) as error:
        return complain(error, 1)
    except refusals as error:
        return complain(error, MISTAKE)
    return 0


def listing(words: Sequence[str] = ()) -> int:
    """Say what can be run."""
    for group, names in extensions.groups().items():
        sys.stdout.write(f"{group + '=':<12}{', '.join(names)}\n")
    return 0


def doctor(words: Sequence[str]) -> int:
    """Say what this machine has, or what the command in `words` would need and take on it."""
    as_json = "--json" in words
    line = understood([word for word in words if word != "--json"])
    if line.several or line.printed:
        raise ConfigError("doctor looks at one command, and runs nothing: leave out -m and --cfg")
    configuration = composing.composed(line.options, line.also) if line.options else None
    from ksd_eval.config import building  # numpy and pandas come with these
    from ksd_eval.doctor import command

    if configuration is not None:
        return command.of_command(building.built(configuration), as_json=as_json)
    nodes = composing.models(line.also)
    models = building.plugins_of(
        {name: node for name, node in nodes.items() if not isinstance(node, str)}, "models"
    )
    judges = building.plugins_of(photographs.judges(extensions.folders(line.also)), "judges")
    found = {name: models.get(name, node) for name, node in nodes.items()}
    return command.of_machine(found, judges, as_json=as_json)


def label(words: Sequence[str]) -> int:
    """Write a page on which people label a run's pictures."""
    from ksd_eval.labels import command  # pandas comes with it

    return command.label(words)


def audit(words: Sequence[str]) -> int:
    """Look at a set of prompts, and write what a native reader should look at."""
    from ksd_eval.audit import command  # the analyser and numpy come with it
    from ksd_eval.config import building
    from ksd_eval.prompts.base import PromptError

    options, left = command.understood(words)
    name, node = composing.prompt_set(left)
    try:
        return command.audit(name, building.prompts_of(node), options)
    except PromptError as error:
        return complain(error, MISTAKE)


def store(words: Sequence[str]) -> int:
    """Say how large a folder of results is; or verify, repair or tidy it."""
    from ksd_eval.config import building
    from ksd_eval.experiment import Experiment
    from ksd_eval.store import StoreError
    from ksd_eval.upkeep import command  # pandas comes with it

    def build(options: Sequence[str]) -> Experiment:
        line = understood(options)
        configuration = composing.composed(line.options, line.also)
        threads.fix(configuration.run.generation.threads)
        return building.built(configuration, shlex.join(["python", "-m", "ksd_eval", *options]))

    try:
        return command.upkeep(command.understood(words), build)
    except StoreError as error:
        return complain(error, 1)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "list": listing,
    "doctor": doctor,
    "label": label,
    "audit": audit,
    "store": store,
}
"""Words that are no runs, and what they do."""


def complain(about: object, code: int) -> int:
    """Say one sentence where errors are said, and return the exit code."""
    sys.stderr.write(f"ksd_eval: {about}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
