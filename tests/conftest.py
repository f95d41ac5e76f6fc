"""A toy package of plug-ins, as if it were installed, and commands given in an empty folder."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

# Before anything imports numpy or torch: two processes of two threads each are slower than one.
os.environ.update({"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"})

import pytest

from ksd_eval.__main__ import main
from ksd_eval.reports import page

FAKES = Path(__file__).parent / "fakes"


@pytest.fixture
def here(monkeypatch, tmp_path):
    """An empty folder to give commands in, with the toy package installed."""
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.chdir(tmp_path)
    with mock.patch.dict(os.environ):  # a run fixes the threads of its process there
        yield tmp_path


@pytest.fixture(scope="session")
def ocr():
    """Skip where Tesseract, its Korean, or what finds lines of text is not installed."""
    if shutil.which("tesseract") is None or find_spec("rapidocr") is None:
        pytest.skip("Tesseract or rapidocr is not installed")
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    if not {"kor", "eng"} <= set(said.stdout.split()):
        pytest.skip("Tesseract has not both Korean and English")


@pytest.fixture
def plain_page(monkeypatch):
    """A page that takes no time to draw; the list that is returned gets each view."""
    views = []

    def write(view):
        views.append(view)
        (view.folder / "report.html").write_text(view.language, encoding="utf-8")

    monkeypatch.setattr(page, "write", write)
    return views


@pytest.fixture
def tiny(here, plain_page):
    """Give `experiment=tiny` with further options, in this process, and return the run's folder."""

    def run(*options: str) -> Path:
        words = ["experiment=tiny", "execution.workers=1", *options]
        assert main(words) == 0
        results = next((o.partition("=")[2] for o in options if "results_dir" in o), "results")
        manifests = (here / results).glob("tiny/*/manifest.json")
        return max(manifests, key=lambda path: path.stat().st_mtime_ns).parent

    return run


def command(*words: str) -> list[str]:
    """Return `python -m ksd_eval WORDS` as a process can be given it."""
    return [sys.executable, "-m", "ksd_eval", *words]


def surroundings() -> dict[str, str]:
    """Return an environment in which the toy package is installed."""
    places = [str(FAKES), str(FAKES.parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}


def _hears_ctrl_c():
    """Undo what a shell does to a test run in the background: its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def process(here):
    """Start `python -m ksd_eval WORDS` as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(words: Sequence[str]) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                command(*words),
                cwd=here,
                env=surroundings(),
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                preexec_fn=_hears_ctrl_c,
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()
