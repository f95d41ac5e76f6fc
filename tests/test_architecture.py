"""The table of who may import whom, checked against every file: imports inside functions too."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ksd_eval"
CONF = PACKAGE.parent / "conf"
FILES = sorted(PACKAGE.rglob("*.py"))

EVERYTHING = {
    *("records", "numerics", "world", "prompts", "models", "judges", "metrics", "reports"),
    *(
        "miniature",
        "execution",
        "store",
        "claims",
        "verdicts",
        "shares",
        "labels",
        "studies",
        "audit",
        "needs",
        "doctor",
        "upkeep",
        "usage",
        "loading",
        "comparison",
        "exporting",
        "model_card",
    ),
    *("experiment", "evidence", "answers", "ahead", "scoring", "recording", "studying"),
    *("pipeline", "card"),
    *("config", "extensions", "devices", "__main__"),
}

ABOVE = {"usage", "loading", "comparison", "exporting", "model_card"}
"""What reads finished runs, and what the command line says of itself: no run knows it."""

OURS = {
    "__init__": {"loading"},
    "records": set(),
    "devices": set(),
    "numerics": set(),
    "needs": set(),
    "world": {"records", "numerics"},
    "prompts": {"records", "world"},
    "models": {"records", "needs", "devices", "world", "miniature"},
    "judges": {"records", "needs", "devices", "numerics", "world", "miniature"},
    "metrics": {"records", "numerics"},
    "shares": {"records"},
    "labels": {"records", "reports", "store", "loading", "extensions"},
    "audit": {"records", "prompts", "reports", "store", "extensions"},
    "upkeep": {"records", "execution", "experiment", "pipeline", "card", "store", "extensions"},
    "usage": {"extensions"},
    "loading": {"store", "exporting"},
    "exporting": {"records", "loading", "store", "usage"},
    "comparison": {
        *("records", "numerics", "metrics", "reports", "store", "evidence", "loading", "usage"),
        *("claims", "extensions"),
    },
    "model_card": {"records", "reports", "store", "loading", "exporting", "usage"},
    "claims": {"records", "numerics"},
    "verdicts": {"records", "claims"},
    "studies": {
        *("records", "numerics", "world", "prompts", "models", "judges", "metrics", "execution"),
        *("claims", "verdicts", "needs"),
    },
    "reports": {"records", "numerics"},
    "execution": {"records", "needs", "models", "judges"},
    "store": {"records"},
    "miniature": {"records", "numerics", "world", "models", "judges"},
    "experiment": EVERYTHING
    - {"audit", "doctor", "upkeep", "evidence", "answers", "ahead", "scoring", "recording"}
    - {"studying", "pipeline", "card"}
    - {"config", "extensions", "__main__"}
    - ABOVE,
    "evidence": {"records", "judges", "metrics", "labels", "experiment", "store"},
    "answers": {"records", "judges", "execution", "experiment", "store"},
    "ahead": {"answers", "execution", "experiment", "needs", "store"},
    "scoring": {"records", "judges", "metrics", "execution", "experiment", "answers", "store"},
    "recording": {
        *("records", "metrics", "reports", "execution", "experiment", "evidence", "store"),
    },
    "studying": {"records", "execution", "experiment", "evidence", "answers", "store"}
    | {"judges", "studies", "verdicts"},
    "pipeline": EVERYTHING
    - {"audit", "doctor", "upkeep", "card", "config", "extensions", "__main__"}
    - ABOVE,
    "card": EVERYTHING - {"audit", "doctor", "upkeep", "config", "extensions", "__main__"} - ABOVE,
    "doctor": {"records", "needs", "models", "execution", "experiment", "store"},
    "extensions": set(),
    "config": EVERYTHING - {"__main__"} - ABOVE,
    "__main__": EVERYTHING,
}
"""What each part may import of ours, beside itself."""

HYDRA = {"hydra", "omegaconf"}
TENSORS = {"torch", "torchvision", "torchmetrics", "diffusers", "transformers", "open_clip"}
TABLES = {"pandas", "pyarrow"}
DISK = {"os", "pathlib", "shutil", "tempfile"}

FORBIDDEN = {
    "__init__": HYDRA | TENSORS | TABLES,
    "records": HYDRA | TENSORS | TABLES | DISK | {"numpy", "scipy", "PIL"},
    "devices": HYDRA | TABLES | (TENSORS - {"torch"}) | {"numpy", "scipy", "PIL", "matplotlib"},
    "needs": HYDRA | TENSORS | TABLES | DISK | {"numpy", "scipy", "PIL"},
    "doctor": HYDRA | TABLES | (TENSORS - {"torch"}) | {"matplotlib"},
    "numerics": HYDRA | TENSORS | TABLES | DISK | {"PIL", "matplotlib"},
    "world": HYDRA | {"diffusers", "transformers"},
    "prompts": HYDRA | TENSORS | {"pandas", "PIL", "matplotlib"},
    "models": HYDRA | TABLES | {"matplotlib"},
    "judges": HYDRA | TABLES | {"diffusers", "matplotlib"},
    "metrics": HYDRA | TENSORS | DISK | {"PIL", "matplotlib"},
    "shares": HYDRA | TENSORS | TABLES | {"PIL", "matplotlib"},
    "labels": HYDRA | TENSORS | {"matplotlib"},
    "audit": HYDRA | TABLES | {"torch", "torchvision", "diffusers", "matplotlib"},
    "upkeep": HYDRA | TENSORS | {"matplotlib"},
    "usage": HYDRA | TENSORS | TABLES | {"numpy", "scipy", "PIL", "matplotlib"},
    "loading": HYDRA | TENSORS | {"matplotlib"},
    "exporting": HYDRA | TENSORS | {"matplotlib"},
    "comparison": HYDRA | TENSORS | {"matplotlib"},
    "model_card": HYDRA | TENSORS | {"matplotlib"},
    "claims": HYDRA | TENSORS | DISK | {"PIL", "matplotlib"},
    "verdicts": HYDRA | TENSORS | TABLES | DISK | {"PIL", "matplotlib"},
    "studies": HYDRA | {"matplotlib"},
    "reports": HYDRA | TENSORS,
    "execution": HYDRA | {"pandas", "matplotlib"},
    "store": HYDRA | TENSORS,
    "miniature": HYDRA,
    "experiment": HYDRA | TENSORS,
    "evidence": HYDRA | TENSORS | {"matplotlib"},
    "answers": HYDRA | TENSORS | {"matplotlib"},
    "ahead": HYDRA | TENSORS | {"pandas", "matplotlib"},
    "scoring": HYDRA | TENSORS | {"matplotlib"},
    "recording": HYDRA | TENSORS | {"matplotlib"},
    "studying": HYDRA | TENSORS | {"matplotlib"},
    "pipeline": HYDRA | TENSORS,
    "card": HYDRA | TENSORS,
    "extensions": HYDRA | TENSORS | TABLES,
    "config": TENSORS | TABLES,
    "__main__": TENSORS | TABLES,
}
"""What each part may not import of others: roots of module names."""

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "processor"}


def part(path: Path) -> str:
    """Return the part that a file belongs to: `judges`, `store`, …"""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def package_of(path: Path) -> list[str]:
    """Return the dotted package that a file's relative imports start from, in pieces."""
    return ["ksd_eval", *path.relative_to(PACKAGE).parts[:-1]]


