import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ksd_eval.records import Measurement
from ksd_eval.reports import gallery_answers, page, responsible, rows
from ksd_eval.reports.base import Chapter
from ksd_eval.reports.words import Words

VOID = {"meta", "link", "img", "br", "source", "input", "rect", "line"}


def gallery_of(html):
    """The data that the gallery's script reads."""
    start = html.index('id="gallery-data">') + len('id="gallery-data">')
    return json.loads(html[start : html.index("</script>", start)])


class Outline(HTMLParser):
    """The elements of a page in order, with attributes and text; fails where tags do not match."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.stack: list[str] = []
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if not {"script", "style", "nav"} & set(self.stack):
            self.texts.append(data)

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))


@pytest.fixture(scope="session")
def html(written):
    return (written.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def outline(html):
    return Outline(html)


def test_everything_is_written(written):
    names = {path.name for path in written.folder.iterdir()}
    assert {"report.html", "report.md", "figures"} <= names
    figures = {path.name for path in (written.folder / "figures").iterdir()}
    expected = {f"{name}.{end}" for name in written.figures for end in ("png", "svg")}
    assert figures == expected | {"contact_sheet.png", "ledger.png", "ledger.svg"}


def test_nothing_is_fetched(html, outline):
    addresses = [
        attributes[name]
        for _, attributes in outline.elements
        for name in ("src", "href", "srcset", "action", "data", "poster")
        if name in attributes
    ]
    assert len(addresses) > 40
    elsewhere = [address for address in addresses if not address.startswith(("data:", "#"))]
    assert elsewhere == ["RESPONSIBLE_USE.md"]  # which lies beside the page
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html
    assert "unsafe" not in html


def test_only_the_script_whose_hash_is_named_may_run(html):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    style, script = (
        re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1] for tag in ("style", "script")
    )
    for name, text in (("style", style), ("script", script)):
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_a_prompt_with_html_stays_text(html, outline):
    assert "onerror=" in outline.text
    assert "<img src=x" not in html
    assert not [attributes for attributes in outline.all("img") if "onerror" in attributes]
    assert [script.get("type") for script in outline.all("script")] == ["application/json", None]


def test_a_prompt_cannot_end_the_block_of_data(view, tmp_path):
    images = view.images.copy()
    images.loc[images["pair_id"] == "nurse-0", "en"] = "</script><script>alert(1)</script>"
    page.write(replace(view, images=images, figures={}, folder=tmp_path))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    ends = [row["en"] for row in gallery_of(html)["rows"] if row["id"] == "nurse-0"]
    assert ends == ["</script><script>alert(1)</script>"]


def test_every_picture_is_there_with_its_words(written, html, outline):
    pictures = list(outline.all("img"))
    assert all(picture["alt"] for picture in pictures)
    charts = len(written.figures)
    first = sum(row.size for row in rows.first_of_each(rows.rows(written)))
    assert len(pictures) == first + charts
    assert len(gallery_of(html)["pictures"]) == len(written.images)


def test_the_gallery_says_of_a_picture_what_the_tables_say(written, html):
    told = gallery_of(html)
    of_nurse = [row["id"] for row in told["rows"]].index("nurse-0")
    pictures = [dict(zip(told["fields"], one, strict=True)) for one in told["pictures"]]
    place, picture = next(
        (place, one)
        for place, one in enumerate(pictures)
        if one["row"] == of_nurse and told["arms"][one["arm"]]["role"] == "english"
    )
    row = written.images.set_index("image_id").loc[picture["id"]]
    assert picture["seed"] == str(row["seed"])
    assert picture["sha256"] == row["sha256"]
    assert (written.folder / picture["file"]).resolve() == written.image_path(picture["id"])
    measured = written.measurements[written.measurements["image_id"] == picture["id"]]
    for column in told["measured"]:
        one = measured[measured["name"] == column["name"]]
        if one.empty or one["status"].item() != "ok":
            assert column["answers"][place] is None
        elif column["labels"]:
            assert column["labels"][column["answers"][place]] == one["label"].item()
        else:
            assert column["answers"][place] == pytest.approx(one["value"].item(), rel=1e-3)


def test_a_number_among_labels_is_an_answer_of_the_gallery():
    measured = pd.DataFrame(
        [
            asdict(Measurement("mood", label="glad")),
            asdict(Measurement("mood", value=0.25)),
            asdict(Measurement("mood", status="abstained", reason="nobody is there")),
        ]
    ).assign(judge="guest", image_id=["a", "b", "c"])
    [column] = gallery_answers.answers(measured, ["c", "b", "a"], Words())["measured"]
    assert column["answers"] == [None, 0, 1]
    assert column["labels"] == ["0.250", "glad"]
    assert column["titles"] == ["0.250", "glad"]
    assert column["why"] == [0, None, None]


def test_silence_is_told_with_its_reason(written, html):
    told = gallery_of(html)
    (gender,) = [column for column in told["measured"] if column["name"] == "gender"]
    silent = [place for place in gender["why"] if place is not None]
    measured = written.measurements[written.measurements["name"] == "gender"]
    assert len(silent) == (measured["status"] != "ok").sum() > 0
    assert {told["reasons"][place] for place in silent} == {
        "confidence .40 is below the threshold .60"
    }


def test_headings_are_in_order_and_tables_have_headers(outline):
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert all(header.get("scope") in ("row", "col") for header in outline.all("th"))
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_answer_comes_first(outline):
    text = outline.text
    assert text.index("The western share of scenes without a culture") < text.index(
        "Share of women"
    )
    assert text.index("Share of women by occupation") < text.index("See for yourself")
    assert "Cannot tell: the western share" not in text
    assert "No judge is known to read hands and bodies" in text


def test_numbers_on_the_page_are_those_of_the_table(written, outline):
    table = written.estimates
    overall = table[(table["metric"] == "share_gender") & (table["by"] == "")]
    women = overall[overall["category"] == "woman"].set_index("arm")
    assert len(women) == 3
    for role in ("korean", "english", "original"):
        low, high = 100 * women["ci_low"][role], 100 * women["ci_high"][role]
        assert f"{100 * women['estimate'][role]:.1f}% {low:.1f} to {high:.1f}" in outline.text


def test_silence_is_counted(written, outline):
    measured = written.measurements
    gender = measured[(measured["name"] == "gender") & (measured["role"] == "korean")]
    silent = int((gender["status"] != "ok").sum())
    assert 0 < silent < len(gender)
    assert f"({silent} of {len(gender)})" in outline.text
    assert "confidence .40 is below the threshold .60" in outline.text


def test_the_run_can_be_made_again(outline):
    for fact in ("python -m ksd_eval experiment=bias", "0123456789abcdef", "16", "ask 131.2"):
        assert fact in outline.text


def test_korean_prompts_are_marked_as_korean(html):
    assert '<p lang="ko">소방관 사진</p><p lang="en">a photo of a firefighter</p>' in html


def test_pictures_of_one_noise_stand_side_by_side(written):
    for row in rows.rows(written):
        for tiles in row.noises:
            assert [tile.role for tile in tiles] == ["korean", "english", "original"]
            assert len({tile.image_id.rpartition("-")[2] for tile in tiles}) == 1


def test_the_rows_shown_first_are_spread_over_the_groups(view):
    found = rows.rows(view)
    first = rows.first_of_each(found, 6)
    assert [row.attribute for row in first].count("concept") == 1
    assert len({row.group for row in first}) == 6
    assert rows.first_of_each(found[:6]) == found[:6:2]


def test_a_meaning_belongs_to_what_tells_most_apart(view):
    leaning = view.images["prompt.occupation"].map(lambda name: "men" if name else "")
    estimates = view.estimates.copy()
    estimates.loc[0, "by"] = "leaning"
    other = replace(view, images=view.images.assign(**{"prompt.leaning": leaning}))
    found = rows.rows(replace(other, estimates=estimates))
    assert {row.attribute for row in found} == {"occupation", "concept"}


def test_what_no_number_uses_is_told_last(view, tmp_path):
    shape = view.measurements[view.measurements["name"] == "gender"].assign(name="second_shape")
    measured = pd.concat([view.measurements, shape])
    page.write(replace(view, measurements=measured, figures={}, folder=tmp_path))
    text = Outline((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert text.index("used by no number above") < text.index("second shape")
    assert "second shape" not in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_what_a_judge_or_the_checker_flags_is_blurred_until_its_switch_is_set(view, tmp_path):
    images = view.images.copy()
    images["flagged"] = [True, *[None] * (len(images) - 1)]
    adult = view.measurements[view.measurements["name"] == "gender"].iloc[1:3].copy()
    adult = adult.assign(name="adult", label=["adult", "clear"], status="ok")
    measured = pd.concat([view.measurements, adult])
    page.write(replace(view, images=images, measurements=measured, figures={}, folder=tmp_path))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    told = gallery_of(html)
    veiled = {one[told["fields"].index("id")] for one in told["pictures"] if one[6]}
    assert told["fields"][6] == "veiled"
    assert veiled == {images["image_id"][0], adult["image_id"].iloc[0]}
    switches = [one for one in Outline(html).all("input") if one.get("type") == "checkbox"]
    switches = [one for one in switches if "name" not in one]
    assert switches
    assert all("blurred" in one["aria-label"] for one in switches)


def test_an_experiment_that_explains_has_no_verdict(view, tmp_path):
    bare = replace(
        view,
        name="my_look",
        verdicts=view.verdicts.iloc[:0],
        estimates=view.estimates.iloc[:0],
        measurements=view.measurements.iloc[:0],
        figures={},
        manifest={},
        folder=tmp_path,
    )
    page.write(bare)
    text = Outline((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert "explains rather than judges" in text
    assert "My_look: “miniature”" in text


def test_the_page_says_who_has_read_the_prompts(view, outline, tmp_path):
    assert "Native check of the prompts: unchecked." in outline.text
    assert "no translations" not in outline.text
    images = view.images.copy()
    first, second = images["pair_id"].unique()[:2]
    images["prompt.native_check"] = np.where(images["pair_id"] == first, "Kim 2026-11-25", "")
    images["prompt.pairing"] = np.where(images["pair_id"] == second, "independent", "")
    page.write(replace(view, images=images, figures={}, folder=tmp_path))
    text = Outline((tmp_path / "report.html").read_text(encoding="utf-8")).text
    pairs = images["pair_id"].nunique()
    assert f"1 of {pairs} prompts were found right by a named native reader." in text
    assert "Of 1 prompts the two texts were written apart and are no translations" in text


def test_what_is_left_out_stands_with_its_cure(view, tmp_path):
    missing = {"matched.people": "photographs.people=PATH is not given"}
    lacking = replace(view, folder=tmp_path, manifest={**view.manifest, "missing": missing})
    page.write(lacking)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "One thing is left out of this run" in html
    assert "<code>matched.people</code>: photographs.people=PATH is not given" in html


def test_the_page_is_written_in_korean_too(view, tmp_path):
    figures = {"distances": view.figures["distances"]}
    page.write(replace(view, language="ko", figures=figures, folder=tmp_path))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in html
    assert "한국어로 물을 때와 영어로 물을 때" in Outline(html).text
    assert "숫자를 읽는 법" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_tables_stored_with_other_kinds_of_missing_read_the_same(written, tmp_path):
    path = tmp_path / "estimates.parquet"
    written.estimates.to_parquet(path)
    page.write(replace(written, estimates=pd.read_parquet(path), figures={}, folder=tmp_path))
    page.write(replace(written, figures={}, folder=written.folder.parent))
    stored, direct = (
        (folder / "report.md").read_text(encoding="utf-8")
        for folder in (tmp_path, written.folder.parent)
    )
    assert stored == direct


def test_a_changed_wording_is_named_beside_its_pictures(view, tmp_path):
    images = view.images.copy()
    of_nurse = images["pair_id"] == "nurse-0"
    images["prompt.perturbation"] = np.where(of_nurse, "two_spaces", "none")
    page.write(replace(view, images=images, figures={}, folder=tmp_path))
    told = gallery_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    forms = {row["id"]: row["form"] for row in told["rows"]}
    assert forms.pop("nurse-0") == "two spaces"
    assert set(forms.values()) == {""}


def test_both_languages_are_two_pages_that_lead_to_each_other(view, tmp_path):
    figures = {"distances": view.figures["distances"]}
    page.write(replace(view, language="both", figures=figures, folder=tmp_path))
    names = ["report.html", "report.ko.html"]
    english, korean = ((tmp_path / name).read_text(encoding="utf-8") for name in names)
    assert '<html lang="en">' in english
    assert 'href="report.ko.html" lang="ko"' in english
    assert '<html lang="ko">' in korean
    assert 'href="report.html" lang="en"' in korean
    assert "그림의 묶음이 서로 떨어진 거리" in korean
    brief = (tmp_path / "report.ko.md").read_text(encoding="utf-8")
    for path in re.findall(r"\]\((figures/[^)]*)\)", brief):
        assert (tmp_path / path).is_file()
    assert "figures/ko/distances.png" in brief
    page.write(replace(view, language="ko", figures={}, folder=tmp_path))
    beside = {"figures", *responsible.TEXTS.values()}
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "report.md", *beside}
    assert not (tmp_path / "figures" / "ko").exists()
    assert '<html lang="ko">' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_card_says_the_level_of_its_verdicts_intervals(view, tmp_path):
    none = {name: getattr(view, name).iloc[:0] for name in ("images", "measurements", "estimates")}
    chapters = [Chapter("text", "", "the photographs are not there")]
    bare = replace(view, name="card", chapters=chapters, figures={}, folder=tmp_path, **none)
    page.write(replace(bare, verdicts=view.verdicts.assign(level=0.9)))
    assert "about 90 in 100 such intervals" in (tmp_path / "report.html").read_text("utf-8")
    without = view.verdicts.assign(level=0.9, estimate=None, ci_low=None, ci_high=None)
    page.write(replace(bare, verdicts=without))
    assert "about 95 in 100 such intervals" in (tmp_path / "report.html").read_text("utf-8")


def test_a_card_has_a_section_for_each_experiment(view, tmp_path):
    chapters = [
        Chapter(
            "bias",
            "../../bias/0123/report.html",
            claims=["culture"],
            figures={"distances": view.figures["distances"]},
            estimates=view.estimates,
        ),
        Chapter("text", "", "the photographs are not there"),
    ]
    none = {name: getattr(view, name).iloc[:0] for name in ("images", "measurements", "estimates")}
    card = replace(view, name="card", chapters=chapters, figures={}, folder=tmp_path, **none)
    page.write(replace(card, language="both"))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    section = html[html.index('id="chapter-bias"') : html.index('id="chapter-text"')]
    assert 'href="../../bias/0123/report.html"' in section
    assert "The western share of scenes without a culture" in section
    assert "How far the pictures lie apart" in section
    assert section.count("data:image/webp") == 2  # light and dark
    assert "the photographs are not there" in html
    assert "<script" not in html
    assert "#pictures" not in html
    assert "script-src 'none'" in html
    korean = (tmp_path / "report.ko.html").read_text(encoding="utf-8")
    assert 'href="../../bias/0123/report.ko.html"' in korean
