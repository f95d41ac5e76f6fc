"""Runs killed anywhere, runs beside each other: the bytes are those of a run left alone."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path

import pandas as pd
import pytest

from ksd_eval.store import ImageStore, RunStore

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="forks, and asks /proc for the names of open files"
)

TESTS = Path(__file__).parent
PLACES = os.pathsep.join([str(TESTS / "fakes"), str(TESTS.parent)])
# 66 pictures, so that a judge is asked in two chunks.
WORDS = ["experiment=tiny", "execution.workers=1", "prompts.count=11"]
DIARY = "judges.brightness.diary=diary"
STAGES = {
    "pictures": r"/images/",
    "pairs": r"/\.?(prompts|images)\.",
    "answers": r"/answers/\w+/\.?\w+\.parquet",
    "features": r"/features/|/answers/\w+/\.?\w+\.npy",
    "references": r"/references/",
    "measurements": r"/\.?measurements\.",
    "estimates": r"/\.?estimates\.",
    "verdicts": r"/\.?verdicts\.",
    "page": r"/(figures|report)",
    "finish": r"manifest|os\.remove|os\.rmdir",
}
"""What each touch of the disk belongs to, by the file; the last that fits."""


@pytest.fixture(scope="module")
def mortals():
    """Do runs at once, each in a process of its own, and return their exit codes."""
    with subprocess.Popen(
        [sys.executable, "-m", "ksd_fakes.mortal"],
        env={**os.environ, "PYTHONPATH": PLACES, "OPENBLAS_NUM_THREADS": "1"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:

        def live(*runs):
            server.stdin.write(json.dumps(runs) + "\n")
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        yield live
        server.stdin.close()


def run_in(folder, *more, at=None):
    folder.mkdir(exist_ok=True)
    return {"folder": str(folder), "words": [*WORDS, *more], "at": at}


@pytest.fixture(scope="module")
def undisturbed(mortals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    assert mortals(run_in(folder, DIARY)) == [0], (folder / "said.txt").read_text()
    return folder


def given(folder):
    """Return the bytes of everything that a run must give again."""
    home = folder / "results"
    ends = ("*.parquet", "*.csv", "verdicts.json", "features/*.npy", "config.yaml")
    paths = [path for end in ends for path in home.glob(f"tiny/*/{end}")]
    paths += [*home.glob("images/*/*.png"), *home.glob("references/[!.]*")]
    found = {str(path.relative_to(home)): path.read_bytes() for path in paths}
    for path in home.glob("tiny/*/manifest.json"):
        found[str(path.relative_to(home))] = json.loads(path.read_text())["files"]
    return found


def stage_of(touch):
    return [name for name, pattern in STAGES.items() if re.search(pattern, touch)][-1:]


def moments(touches, count, seed):
    """Return so many numbers of touches, of every stage as many, anywhere within it."""
    drawn = random.Random(seed)
    within = {name: [] for name in STAGES}
    for number, touch in enumerate(touches):
        for stage in stage_of(touch):
            within[stage].append(number)
    assert all(within.values()), within
    stages = drawn.sample(list(within), len(within))
    return [drawn.choice(within[stage]) for stage in islice(cycle(stages), count)]


def killed_and_resumed(mortals, folder, at, whole):
    """Kill a run, look at what is there, give it again, and hold it against one left alone."""
    assert mortals(run_in(folder, DIARY, at=at)) == [-9]
    images = ImageStore(folder / "results" / "images")
    pictures = {name: images.path(name).stat().st_mtime_ns for name in images.ids()}
    assert all(images.find(name) for name in pictures), "what has its name is whole"
    parts = [pd.read_parquet(path) for path in folder.glob("results/answers/*/[!.]*.parquet")]
    manifests = list(folder.glob("results/tiny/*/manifest.json"))
    assert all(RunStore(path.parent).manifest() for path in manifests)
    before = asked(folder)

    assert mortals(run_in(folder, DIARY)) == [0], (folder / "said.txt").read_text()
    assert given(folder) == whole
    assert (
        pictures.items()
        <= {name: images.path(name).stat().st_mtime_ns for name in images.ids()}.items()
    ), "what is painted is not painted again"
    left = 0 if manifests else 66 - sum(map(len, parts))
    assert asked(folder) - before == left, "what is judged is not judged again"


def asked(folder):
    diary = folder / "diary"
    return sum(map(int, diary.read_text().split())) if diary.exists() else 0


def kill(mortals, undisturbed, tmp_path, count, seed):
    touches, whole = json.loads((undisturbed / "touches.json").read_text()), given(undisturbed)
    assert len(whole) > 66 + 10
    for place, at in enumerate(moments(touches, count, seed)):
        folder = tmp_path / f"{place}"
        killed_and_resumed(mortals, folder, at, whole)
        shutil.rmtree(folder)


def test_a_run_that_is_killed_gives_the_same_bytes(mortals, undisturbed, tmp_path):
    kill(mortals, undisturbed, tmp_path, 3, seed=1)


@pytest.mark.slow
def test_a_run_that_is_killed_at_25_moments_of_all_stages_gives_the_same_bytes(
    mortals, undisturbed, tmp_path
):
    kill(mortals, undisturbed, tmp_path, 25, seed=2)


def test_a_run_that_is_killed_again_and_again_comes_to_its_end(mortals, undisturbed, tmp_path):
    drawn, codes = random.Random(3), []
    while codes[-1:] != [0]:
        assert len(codes) < 12
        codes += mortals(run_in(tmp_path, DIARY, at=drawn.randrange(60, 200)))
    assert codes.count(-9) >= 2
    assert given(tmp_path) == given(undisturbed)


def test_runs_beside_each_other_give_what_each_gives_alone(mortals, undisturbed, tmp_path):
    """Two of one id, where one waits; and one of another that paints the same pictures."""
    other = ["analysis.seed=1", DIARY]
    alone, together = tmp_path / "alone", tmp_path / "together"
    assert mortals(run_in(alone, *other)) == [0]
    runs = [run_in(together, DIARY), run_in(together, DIARY), run_in(together, *other)]
    assert mortals(*runs) == [0, 0, 0], (together / "said.txt").read_text()
    assert given(together) == given(undisturbed) | given(alone)
    assert len(list(together.glob("results/tiny/*/manifest.json"))) == 2
    # What one of them has asked the other finds, unless both were about to ask it.
    assert 66 <= asked(together) <= 2 * 66
