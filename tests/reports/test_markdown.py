import re

import pytest

from ksd_eval.reports.markdown import plain


@pytest.fixture(scope="session")
def text(written):
    return (written.folder / "report.md").read_text(encoding="utf-8")


def test_it_says_what_the_page_says(text):
    assert text.startswith("# Whom and what does “miniature” draw")
    assert "The western share of scenes without a culture" in text
    assert "## How to read the numbers" in text
    assert "python -m ksd\\_eval experiment=bias" in text


def test_figures_are_linked_and_there(written, text):
    links = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(links) == len(written.figures) + 2  # the contact sheet, the ledger
    assert all((written.folder / link).exists() for link in links)


def test_tables_have_as_many_cells_in_every_line(text):
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) > 4
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(counts) == 1, table
        assert "---" in table.splitlines()[1]


def test_there_is_never_more_than_one_empty_line(text):
    assert "\n\n\n" not in text


def test_marks_are_escaped():
    assert plain("a|b <img> [x] `y`\nz") == "a\\|b &lt;img> \\[x\\] \\`y\\` z"
