"""Every command that a document gives is one that is understood, by the real configuration."""

import importlib
import inspect
import json
import pkgutil
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from ksd_eval import judges, usage
from ksd_eval.__main__ import COMMANDS, understood
from ksd_eval.comparison import command as compare
from ksd_eval.config import composing, overriding
from ksd_eval.exporting import command as export
from ksd_eval.extensions import ConfigError
from ksd_eval.labels import command as labels
from ksd_eval.model_card import command as model_card
from ksd_eval.upkeep import command as upkeep

TAKEN_APART = {
    "label": labels.understood,
    "compare": lambda words: len(compare.understood(words)[1]) > 1,
    "model-card": lambda words: usage.options("model-card", words, model_card.Options, ("run",)),
    "export": lambda words: usage.options("export", words, export.Options, ("run", "to")),
    "store": upkeep.understood,
}
"""Command -> what takes its words apart, as the command itself does."""

ROOT = Path(__file__).parents[1]
PAGES = sorted(ROOT.glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
ASKS = "python -m ksd_eval"


def first_cell(path: Path) -> str:
    """Return the text that a notebook begins with."""
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def text_of(path: Path) -> str:
    return first_cell(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")


def commands(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words after `python -m ksd_eval` of every command in a text's blocks."""
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.removeprefix("$ ").split("&&"):
                if part.strip().startswith(ASKS):
                    yield tuple(shlex.split(part, comments=True)[3:])


GIVEN = {
    words: path.name for path in [*NOTEBOOKS, *PAGES] for words in commands(text_of(path)) if words
}


def marked(words: tuple[str, ...]) -> object:
    long = "experiment=card" in words  # twelve configurations
    marks = [pytest.mark.slow] if long else []
    return pytest.param(words, id=f"{GIVEN[words]}: {' '.join(words)}", marks=marks)


def test_documents_give_commands():
    assert {"README.md", "README.ko.md", "WALKTHROUGH.md"} <= {
        path.name for path in PAGES if list(commands(text_of(path)))
    }
    assert len(GIVEN) > 30
    assert [*commands("```bash\nls && python -m ksd_eval a=1 \\\n  b=2  # why\n```")] == [
        ("a=1", "b=2")
    ]


@pytest.mark.parametrize("words", [marked(words) for words in GIVEN])
def test_a_command_is_understood(words):
    name, rest = words[0], list(words[1:])
    if name == "doctor":
        rest = [word for word in rest if word != "--json"]
        assert not rest or composing.composed(understood(rest).options)
    elif name == "audit":
        own = [word for word in rest if word.startswith("prompts")]
        assert composing.prompt_set(own)
    elif name in TAKEN_APART:
        assert TAKEN_APART[name](rest)
    elif "=" not in name and not name.startswith("-"):
        assert name in COMMANDS
    else:
        line = understood(words)
        also = [folder for folder in line.also if folder.is_dir()]
        if line.also and not also:
            pytest.skip("its folder of configuration is written by the notebook")
        lines = overriding.sweep(line.options) if line.several else [line.options]
        for options in lines:
            assert composing.composed(options, also).run.name


@pytest.mark.parametrize(
    "words",
    [
        "compare a b fail_no=worse",
        "compare a b fail_on=better",
        "model-card run=a crad=README.md",
        "model-card card=README.md",
        "export run=a to=b licence=mit",
        "export run=a",
        "store check",
        "store verify results_dir=a",
    ],
)
def test_a_command_that_is_written_wrongly_is_not(words):
    name, *rest = words.split()
    with pytest.raises(ConfigError):
        TAKEN_APART[name](rest)


def test_every_command_of_the_documents_is_taken_apart():
    named = {words[0] for words in GIVEN} & set(COMMANDS)
    assert named <= {*TAKEN_APART, "doctor", "audit"}


def test_both_languages_give_the_same_commands():
    pages = {path.name: path for path in PAGES}
    both = [name for name in pages if name.replace(".md", ".ko.md") in pages]
    assert {"README.md", "WALKTHROUGH.md"} <= set(both)
    for name in both:
        one, other = (
            [" ".join(re.sub(r"=[^\x00-\x7f]+", "=…", word) for word in words) for words in found]
            for found in (
                list(commands(text_of(pages[name]))),
                list(commands(text_of(pages[name.replace(".md", ".ko.md")]))),
            )
        )
        assert [line.split()[0] for line in one] == [line.split()[0] for line in other], name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_a_document_leads_to_is_there(path):
    targets = {target for target in LINK.findall(text_of(path)) if "://" not in target}
    assert [target for target in targets if not (ROOT / target).exists()] == []


def looking() -> set[str]:
    """Return the names of the classes that look at pictures: judges, and extractors of features."""
    found = set()
    for module in pkgutil.iter_modules(judges.__path__, f"{judges.__name__}."):
        home = importlib.import_module(module.name)
        for name, cls in inspect.getmembers(home, inspect.isclass):
            own = cls.__module__ == home.__name__ and not name.startswith("_")
            if own and not module.name.endswith(".base") and hasattr(cls, "identity"):
                found |= {name} if "images" in inspect.signature(cls.__call__).parameters else set()
    return found


@pytest.mark.parametrize("page", ["RESPONSIBLE_USE.md", "RESPONSIBLE_USE.ko.md"])
def test_every_judge_has_a_line_on_what_it_may_not_be_used_for(page):
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert len(looking()) > 20
    assert looking() - named == set()
    assert {name for name in named if name[0].isupper()} - looking() == set(), "no such judge"
