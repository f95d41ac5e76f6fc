"""Ray on one machine: three nodes of a cluster, bound to 127.0.0.1, some of which are killed.

What needs no cluster is asked of the parts. Nothing here asserts how long something takes.
"""

import os
import signal
import sys
import threading
import time
import types
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from PIL import Image

from ksd_eval.__main__ import main
from ksd_eval.execution import host, ray_engine
from ksd_eval.execution.base import PaintError, Studio
from ksd_eval.execution.orders import Batch, Generation, Order
from ksd_eval.execution.painter import Painter, UnfitError
from ksd_eval.execution.ray_engine import RayEngine
from ksd_eval.records import Request

GENERATION = Generation(replicates=1, seed=0, batch_shape=2, threads=1)
REPOSITORY = Path(__file__).parents[2]


def contents(folder):
    """Return the bytes of everything that a run must give again."""
    paths = [*folder.glob("*.parquet"), *folder.glob("*.csv"), *folder.glob("features/*.npy")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def pictures(results):
    """Return the pixels of every picture below a folder of results."""
    return {path.name: Image.open(path).tobytes() for path in results.glob("images/*/*.png")}


@dataclass(frozen=True)
class Shelf:
    ids: list = field(default_factory=list)
    anywhere: bool = False

    def has(self, image_id):
        return image_id in self.ids

    def write(self, image_id, image, flagged, recipe):
        self.ids.append(image_id)


@dataclass(frozen=True)
class Model:
    device: str = "cpu"

    def identity(self):
        return {"device": self.device, "steps": 20}


def studio(**identity):
    planned = {"m": {"device": "cpu", "steps": 20, **identity}}
    return Studio({"m": Model()}, Shelf(), GENERATION, planned)


def batch(*names):
    return Batch("m", tuple(Order(name, Request(f"prompt {name}", 0), {}) for name in names))


@pytest.fixture
def painter(monkeypatch, tmp_path):
    """Return an actor that is no actor; what it does to its process is undone."""
    monkeypatch.chdir(tmp_path)
    with mock.patch.dict(os.environ):
        yield Painter(1)


def test_a_worker_that_would_paint_as_planned_is_taken(painter, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    painter.open((studio(), host.source(), str(elsewhere)))
    assert Path.cwd() == elsewhere


@pytest.mark.parametrize(
    ("planned", "source", "folder", "sentence"),
    [
        ({"device": "NVIDIA H100"}, None, ".", r"'m' would paint with other device \('cpu', plan"),
        ({"weights": "1f"}, None, ".", r"other weights \(None, planned with '1f'\)"),
        ({}, "another", ".", "ksd_eval is another version"),
        ({}, None, "nowhere", "there is no folder nowhere"),
    ],
)
def test_a_worker_that_would_paint_otherwise_is_not(painter, planned, source, folder, sentence):
    with pytest.raises(UnfitError, match=sentence):
        painter.open((studio(**planned), source or host.source(), folder))


def test_no_folder_is_needed_where_pictures_go_to_an_address(painter, tmp_path):
    given = studio()
    elsewhere = Studio(given.models, Shelf(anywhere=True), GENERATION, given.identities)
    painter.open((elsewhere, host.source(), "nowhere"))
    assert Path.cwd() == tmp_path


def test_pictures_that_are_not_seen_here_are_missed_at_the_first_batch():
    mine = studio()
    seen = ray_engine._Seen(mine, patience=0.0)
    mine.shelf.ids.append("a")
    with pytest.raises(PaintError, match=r"such as b; the results folder must be one that all"):
        seen.once(batch("a", "b"))


def test_pictures_that_are_seen_late_are_waited_for():
    mine = studio()
    threading.Timer(0.3, mine.shelf.ids.append, ["a"]).start()
    ray_engine._Seen(mine, patience=60.0).all_of([batch("a")])
    assert mine.shelf.ids == ["a"]


@pytest.mark.parametrize(
    ("engine", "device", "wanted"),
    [
        (RayEngine(), "cpu", {"CPU": 1.0}),
        (RayEngine(), "NVIDIA H100", {"CPU": 1.0, "GPU": 1.0}),
        (RayEngine(gpus=0.5), "NVIDIA H100", {"CPU": 1.0, "GPU": 0.5}),
        (RayEngine(gpus=0), "NVIDIA H100", {"CPU": 1.0}),
    ],
)
def test_a_worker_takes_a_gpu_where_a_model_is_planned_on_one(engine, device, wanted):
    assert engine._wants(studio(device=device), [batch("a")]) == wanted


def test_an_engine_refuses_less_than_no_gpu():
    with pytest.raises(ValueError, match=r"gpus is -1; give 0 or more"):
        RayEngine(gpus=-1)


def test_without_ray_it_is_said_how_to_go_on(monkeypatch):
    monkeypatch.setattr(ray_engine, "find_spec", lambda name: None)
    with pytest.raises(
        PaintError, match=r"needs ray: it is not installed; .pip install 'ksd-eval\[ray"
    ):
        RayEngine().paint(studio(), [batch("a")], int)


@pytest.mark.usefixtures("here")
def test_the_doctor_says_that_ray_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(ray_engine, "find_spec", lambda name: None)
    assert main(["doctor", "experiment=tiny", "execution=ray"]) == 1
    assert "ray: it is not installed" in " ".join(capsys.readouterr().out.split())
    assert main(["doctor", "experiment=tiny"]) == 0


def test_where_nothing_is_to_be_painted_ray_is_not_even_looked_for(monkeypatch):
    monkeypatch.setattr(ray_engine, "find_spec", lambda name: pytest.fail("looked for"))
    RayEngine().paint(studio(), [], int)


def test_a_cluster_that_is_not_there_is_named(monkeypatch):
    def refused(**options):
        raise ConnectionError("nobody answers\nand so on")

    absent = types.SimpleNamespace(
        is_initialized=lambda: False,
        init=refused,
        exceptions=types.SimpleNamespace(RayError=RuntimeError),
    )
    monkeypatch.setitem(sys.modules, "ray", absent)
    monkeypatch.setattr(ray_engine, "find_spec", lambda name: object())
    with (
        mock.patch.dict(os.environ),
        pytest.raises(
            PaintError,
            match=r"execution\.address=there:1 cannot be .*Error: nobody answers\); start",
        ),
    ):
        RayEngine(address="there:1").paint(studio(), [batch("a")], int)


@pytest.fixture(scope="module")
def cluster():
    """Three nodes with a core each; one that a test kills is replaced."""
    pytest.importorskip("ray", reason="Ray is not installed")
    places = [str(REPOSITORY / "tests" / "fakes"), str(REPOSITORY)]
    around = {
        "PYTHONPATH": os.pathsep.join(places),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    with mock.patch.dict(os.environ, around):
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 1, "object_store_memory": 80_000_000}
        head = {**node, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.node = node
        for _ in range(2):
            cluster.add_node(**node)
        cluster.wait_for_nodes()
        yield cluster
        cluster.shutdown()


@pytest.fixture
def on_ray(cluster, tiny):
    """Give `experiment=tiny` to the cluster, in this process, and return the run's folder."""
    import ray

    def run(*words):
        where = ["execution=ray", f"execution.address={cluster.address}"]
        return tiny(*where, "execution.workers=3", *words)

    yield run
    ray.shutdown()


LONG = ("prompts.count=12", "generation.batch_shape=2")
SLOWLY = "model.pipeline.seconds=0.1"


def whole(tiny, here):
    """Return the folder of a local run of the same, and its pictures."""
    return contents(tiny(*LONG, "execution.results_dir=whole")), pictures(here / "whole")


def when(there, act):
    """Act from a thread as soon as something is there."""

    def watch():
        until = time.monotonic() + 100
        while not there() and time.monotonic() < until:
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.mark.slow
def test_tables_are_those_of_a_local_run(on_ray, tiny, here):
    found = contents(on_ray(*LONG, SLOWLY))
    expected, painted = whole(tiny, here)
    assert found == expected
    assert pictures(here / "results") == painted


@pytest.mark.slow
def test_workers_judge_what_nobody_judged_while_they_painted(on_ray, tiny, here):
    diary = here / "diary"
    signed = (f"judges.brightness.diary={diary}", "judges.brightness.signed=true")
    found = contents(on_ray("prompts.count=30", *signed, "execution.judge_ahead=false"))
    calls = [tuple(map(int, line.split())) for line in diary.read_text().splitlines()]
    assert os.getpid() not in {process for process, _ in calls}
    assert sum(pictures for _, pictures in calls) == 180, "each once"
    assert found == contents(tiny("prompts.count=30", "execution.results_dir=whole"))


@pytest.mark.slow
def test_a_worker_that_dies_over_a_batch_leaves_no_gap(on_ray, tiny, here, capsys):
    found = contents(on_ray(*LONG, SLOWLY, f"model.pipeline.death={here / 'death'}"))
    assert (here / "death").exists()
    assert "a painting worker is lost" in capsys.readouterr().out
    expected, painted = whole(tiny, here)
    assert found == expected
    assert pictures(here / "results") == painted


@pytest.mark.slow
def test_a_worker_that_is_slow_leaves_no_gap(on_ray, tiny, here):
    slow = (f"model.pipeline.laggard={here / 'laggard'}", "model.pipeline.lag=1")
    found = contents(on_ray(*LONG, SLOWLY, *slow))
    assert (here / "laggard").exists()
    expected, painted = whole(tiny, here)
    assert found == expected
    assert pictures(here / "results") == painted


@pytest.mark.slow
def test_a_machine_that_is_lost_leaves_no_gap(on_ray, cluster, tiny, here, capsys):
    victim = cluster.list_all_nodes()[-1]
    images = here / "results" / "images"
    killer = when(
        lambda: len(list(images.glob("*/*.png"))) >= 12,
        lambda: cluster.remove_node(victim, allow_graceful=False),
    )
    found = contents(on_ray(*LONG, SLOWLY))
    killer.join()
    cluster.add_node(**cluster.node)
    assert "a painting worker is lost" in capsys.readouterr().out
    expected, painted = whole(tiny, here)
    assert found == expected
    assert pictures(here / "results") == painted


@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on(on_ray, cluster, process, tiny, here):
    where = ["execution=ray", f"execution.address={cluster.address}", "execution.workers=3"]
    slowly = [*LONG, "model.pipeline.seconds=0.4"]
    run = process(["experiment=tiny", *where, *slowly])
    images = here / "results" / "images"
    while len(list(images.glob("*/*.png"))) < 8:
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    time.sleep(1.5)  # what was under way ends with its driver, or is finished
    left = {path: path.stat().st_mtime_ns for path in images.glob("*/*.png")}
    assert 8 <= len(left) < 72
    found = contents(on_ray(*LONG))
    assert {path: path.stat().st_mtime_ns for path in left} == left  # not painted again
    expected, painted = whole(tiny, here)
    assert found == expected
    assert pictures(here / "results") == painted


@pytest.mark.slow
def test_ctrl_c_ends_a_run_on_a_ray_of_its_own(cluster, process, here):
    del cluster  # only for Ray's being there
    slowly = ("prompts.count=12", "model.pipeline.seconds=1.5", "execution.workers=2")
    run = process(["experiment=tiny", "execution=ray", *slowly])
    while not list((here / "results" / "images").glob("*/*.png")):
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    said, errors = run.communicate(timeout=300)
    assert run.returncode == 130
    assert "pictures that are under way are finished first" in said
    assert "Give the same command again" in errors
    assert "Traceback" not in errors
    # Whole batches: nothing that was begun was left half done.
    assert len(pictures(here / "results")) % 4 == 0


@pytest.mark.slow
@pytest.mark.usefixtures("here", "plain_page")
def test_a_model_that_raises_says_so(cluster, capsys):
    import ray

    where = ["execution=ray", f"execution.address={cluster.address}", "execution.workers=2"]
    assert main(["experiment=tiny", *where, "model.pipeline.refused='picture 2'"]) == 1
    ray.shutdown()
    said = capsys.readouterr().err
    assert "model 'patches' stopped with RuntimeError: no picture 2 today" in said
    assert "Traceback" not in said