def imported(source: str, package: list[str]) -> Iterator[str]:
    """Yield the dotted name of everything a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def violations(source: str, name: str, package: list[str]) -> list[str]:
    """Return every import of a source that its part, `name`, is not allowed."""
    wrong = []
    for module in imported(source, package):
        root, _, rest = module.partition(".")
        ours = rest.partition(".")[0]
        if root == "ksd_eval" and ours in EVERYTHING - {name} and ours not in OURS[name]:
            wrong.append(f"{name} imports {module}")
        if root in FORBIDDEN[name]:
            wrong.append(f"{name} imports {module}")
    return wrong


def test_there_is_something_to_check():
    assert len(FILES) > 20
    assert {part(path) for path in FILES} <= OURS.keys() == FORBIDDEN.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_part_may(path):
    assert violations(path.read_text(encoding="utf-8"), part(path), package_of(path)) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("judges", "import pandas as pd"),
        ("judges", "def late():\n    from pandas import DataFrame\n"),
        ("judges", "from ksd_eval import store"),
        ("judges", "from ksd_eval.models.base import Model"),
        ("judges", "from ..models import base"),
        ("judges", "from .. import models"),
        ("metrics", "import torch.nn"),
        ("metrics", "from pathlib import Path"),
        ("numerics", "from ksd_eval.records import Estimate"),
        ("records", "from ksd_eval import numerics"),
        ("reports", "import torchvision"),
        ("pipeline", "from hydra.utils import instantiate"),
        ("store", "import omegaconf"),
    ],
)
def test_the_table_refuses(name, source):
    assert violations(source, name, ["ksd_eval", name]) != []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("judges", "from .base import Judge"),
        ("judges", "from ksd_eval.records import Measurement"),
        ("judges", "import torch"),
        ("metrics", "import pandas"),
        ("store", "from ksd_eval import __version__"),
    ],
)
def test_the_table_allows(name, source):
    assert violations(source, name, ["ksd_eval", name]) == []


def test_no_judge_knows_a_model_by_name():
    # These two are no models but ways to name one, and plain words besides.
    names = {path.stem for path in (CONF / "model").glob("*.yaml")} - {"hub", "folder"}
    assert "miniature" in names
    for path in (PACKAGE / "judges").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert not names & written, path


def test_every_file_is_named_for_what_it_holds():
    assert [path for path in FILES if VAGUE & set(path.with_suffix("").parts)] == []


def test_no_file_or_function_is_long():
    """The aim is 300 lines a file and 40 a function; this is where it becomes a failure."""
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 400, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"


HEAVY = ["hydra", "torch", "diffusers", "transformers", "open_clip", "pandas", "matplotlib"]


def heavy_after(code: str) -> list[str]:
    """Return the heavy libraries that a fresh interpreter has loaded after running `code`."""
    code += (
        f"\nimport json, sys\nprint()\nprint(json.dumps([n for n in {HEAVY} if n in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout.splitlines()[-1])


def command_line(*words: str) -> str:
    """Return code that does what `python -m ksd_eval WORDS` does, and goes on after it."""
    return "\n".join(
        [
            "import contextlib, runpy, sys",
            f"sys.argv = ['ksd_eval', *{words!r}]",
            "with contextlib.suppress(SystemExit):",
            "    runpy.run_module('ksd_eval', run_name='__main__')",
        ]
    )


@pytest.mark.parametrize("words", [(), ("--help",), ("compare", "--help"), ("list",)], ids=str)
def test_help_is_answered_before_anything_heavy_is_loaded(words):
    assert heavy_after(command_line(*words)) == []


def test_the_watch_on_heavy_imports_can_see_one():
    assert heavy_after("import pandas") == ["pandas"]


def test_importing_the_package_is_light():
    assert heavy_after("import ksd_eval, ksd_eval.records") == []


@pytest.mark.parametrize(
    "words",
    [("--help",), ("experiment=no_such",), ("experiment=bias", "execution.no_such=1")],
    ids=" ".join,
)
def test_help_and_mistakes_are_answered_before_torch_is_loaded(words):
    assert "torch" not in heavy_after(command_line(*words))
