from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

from ksd_eval import answers, scoring
from ksd_eval.execution.base import PaintError
from ksd_eval.judges.base import Judge, Matched, NativeJudge
from ksd_eval.records import Measurement
from ksd_eval.store import ImageStore, RunStore, StoreError


class Echo(Judge):
    """Says how long the text is that it was given."""

    def identity(self):
        return {"judge": "echo"}

    def __call__(self, images, texts):
        return [[Measurement("length", value=float(len(text)))] for text in texts]


class NativeEcho(Echo, NativeJudge):
    texts = "native"


class Two(Matched):
    """Two pictures with a text in each language."""

    calls = 0

    def identity(self):
        return {"matched": "two"}

    def __call__(self):
        type(self).calls += 1
        return [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]

    def captions(self):
        return [("빨강", "the red"), ("파랑색", "blue")]


@pytest.fixture
def work(tmp_path):
    store = ImageStore(tmp_path / "images")
    pixels = {
        name * 4: store.write(name * 4, Image.new("RGB", (4, 4), "white"), None, {}).sha256
        for name in ("a", "b")
    }
    judges = {"echo": Echo(), "native": NativeEcho()}
    settings = SimpleNamespace(generation=SimpleNamespace(threads=1))
    identities = {
        "judges": {name: {"judge": name} for name in judges},
        "matched": {"two": {"matched": "two"}},
    }
    Two.calls = 0
    return SimpleNamespace(
        images=store,
        home=RunStore(tmp_path / "run"),
        results=tmp_path,
        shared=set(),
        answers=set(),
        pixels=pixels,
        experiment=SimpleNamespace(judges=judges, matched={"two": Two()}, settings=settings),
        plan=SimpleNamespace(
            identities=identities,
            pairs=[SimpleNamespace(pair_id="dog", en="a dog")],
            pictures=[picture("aaaa", "개 사진"), picture("bbbb", "a dog")],
        ),
    )


def picture(image_id, prompt):
    return SimpleNamespace(image_id=image_id, pair_id="dog", prompt=prompt), None


def test_a_judge_is_given_the_english_text_and_a_native_one_what_was_asked(work):
    english, native = (scoring.measurements(work, name) for name in work.experiment.judges)
    assert english["value"].tolist() == [5.0, 5.0]
    assert native["value"].tolist() == [4.0, 5.0]
    assert set(native["judge"]) == {"native"}


def test_matched_pictures_are_shown_with_every_text_that_a_judge_reads(work):
    scoring.on_matched(work)
    found = work.home.read_table("matched")
    said = found.set_index(["judge", "language", "picture"])["value"].to_dict()
    assert said == {
        ("echo", "en", 0): 7.0,
        ("echo", "en", 1): 4.0,
        ("native", "en", 0): 7.0,
        ("native", "en", 1): 4.0,
        ("native", "ko", 0): 2.0,
        ("native", "ko", 1): 3.0,
    }


def test_matched_pictures_are_judged_once_for_all_runs_until_a_caption_changes(work):
    scoring.on_matched(work)
    assert Two.calls == 2
    scoring.on_matched(work)
    assert Two.calls == 2

    class Others(Two):
        def captions(self):
            return [("빨강", "red"), ("파랑", "blue")]

    work.experiment.matched["two"] = Others()
    scoring.on_matched(work)
    assert Others.calls == 4
    assert work.home.read_table("matched")["value"].min() == 2.0


def test_matched_pictures_are_judged_anew_by_other_code(work, monkeypatch):
    scoring.on_matched(work)
    monkeypatch.setattr(scoring.host, "source", lambda: "another")
    scoring.on_matched(work)
    assert Two.calls == 4


def test_parts_are_joined_also_where_there_are_none():
    assert list(scoring.joined([], ("x", "y")).columns) == ["x", "y"]
    parts = [pd.DataFrame({"x": [1]}), pd.DataFrame({"x": []}), pd.DataFrame({"x": [2]})]
    assert scoring.joined(parts, ("x",))["x"].tolist() == [1, 2]


class Vanishing(Echo):
    """A judge whose weights are there at first."""

    def __init__(self):
        self.calls, self.pictures = 0, []

    def __call__(self, images, texts):
        self.calls += 1
        self.pictures += texts
        if self.calls == 2:
            raise FileNotFoundError("judge.safetensors is not there; fetch it")
        return super().__call__(images, texts)


@pytest.fixture
def many(work):
    """Seventy pictures, two chunks, and a judge whose weights are not there for the second."""
    names = [f"{number:04}" for number in range(70)]
    for name in names:
        stored = work.images.write(name, Image.new("RGB", (4, 4), "white"), None, {})
        work.pixels[name] = stored.sha256
    work.plan.pictures = [picture(name, "a dog") for name in names]
    work.experiment.judges["gone"] = Vanishing()
    work.plan.identities["judges"]["gone"] = {"judge": "gone"}
    return work


def test_a_judge_whose_weights_vanish_midway_keeps_its_answers_and_misses_the_rest(many):
    found = scoring.measurements(many, "gone")
    assert found["status"].tolist() == ["ok"] * 64 + ["missing"] * 6
    assert set(found["reason"][found["status"] == "missing"]) == {
        "FileNotFoundError: judge.safetensors is not there; fetch it"
    }
    assert found["value"].isna().sum() == 6


