"""The gallery of a run's page, used as a reader would: by mouse, by keyboard, by address."""

import re

import pytest
from playwright.sync_api import expect

ROW = "#gallery-rows .meaning"


def prompts(page):
    return page.locator(f"{ROW} [lang=en]").all_text_contents()


def choose(page, **choices):
    for name, label in choices.items():
        page.select_option(f"#by-{name}", label=label)


def test_the_page_opens_from_disk_with_its_gallery(opened, report):
    with opened(report) as page:
        expect(page.locator("#gallery-found")).to_have_text("30 of 30 prompts, 120 pictures")
        assert page.locator(ROW).count() == 24
        assert page.locator("noscript").count() == 1
        page.locator(".pages button:has-text('Next')").first.click()
        assert page.locator(ROW).count() == 6
        shown = page.locator(f"{ROW} img").first.evaluate("one => one.decode().then(() => 1)")
        assert shown == 1


def test_a_prompt_with_markup_stays_text(opened, report, hostile):
    with opened(report) as page:
        choose(page, order="as asked")
        assert prompts(page)[0] == hostile
        page.locator(f"{ROW} .face").first.click()
        expect(page.locator("#one-title")).to_contain_text(hostile)
        assert page.evaluate("window.harmed") is None
        assert page.locator("img[src=x]").count() == 0


def test_groups_and_words_are_filters(opened, report):
    with opened(report) as page:
        choose(page, group="nurse")
        expect(page.locator("#gallery-found")).to_contain_text("8 of 30")
        assert all("nurse" in text for text in prompts(page))
        page.fill("#by-words", "29")
        assert prompts(page) == ["nurse number 29"]
        page.fill("#by-words", "no such word")
        expect(page.locator("#gallery-found")).to_have_text("No prompt fits. Widen the filters.")
        page.locator("#by-nothing").click()
        expect(page.locator("#gallery-found")).to_contain_text("30 of 30")


def test_answers_are_a_filter_of_one_arm_or_of_all(opened, report):
    with opened(report) as page:
        choose(page, measured="gender · reader", answer="women")
        expect(page.locator("#gallery-found")).to_contain_text("10 of 30")
        captions = page.locator("figure.marked .said").all_text_contents()
        assert set(captions) == {"women"}
        assert len(captions) == 20
        choose(page, whose="English")
        expect(page.locator("#gallery-found")).to_contain_text("No prompt fits")
        choose(page, whose="any arm shown", answer="differs between the arms")
        expect(page.locator("#gallery-found")).to_contain_text("10 of 30")


def test_abstention_is_a_filter_and_its_reason_is_told(opened, report):
    with opened(report) as page:
        choose(page, measured="gender · reader", answer="cannot tell")
        expect(page.locator("#gallery-found")).to_have_text("1 of 30 prompts, 2 pictures")
        page.locator("figure.marked .face").click()
        expect(page.locator("#one-said")).to_contain_text("no person in the picture")


def test_arms_can_be_hidden(opened, report):
    with opened(report) as page:
        page.locator("fieldset label", has_text="Korean").click()
        expect(page.locator("#gallery-found")).to_have_text("30 of 30 prompts, 60 pictures")
        shown = page.locator(f"{ROW} figcaption .role-korean, {ROW} figcaption .role-english")
        assert set(shown.all_text_contents()) == {"English"}


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("farthest apart first", [29, 28, 27]),
        ("lower in Korean first", [29, 28, 27]),
        ("higher in Korean first", [0, 1, 2]),
        ("as asked", [0, 1, 2]),
    ],
)
def test_prompts_are_sorted_by_the_gap_between_the_languages(opened, report, order, first):
    with opened(report) as page:
        choose(page, measured="similarity · clip", order=order)
        ids = page.locator(ROW).evaluate_all("rows => rows.map((row) => row.id)")
        assert [int(re.search(r"\d+", one)[0]) for one in ids[:3]] == first


def test_the_gap_is_told_with_its_sign(opened, report):
    with opened(report) as page:
        choose(page, measured="similarity · clip", order="lower in Korean first")
        expect(page.locator(ROW).first).to_contain_text("Korean − English: −0.027")


def test_a_flagged_picture_is_blurred_until_it_is_asked_for(opened, report):
    with opened(report) as page:
        page.fill("#by-words", "number 1")
        face = page.locator("[id='pair-pair 1/nurse'] .face").first
        blurred = "one => getComputedStyle(one.querySelector('img')).filter.includes('blur')"
        assert face.evaluate(blurred)
        assert "blurred" in face.get_attribute("aria-label")
        face.click()
        assert not face.evaluate(blurred)
        assert not page.locator("#one").is_visible()
        face.click()
        expect(page.locator("#one")).to_be_visible()


