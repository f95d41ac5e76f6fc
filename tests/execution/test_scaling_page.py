"""The array job of SCALING.md, given to a shell with a `python` that only says what it is asked."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from ksd_eval.config import composing

PAGE = (Path(__file__).parents[2] / "SCALING.md").read_text(encoding="utf-8")
SCRIPT = next(
    code for code in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL) if "#SBATCH --array" in code
)


@pytest.fixture
def task(tmp_path):
    """Do one task of the array, and return the words that python would be given."""
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stub.chmod(0o755)

    def run(number):
        around = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_ARRAY_TASK_ID": str(number)}
        return subprocess.run(
            ["bash", "-c", SCRIPT], env=around, capture_output=True, text=True, check=False
        )

    return run


def test_every_task_has_a_command_of_its_own_and_no_task_is_missing(task):
    first, last = map(int, re.search(r"--array=(\d+)-(\d+)", SCRIPT).groups())
    commands = Counter()
    for number in range(first, last + 1):
        done = task(number)
        assert done.returncode == 0, done.stderr
        words = done.stdout.split()
        assert words[:2] == ["-m", "ksd_eval"]
        commands[words[2], words[3]] += 1
    assert set(commands.values()) == {1}
    experiments, models = ({words[place] for words in commands} for place in (0, 1))
    assert len(commands) == len(experiments) * len(models)
    card = set(composing.composed(["experiment=card"]).run.parts)
    assert {word.partition("=")[2] for word in experiments} == card - {"text_encoder"}
    for model in models:  # each must need no option that only its user knows
        assert composing.composed(["experiment=bias", model]).run.model.name in model


def test_a_task_beyond_the_last_fails(task):
    last = int(re.search(r"--array=\d+-(\d+)", SCRIPT)[1])
    assert task(last + 1).returncode != 0


def test_the_arithmetic_of_a_million_pictures():
    hours = 1e6 / 3600
    assert f"{hours / 1.15:.0f} GPU hours" in PAGE
    assert f"{hours / 1.50:.0f} GPU hours" in PAGE
    assert f"{hours * 0.572:.0f} GPU hours" in PAGE
    reading, judge = 11.2e-3 * hours, (9.1e-3 + 4.64e-3) * hours
    assert f"{reading:.1f} hours" in PAGE
    assert f"{judge:.1f} hours" in PAGE
    assert f"{hours / 1.15 / (reading + 4 * judge):.0f} A100" in PAGE