def test_a_judge_whose_weights_are_back_is_asked_for_what_it_missed_and_no_more(many):
    scoring.measurements(many, "gone")
    found = scoring.measurements(many, "gone")
    assert found["status"].tolist() == ["ok"] * 70
    assert len(many.experiment.judges["gone"].pictures) == 64 + 6 + 6


def test_answers_are_another_runs_too_under_its_own_name_for_the_judge(work):
    scoring.measurements(work, "echo")
    work.experiment.judges["mine"] = Refuses()
    work.plan.identities["judges"]["mine"] = work.plan.identities["judges"]["echo"]
    found = scoring.measurements(work, "mine")
    assert found["judge"].tolist() == ["mine", "mine"]
    assert found["value"].tolist() == [5.0, 5.0]


class Refuses(Echo):
    def __call__(self, images, texts):
        raise AssertionError("asked although the answers are there")


@pytest.mark.parametrize("change", ["text", "judge", "threads", "code", "versions", "pixels"])
def test_what_decides_an_answer_is_in_its_name(work, monkeypatch, change):
    pixels = work.pixels
    [before] = answers.of_judge(work, "echo")
    if change == "text":
        work.plan.pairs[0].en = "a cat"
    elif change == "judge":
        work.plan.identities["judges"]["echo"] = {"judge": "another"}
    elif change == "threads":
        work.experiment.settings.generation.threads = 2
    elif change == "versions":
        monkeypatch.setattr(answers.host, "versions", lambda: {"torch": "9"})
    elif change == "pixels":
        pixels = {**work.pixels, "aaaa": "other"}
    else:
        monkeypatch.setattr(answers.host, "source", lambda: "another")
    [after] = answers.of_judge(work, "echo")
    assert after.path(pixels) != before.path(work.pixels)


class Engine:
    """Asks elsewhere, or says why not."""

    def __init__(self, error=None):
        self.error, self.given = error, []

    def judge(self, studio, pending):
        if self.error:
            raise self.error
        self.given = [(one.name, one.done_in(studio), one.key, one.told) for one in pending]


@pytest.fixture
def engine(work):
    work.experiment.extractors = {}
    work.plan.identities["extractors"] = {}
    work.experiment.settings.engine = Engine()
    return work.experiment.settings.engine


def test_what_an_engine_asks_elsewhere_is_not_asked_again(work, engine):
    scoring.elsewhere(work)
    assert [given[:2] for given in engine.given] == [("echo", 2), ("native", 2)]
    assert "2 pictures shown to 'echo'" in engine.given[0]
    assert len({key for _, _, key, _ in engine.given}) == 2
    work.experiment.judges["echo"] = Refuses()
    assert scoring.measurements(work, "echo")["value"].tolist() == [5.0, 5.0]
    scoring.elsewhere(work)
    assert engine.given == []


def test_a_chunk_that_cannot_be_judged_elsewhere_is_left_to_the_run(work, engine):
    work.images.path("aaaa").unlink()
    scoring.elsewhere(work)
    assert [given[:2] for given in engine.given] == [("echo", 2), ("native", 2)]
    assert not any(chunk.path(work.pixels).exists() for chunk in answers.of_judge(work, "echo"))


def test_where_nobody_is_left_elsewhere_the_run_asks_itself(work, engine, capsys):
    engine.error = PaintError("no painting worker is left")
    scoring.elsewhere(work)
    assert "judges are asked on this machine: no painting worker" in capsys.readouterr().out
    assert scoring.measurements(work, "echo")["value"].tolist() == [5.0, 5.0]


def test_a_judge_that_lacked_something_when_the_run_was_planned_answers_for_the_run_alone(work):
    """By the time that it is asked its weights may be there, and be any."""
    work.plan.identities["judges"]["echo"] = {"judge": "panel", "members": [{"weights": None}]}
    assert scoring.measurements(work, "echo")["value"].tolist() == [5.0, 5.0]
    assert not (work.results / "answers").exists()
    work.experiment.judges["echo"] = Refuses()
    assert scoring.measurements(work, "echo")["value"].tolist() == [5.0, 5.0]


class Stumbles(Echo):
    calls = 0

    def __call__(self, images, texts):
        self.calls += 1
        raise ValueError("cannot look")


def test_what_a_judge_raised_on_stays_with_the_run_and_is_not_asked_again(work):
    work.experiment.judges["echo"] = judge = Stumbles()
    found = scoring.measurements(work, "echo")
    assert found["status"].tolist() == ["failed", "failed"]
    asked = judge.calls
    assert scoring.measurements(work, "echo")["status"].tolist() == ["failed"] * 2
    assert judge.calls == asked
    assert not any(chunk.path(work.pixels).exists() for chunk in answers.of_judge(work, "echo"))


def test_what_a_judge_raised_on_elsewhere_is_asked_again_by_the_run(work, engine):
    """A card that was full for a moment must not decide what is said of a picture."""
    healthy = work.experiment.judges["echo"]
    work.experiment.judges["echo"] = Stumbles()
    scoring.elsewhere(work)
    assert ("echo", 2) in [given[:2] for given in engine.given]
    work.experiment.judges["echo"] = healthy
    assert scoring.measurements(work, "echo")["value"].tolist() == [5.0, 5.0]


def test_pictures_say_the_hash_of_their_pixels_without_being_decoded(work):
    [chunk] = answers.of_judge(work, "echo")
    assert answers.pixels_of(chunk, work.images) == work.pixels
    work.images.path("aaaa").write_bytes(b"no picture")
    with pytest.raises(StoreError, match="cannot be read"):
        answers.pixels_of(chunk, work.images)
