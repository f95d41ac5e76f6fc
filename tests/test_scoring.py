from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

from ksd_eval import scoring
from ksd_eval.judges.base import Judge, Matched, NativeJudge
from ksd_eval.records import Measurement
from ksd_eval.store import ImageStore, RunStore


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
    for name in ("a", "b"):
        store.write(name * 4, Image.new("RGB", (4, 4), "white"), None, {})
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
        experiment=SimpleNamespace(judges=judges, matched={"two": Two()}, settings=settings),
        plan=SimpleNamespace(identities=identities),
    )


def asked():
    return pd.DataFrame(
        {"image_id": ["aaaa", "bbbb"], "en": ["a dog", "a dog"], "prompt": ["개 사진", "a dog"]}
    )


def test_a_judge_is_given_the_english_text_and_a_native_one_what_was_asked(work):
    english, native = (
        pd.concat(scoring.measurements(work, name, judge, asked()))
        for name, judge in work.experiment.judges.items()
    )
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
        self.calls = 0

    def __call__(self, images, texts):
        self.calls += 1
        if self.calls > 1:
            raise FileNotFoundError("judge.safetensors is not there; fetch it")
        return super().__call__(images, texts)


def test_a_judge_whose_weights_vanish_midway_keeps_its_answers_and_misses_the_rest(work):
    names = [f"{number:04}" for number in range(70)]
    for name in names:
        work.images.write(name, Image.new("RGB", (4, 4), "white"), None, {})
    images = pd.DataFrame({"image_id": names, "en": "a dog", "prompt": "a dog"})
    found = pd.concat(scoring.measurements(work, "gone", Vanishing(), images))
    assert found["status"].tolist() == ["ok"] * 64 + ["missing"] * 6
    assert set(found["reason"][found["status"] == "missing"]) == {
        "FileNotFoundError: judge.safetensors is not there; fetch it"
    }
    assert found["value"].isna().sum() == 6