def test_a_blurred_picture_has_no_link_to_its_file_until_it_is_asked_for(opened, report):
    with opened(report, "#picture-i1-0-english") as page:
        file, unveil = page.locator("#one-file"), page.locator("#one-unveil")
        expect(file).to_be_visible()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#one-title")).to_have_text("Korean: 1번째 nurse")
        expect(unveil).to_be_visible()
        expect(file).to_be_hidden()
        unveil.click()
        expect(unveil).to_be_hidden()
        expect(file).to_be_visible()


def test_a_blur_hides_as_much_of_a_large_picture_as_of_a_small_one(opened, report):
    share = """face => {
        const { filter } = getComputedStyle(face.querySelector('img'));
        return Number(/blur\\(([\\d.]+)px\\)/.exec(filter)[1]) / face.clientWidth;
    }"""
    with opened(report, "#picture-i1-0-korean") as page:
        tile = page.locator("[id='pair-pair 1/nurse'] .face.veiled").first
        large = page.locator("#one-faces .face.veiled")
        assert large.evaluate("one => one.clientWidth") > tile.evaluate("one => one.clientWidth")
        assert tile.evaluate(share) == pytest.approx(1 / 8, abs=0.002)
        assert large.evaluate(share) == pytest.approx(1 / 8, abs=0.002)


def test_a_pair_has_an_address_that_outlives_a_reload(opened, report):
    with opened(report) as page:
        page.fill("#by-words", "number 27")
        page.locator("text=Link to this pair").click()
        assert page.url.endswith("#pair-pair%2027%2Fjudge")
        page.reload()
        row = page.locator("[id='pair-pair 27/judge']")
        expect(row).to_be_in_viewport()
        expect(row).to_be_focused()
        # An address of a pair that the filters hide widens them.
        choose(page, group="nurse")
        assert row.count() == 0
        page.evaluate("location.hash = '#pair-pair%2026%2Ffarmer'")
        expect(page.locator("[id='pair-pair 26/farmer']")).to_be_in_viewport()


def test_a_picture_has_an_address_too(opened, report):
    with opened(report, "#picture-i9-1-english") as page:
        expect(page.locator("#one")).to_be_visible()
        expect(page.locator("#one-recipe")).to_contain_text("i9-1-english")
        # More digits than a number of JavaScript holds.
        expect(page.locator("#one-recipe")).to_contain_text(str(2**62 + 9))
        file = page.locator("#one-file a").evaluate("one => one.href")
        assert file.startswith("file:")
        assert "/images/" in file


def test_the_other_language_opens_at_the_same_picture(opened, report):
    with opened(report, "#picture-i9-1-english") as page:
        page.locator("#one-close").click()
        page.locator(".languages a").click()
        assert page.url.endswith("report.ko.html#pair-pair%209%2Fnurse")
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        expect(page.locator("#gallery-found")).to_contain_text("프롬프트 30개 중 30개")


def test_the_keyboard_alone_opens_a_picture_leafs_and_closes(opened, report):
    with opened(report) as page:
        page.locator("#by-words").focus()
        page.keyboard.type("number 5")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('#gallery-rows .face')"):
                break
        before = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Enter")
        expect(page.locator("#one")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#one-title")).to_have_text("English: nurse number 5")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
        expect(page.locator("#one")).to_be_hidden()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == before


def test_without_scripts_the_sheet_is_there_and_the_gallery_says_what_it_needs(opened, report):
    with opened(report, java_script_enabled=False) as page:
        assert page.locator("#sheet .meaning").count() > 0
        assert page.locator("noscript").inner_text().startswith("The gallery needs JavaScript")
        expect(page.locator("#gallery")).to_be_hidden()
        switch = page.locator("#sheet .face input").first
        picture = page.locator("#sheet .face:has(input) img").first
        blurred = "one => getComputedStyle(one).filter.includes('blur')"
        switch.focus()
        assert picture.evaluate(blurred)
        page.keyboard.press("Space")
        assert not picture.evaluate(blurred)


def test_two_thousand_pictures_stay_light(opened, made, tmp_path):
    # Noise is the picture that compresses worst.
    view = made(tmp_path, pairs=1000, edge=100)
    path = view.folder / "report.html"
    assert path.stat().st_size < 15e6
    with opened(path) as page:
        expect(page.locator("#gallery-found")).to_have_text("1000 of 1000 prompts, 2000 pictures")
        assert page.locator(ROW).count() == 24
        choose(page, measured="similarity · clip", order="lower in Korean first")
        assert prompts(page)[0] == "judge number 999"
