"""What the command line says of itself: the overview, and the help of each command."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from ksd_eval.extensions import ConfigError, unknown

OVERVIEW: Final = """\
Find out what a Korean text-to-image model cannot do, and whom it leaves out.

The three commands that most people want:

  python -m ksd_eval experiment=bias                 run it: pictures, tables and a page in results/
  python -m ksd_eval experiment=card model=NAME      every experiment with a model, and one ledger
  python -m ksd_eval doctor experiment=card model=NAME
                                                     what that would need, download and take

python -m ksd_eval --help says more; python -m ksd_eval COMMAND --help explains a command.

"""

HELP: Final = """\
Find out what a Korean text-to-image model cannot do, and whom it leaves out.

  python -m ksd_eval experiment=bias                 run it: pictures, tables and a page in results/
  python -m ksd_eval experiment=bias model=planted   the same with another model
  python -m ksd_eval experiment=card                 every experiment, and the whole ledger
  python -m ksd_eval experiment=bias --cfg job       print all that can be set, and run nothing
  python -m ksd_eval -m experiment=bias model=a,b    several runs, one after another

Commands, each with a --help of its own:

{commands}

Options are KEY=VALUE, such as generation.replicates=2, execution.results_dir=FOLDER,
execution.workers=1 or report.language=ko; execution=ray paints on a cluster. --config-dir FOLDER
adds configuration of your own.
A run that is stopped goes on where it stopped, and a finished one given again changes nothing.

