import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.reports import card_pictures, page, rows
from ksd_eval.reports.card_pictures import CARDS
from ksd_eval.reports.contact_sheet import LINE, contact_sheet
from ksd_eval.reports.words import Words

OWN = {**CARDS, "device": "NVIDIA A100-SXM4-40GB"}


def said(row, language="en"):
    return list(card_pictures.sentences(pd.DataFrame([row]), Words(language)))


def test_what_is_drawn_as_the_card_says_is_the_cards():
    assert said(OWN) == [Words()("card_pictures.own")]


@pytest.mark.parametrize(
    ("column", "had", "sentence"),
    [
        ("repo", "package:miniature", "model package:miniature (the card: Bingsu/my-korean"),
        ("language", "en", "language of the prompt en (the card: ko)"),
        ("device", "cpu", "device cpu (the card: CUDA)"),
        ("device", "mps:0", "device mps:0 (the card: CUDA)"),
        ("device", "", "device none (the card: CUDA)"),
        ("dtype", "float32", "precision float32 (the card: float16)"),
        ("size", 64, "pixels along a side 64 (the card: 512)"),
        ("scheduler", "PNDMScheduler", "scheduler PNDMScheduler (the card: EulerAncestralDiscr"),
        ("steps", None, "steps none (the card: 25)"),
        ("guidance", 3.0, "guidance 3.0 (the card: 7.5)"),
        ("batch_shape", 16, "batch 16 (the card: 1)"),
    ],
)
def test_whatever_is_unlike_the_card_is_named(column, had, sentence):
    [found] = said({**OWN, column: had})
    assert "not the card’s pictures" in found
    assert sentence in found
    assert found.count("the card: ") == 1


def test_the_korean_page_says_it_in_korean():
    [found] = said({**OWN, "device": "cpu", "size": 64}, "ko")
    assert "카드에 실린 그림은 아닙니다" in found
    assert "장치 cpu(카드는 CUDA); 한 변의 픽셀 수 64(카드는 512)" in found


def test_of_other_noise_nothing_is_said():
    assert said({**OWN, "noise": "own", "device": "cpu"}) == []
    assert list(card_pictures.sentences(pd.DataFrame(), Words())) == []


def test_a_measurement_stands_below_every_picture(view):
    beside = replace(view, beside="similarity")
    tiles = [tile for tiles in rows.rows(beside)[0].noises for tile in tiles]
    values = beside.measurements.query("name == 'similarity'").set_index("image_id")["value"]
    assert [float(tile.beside) for tile in tiles] == pytest.approx(
        [values[tile.image_id] for tile in tiles], abs=5e-4
    )
    plain, more = (contact_sheet(rows.rows(each)[:3], Words()) for each in (view, beside))
    assert more.height == plain.height + 3 * LINE
    assert np.asarray(more).std(axis=(0, 1)).all()


def test_the_page_shows_them_and_says_what_they_are(view, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    page.write(replace(view, folder=folder, beside="similarity", figures={}))
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "The number below a picture: similarity." in html
    shown = re.findall(r'<span class="said">0\.\d', html)
    first = rows.first_of_each(rows.rows(view))
    assert len(shown) == sum(row.size for row in first) > 20
    assert '"first":"similarity"' in html  # in the gallery, until another one is chosen
    assert "The number below a picture" in (folder / "report.md").read_text(encoding="utf-8")
