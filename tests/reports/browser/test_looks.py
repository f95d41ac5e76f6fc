"""Whether everybody can use the page: with a screen reader, in the dark, on a phone, on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe


def faults(page):
    """Return the rules that a page breaks in a way that keeps somebody out, with the places."""
    found = Axe().run(page).response["violations"]
    return {
        one["id"]: [node["html"][:160] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_a_page_with_figures_and_tables(opened, written, scheme):
    with opened(written.folder / "report.html", color_scheme=scheme) as page:
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert faults(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", ".ko"])
def test_nobody_is_kept_out_of_the_gallery_and_of_a_picture(opened, report, scheme, language):
    path = report.with_name(f"report{language}.html")
    with opened(path, "#picture-i9-1-english", color_scheme=scheme) as page:
        assert page.locator("#one").is_visible()
        assert faults(page) == {}
        page.keyboard.press("Escape")
        page.select_option("#by-answer", index=1)
        assert faults(page) == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_a_page_is_never_wider_than_its_screen(opened, written, width):
    with opened(written.folder / "report.html") as page:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("#gallery-rows .face").first.click()
        assert page.locator("#one").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_paper_has_no_buttons(opened, report):
    with opened(report) as page:
        page.emulate_media(media="print")
        for name in ("#gallery-filters", ".pages", ".contents", ".languages", "dialog"):
            assert not page.locator(name).first.is_visible(), name
        assert page.locator("#gallery-rows img").first.is_visible()