"""


@dataclass(frozen=True)
class Usage:
    """What a command is for and how it is given.

    Attributes:
        words: What may follow its name.
        does: What it does, as the end of a line.
        says: What to know before giving it; its exit codes where they mean something.
        options: Option -> what it is.
        example: A whole command, without `python -m ksd_eval`.
    """

    words: str
    does: str
    says: str
    example: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])


RUN: Final = "folder of a finished run, results/<experiment>/<run id>"
LANGUAGE: Final = "en or ko (en)"

USAGES: Final[Mapping[str, Usage]] = {
    "list": Usage(
        "",
        "what can be run",
        "Names every experiment, model, prompt set and engine that is there to be chosen.",
        "list",
    ),
    "doctor": Usage(
        "[experiment=NAME KEY=VALUE …] [--json]",
        "what this machine has, or what a command would need and take",
        "Without more it looks at this machine, its models and judges; with the words of a run, at "
        "that run.\nLoads and downloads nothing. Exit code 0: it could be run now; 1: something "
        "is lacking.",
        "doctor experiment=card model=korean_sd",
        {"--json": "say it to a program"},
    ),
    "label": Usage(
        "[run=FOLDER] [KEY=VALUE …]",
        "a page on which people label a run’s pictures",
        "Draws a blinded random subset and writes one page that works in any browser.",
        "label run=results/bias/<run id> count=200 language=ko",
        {
            "run": f"{RUN} (the newest of bias)",
            "measurement": "what is asked of each picture (gender)",
            "count": "pictures at most, all arms together (300)",
            "seed": "of the draw and of the order (0)",
            "out": "the page’s file (label/<measurement>.html in the run’s folder)",
            "language": LANGUAGE,
        },
    ),
    "audit": Usage(
        "prompts=NAME|FILE [prompts.KEY=VALUE …] [KEY=VALUE …]",
        "what a native reader should look at in prompts",
        "Writes a page and a table of what someone who reads both languages should look at.",
        "audit prompts=mine.csv prompts.columns.ko=korean",
        {
            "prompts": "one of the sets that come along, or a table of one’s own",
            "out": "the folder (results/audit/<name>)",
            "language": LANGUAGE,
        },
    ),
    "store": Usage(
        "[verify|repair|tidy] [execution.results_dir=FOLDER] [--yes]",
        "whether results are whole; repair them, tidy them up",
        "Without a verb it says how large everything is. verify takes every hash again, repair "
        "makes\nwhat is broken again, tidy names what no run refers to. Exit code 1: something "
        "is broken.",
        "store verify execution.results_dir=results",
        {
            "execution.results_dir": "the folder of results (results)",
            "--yes": "with tidy: remove what it names",
        },
    ),
    "compare": Usage(
        "RUN RUN … [KEY=VALUE …]",
        "models or dates side by side, with intervals of their differences",
        "Holds each run against the first. A difference has an interval where both runs asked the "
        "same and\nwere judged alike; where not, it says why. Exit code 1: fail_on was given and "
        "a verdict got worse;\n2: a mistake, or verdicts that may not be compared.",
        "compare results/bias/<one> results/bias/<other> fail_on=worse",
        {
            "fail_on": "worse: exit code 1 if a verdict got worse from the first run to the last",
            "to": "the folder of page and tables (results/compare/<both ids>)",
            "language": LANGUAGE,
        },
    ),
    "model-card": Usage(
        "run=FOLDER [card=FILE] [KEY=VALUE …]",
        "a model card whose limitations are numbers",
        "Writes the card with every admission measured, and the results as metadata of the hub. "
        "What the\ngiven card says otherwise stays.",
        "model-card run=results/card/<run id> card=README.md language=ko to=CARD.md",
        {
            "run": RUN,
            "card": "the model’s present card, whose other sections, licence and tags are kept",
            "to": "the file (model-card.<language>.md in the run’s folder)",
            "push": "open it as a pull request on the model of this name, OWNER/NAME, which must "
            "be the one that was measured",
            "language": LANGUAGE,
        },
    ),
    "export": Usage(
        "run=FOLDER to=FOLDER [license=NAME]",
        "pictures and measurements as a data set of `datasets`",
        "Writes parquet files with the pictures inside and a data set card, as the hub lays them "
        "out.\nNeeds pip install 'ksd-eval[export]'.",
        "export run=results/bias/<run id> to=pictures",
        {
            "run": RUN,
            "to": "an empty folder",
            "license": "of the pictures, as the hub names it (that of the package for its own "
            "models, else unknown)",
        },
    ),
}
"""Every command by its name, in the order in which they are listed."""


def everything() -> str:
    """Return the help of the whole."""
    lines = [f"  {name:<12}{one.does}" for name, one in USAGES.items()]
    return HELP.format(commands="\n".join(lines))


def help_of(command: str) -> str:
    """Return the help of one command: usage, options and an example.

    >>> print(help_of("list"))
    usage: python -m ksd_eval list
    <BLANKLINE>
    Names every experiment, model, prompt set and engine that is there to be chosen.
    <BLANKLINE>
    example: python -m ksd_eval list
    <BLANKLINE>
    """
    one = USAGES[command]
    first = f"usage: python -m ksd_eval {command} {one.words}".rstrip()
    width = max(map(len, one.options), default=0) + 3
    listed = "".join(f"  {name:<{width}}{text}\n" for name, text in one.options.items())
    parts = [f"{first}\n", f"{one.says}\n", listed, f"example: python -m ksd_eval {one.example}\n"]
    return "\n".join(filter(None, parts))


def options(
    command: str, words: Iterable[str], of: type, needed: Sequence[str] = ()
) -> dict[str, str]:
    """Return the options that a command line gives, by the names of a dataclass's fields.

    `--fail-on=worse` is `fail_on=worse`.

    Args:
        command: The command's name, for messages.
        words: Each `NAME=VALUE`.
        of: The dataclass.
        needed: Options that have no default.

    Raises:
        ConfigError: A word is no option, has no value, is given twice, or one is lacking.
    """
    names = [item.name for item in fields(of)]
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        name = name.removeprefix("--").replace("-", "_")
        if name not in names:
            raise unknown(f"option of {command}", name, names)
        if not equals or not value:
            raise ConfigError(f"{word!r} has no value; write {name}=VALUE")
        if name in given:
            raise ConfigError(f"{name} is given twice, {given[name]!r} and {value!r}; give it once")
        given[name] = value
    lacking = [name for name in needed if name not in given]
    if lacking:
        raise ConfigError(
            f"{command} needs {lacking[0]}=…; python -m ksd_eval {command} --help says what it is"
        )
    if given.get("language", "en") not in ("en", "ko"):
        raise unknown("language", given["language"], ("en", "ko"))
    return given
