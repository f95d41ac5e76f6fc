"""A finished run of two arms with stored pictures, made without a model, and a page of it."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval import store
from ksd_eval.records import ImageRecord, Measurement, columns
from ksd_eval.store import ImageStore, RunStore

SECRET = "의사의 <사진> a photo of a doctor"
HOSTILE = '</script><img src=x onerror="alert(1)">, {{ 7 * 7 }} "quoted"'
ARMS = {
    "korean": ("secretmodel/ko", "ko"),
    "english": ("secretmodel/en", "en"),
    "original": ("counterpart/en", "en"),
}
PAIRS = 12
SHARED = 3
"""Pairs whose wordings are the same in both languages, so that two arms share the picture."""


def record(role: str, place: int) -> ImageRecord:
    arm, language = ARMS[role]
    owner = "any" if place < SHARED and role != "original" else role
    return ImageRecord(
        image_id=store_id(owner, place),
        pair_id=f"pair-{place}",
        replicate=0,
        arm=arm,
        role=role,
        model=arm.partition("/")[0],
        language=language,
        prompt=f"{SECRET} {place}",
        seed=place,
        sha256="",
        flagged=None,
    )


def store_id(owner: str, place: int) -> str:
    """An id that tells nothing, as a fingerprint does."""
    return f"{[*ARMS, 'any'].index(owner) * 7919 + place * 104729 + 1_000_003:016x}"


def said(image_id: str, place: int) -> list[dict]:
    """Every third picture is one that the judge could not tell."""
    gender = Measurement("gender", label=("man", "woman")[place % 2], confidence=0.9)
    if place % 3 == 0:
        gender = Measurement("gender", status="abstained", reason="no person in the picture")
    mood = Measurement("mood", label=HOSTILE if place else "calm")
    likeness = Measurement("similarity", value=0.3)
    return [
        {"image_id": image_id, "judge": "reader", **asdict(one)} for one in (gender, mood, likeness)
    ]


def make_run(results, name="bias", run_id="5f2c"):
    images = ImageStore(results / "images")
    home = RunStore(results / name / run_id)
    records, measured = [], {}
    for role in ARMS:
        for place in range(PAIRS):
            one = record(role, place)
            rng = np.random.default_rng(int(one.image_id, 16))
            pixels = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
            recipe = {"prompt": one.prompt, "model": one.model}
            stored = images.write(one.image_id, Image.fromarray(pixels), None, recipe)
            records.append(asdict(one) | {"sha256": stored.sha256})
            measured[one.image_id] = said(one.image_id, place)
    frame = pd.DataFrame(records, columns=columns(ImageRecord))
    home.write_table("images", frame, store.types_of(ImageRecord))
    rows = [row for answers in measured.values() for row in answers]
    home.write_table("measurements", pd.DataFrame(rows), store.types_of(Measurement))
    for table in ("prompts", "estimates", "verdicts"):
        home.write_table(table, pd.DataFrame({"pair_id": ["pair-0"]}), {})
    home.finish({"finished": "2026-11-25T00:00:00+00:00", "command": "python -m ksd_eval x=1"})
    return home.folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """A finished run of 3 arms and 12 pairs; two arms share 3 pictures."""
    return make_run(tmp_path_factory.mktemp("results"))


@pytest.fixture
def own_run(tmp_path):
    """A run of one's own, to spoil; `results/` is in the folder of the test."""
    return make_run(tmp_path / "results")


@pytest.fixture(scope="session")
def sheet_in():
    """Return what the script of a page is given."""

    def read(html: str) -> dict:
        text = html.partition('<script type="application/json" id="sheet">')[2]
        return json.loads(text.partition("</script>")[0])

    return read
