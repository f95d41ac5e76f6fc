import base64
import hashlib
import io
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import ksd_eval
from ksd_eval.labels import command, page
from ksd_eval.labels.page import Sheet

VOID = {"meta", "link", "img", "input"}


class Outline(HTMLParser):
    """The elements of a page with their text; fails where tags do not match."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.inside: dict[str, list[str]] = {}
        self.stack: list[str] = []
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.inside.setdefault(self.stack[-1] if self.stack else "", []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="session")
def run(run_folder):
    return ksd_eval.load_run(run_folder)


@pytest.fixture(scope="session")
def pages(run):
    """The page of each measurement in each language."""
    return {
        (measurement, language): page.html(
            command.sheet_of(run, command.Options(measurement=measurement)), language
        )
        for measurement in ("gender", "mood")
        for language in ("en", "ko")
    }


@pytest.fixture(scope="session", params=["en", "ko"])
def html(pages, request):
    return pages["gender", request.param]


def decoded(source):
    kind, _, text = source.partition(",")
    assert kind == "data:image/webp;base64"
    return base64.b64decode(text)


def without_pictures(html):
    return re.sub(r"data:image/webp;base64,[\w+/=]+", "", html)


def test_nothing_on_the_page_tells_where_a_picture_is_from(html, run, sheet_in):
    text = without_pictures(html).lower()
    assert len(text) > 5000
    told = {*run.images["prompt"], *run.images["pair_id"], *run.images["sha256"]}
    for name in ("role", "arm", "model"):
        told |= set(run.images[name])
    told |= {"reader", "abstained", run.folder.name, "korean", "english", "한국", "영어"}
    assert len(told) > 50
    assert [word for word in told if str(word).lower() in text] == []
    assert {name for one in sheet_in(html)["pictures"] for name in one} == {"id", "src"}


def test_a_picture_brings_its_pixels_and_nothing_of_its_recipe(html, run, sheet_in):
    for one in sheet_in(html)["pictures"]:
        content = decoded(one["src"])
        for word in (b"recipe", b"prompt", b"secretmodel", b"EXIF", b"XMP"):
            assert word not in content
        with Image.open(io.BytesIO(content)) as shown:
            assert set(shown.info) <= {"loop", "background", "timestamp", "duration"}
            path = run.folder.parents[1] / "images" / one["id"][:2] / f"{one['id']}.png"
            with Image.open(path) as stored:
                assert "recipe" in stored.info
                np.testing.assert_array_equal(np.asarray(shown), np.asarray(stored))


def test_every_picture_of_the_run_is_there_once_also_those_no_judge_could_tell(html, run, sheet_in):
    ids = [one["id"] for one in sheet_in(html)["pictures"]]
    assert sorted(ids) == sorted(set(run.images["image_id"]))
    assert len(ids) == len(run.images) - 3
    silent = run.measurements[run.measurements["status"] == "abstained"]
    assert len(silent) > 5
    assert set(silent["image_id"]) < set(ids)


def test_nothing_is_fetched_or_sent(html):
    outline = Outline(html)
    addresses = [
        attributes[name]
        for _, attributes in outline.elements
        for name in ("src", "href", "srcset", "action", "data", "poster")
        if name in attributes
    ]
    assert addresses == ["data:,"]
    for word in ("url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket"):
        assert word not in without_pictures(html)
    assert not re.search(r"https?:", without_pictures(html))


@pytest.mark.parametrize(("kind", "tag"), [("style-src", "style"), ("script-src", "script")])
def test_the_only_script_and_style_are_those_whose_hashes_the_policy_names(pages, kind, tag):
    for html in pages.values():
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(found) == 1
        (policy,) = (
            meta["content"]
            for meta in Outline(html).all("meta")
            if meta.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
        assert not re.search(r'\s(style|on\w+)="', without_pictures(html).partition("<script")[0])


def test_the_script_makes_no_markup_of_texts(html):
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in html


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_label_with_markup_stays_text(pages, run, sheet_in, language):
    html = pages["mood", language]
    (hostile,) = set(run.measurements["label"][run.measurements["name"] == "mood"]) - {"calm"}
    assert "<img" in hostile
    outline = Outline(html)
    assert len(outline.all("img")) == 1
    assert len(outline.all("script")) == 2
    assert hostile in outline.inside["span"]
    assert sheet_in(html)["labels"] == sorted(["calm", hostile])
    assert "49" not in outline.inside["span"]


def test_every_label_has_a_button_with_its_key_and_cannot_tell_has_one_too(html):
    outline = Outline(html)
    assert [one["data-choice"] for one in outline.all("button") if "data-choice" in one] == [
        *("0", "1", "cannot"),
    ]
    assert outline.inside["kbd"][:3] == ["1", "2", "0"]
    assert outline.inside["span"][:2] in (["a man", "a woman"], ["남성", "여성"])


def test_the_page_can_be_used_without_eyes_or_mouse(html):
    outline = Outline(html)
    assert [attributes["lang"] for attributes in outline.all("html")] in (["en"], ["ko"])
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [one["for"] for one in outline.all("label")] == ["name"]
    named = [one for _, one in outline.elements if one.get("role") or one.get("aria-live")]
    assert {one.get("role") for one in named} == {"group", "status"}
    assert all(one.get("aria-label") for one in named if one["role"] == "group")
    assert ":focus-visible" in html
    assert "prefers-color-scheme: dark" in html


def test_more_labels_than_keys_have_buttons_still(sheet_in):
    labels = tuple(f"label {place:02}" for place in range(40))
    html = page.html(Sheet("thing", labels, (("0a", "data:,"),)))
    assert len([one for one in Outline(html).all("button") if "data-choice" in one]) == 41
    assert "".join(sheet_in(html)["keys"]) == page.KEYS
    assert "0" not in page.KEYS


def test_the_same_sheet_gives_the_same_bytes_and_another_is_kept_apart(sheet_in):
    sheet = Sheet("gender", ("man", "woman"), (("0a", "data:,"), ("0b", "data:,")))
    turned = Sheet("gender", sheet.labels, sheet.pictures[::-1])
    assert page.html(sheet) == page.html(sheet)
    kept = {
        sheet_in(page.html(one, language, kind))["id"]
        for one in (sheet, turned)
        for language in ("en", "ko")
        for kind in ("human", "simulated")
    }
    assert len(kept) == 4


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not_touched():
    noise = np.random.default_rng(0).integers(0, 256, (page.EXACT, 40, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(decoded(page.embedded(Image.fromarray(noise))))) as shown:
        np.testing.assert_array_equal(np.asarray(shown), noise)
    with Image.open(io.BytesIO(decoded(page.embedded(Image.new("L", (2048, 512)))))) as shown:
        assert shown.size == (1024, 256)


def test_judges_that_gave_no_labels_are_no_choice(run):
    assert pd.isna(run.measurements.loc[run.measurements["name"] == "similarity", "label"]).all()
    assert command.sheet_of(run, command.Options()).labels == ("man", "woman")
