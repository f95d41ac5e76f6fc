"""Runs handed to a cluster by submitit, as SCALING.md has it: here its local executor stands in."""

import os
import re
from pathlib import Path
from unittest import mock

import pytest

from ksd_eval.store import RunStore

SCALING = Path(__file__).parents[1] / "SCALING.md"
FAKES = Path(__file__).parent / "fakes"


def script():
    """Return the program that the page gives."""
    [found] = [
        block
        for block in re.findall(r"```python\n(.*?)```", SCALING.read_text("utf-8"), re.DOTALL)
        if "submitit" in block
    ]
    return found


def test_the_page_has_a_program_that_is_one():
    compile(script(), "SCALING.md", "exec")


def test_runs_that_submitit_does_are_finished_and_say_so(here):
    submitit = pytest.importorskip("submitit")
    models = '["korean_sd", "korean_swap", "sd15"]'
    program = script()
    assert models in program
    program = program.replace(models, '["patches", "patches_en"]')
    program = program.replace('experiment=bias"', 'experiment=tiny"')
    assert program.count("AutoExecutor(") == 1
    places = os.pathsep.join([str(FAKES), str(FAKES.parents[1]), os.environ.get("PYTHONPATH", "")])
    names = {"submitit": submitit}
    with (
        mock.patch.dict(os.environ, {"PYTHONPATH": places}),
        mock.patch.object(submitit, "AutoExecutor", submitit.LocalExecutor),
        mock.patch.object(submitit.LocalExecutor, "update_parameters", return_value=None),
    ):
        exec(compile(program, "SCALING.md", "exec"), names)
    assert names["codes"] == [0, 0]
    finished = [path.parent for path in (here / "results" / "tiny").glob("*/manifest.json")]
    assert {RunStore(one).manifest()["arms"]["korean"] for one in finished} == {
        "patches/ko",
        "patches_en/ko",
    }
