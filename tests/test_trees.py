"""The tree in the READMEs: the same one in both languages, of what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def folders(page):
    """Return the paths that a README's tree names."""
    text = (ROOT / page).read_text(encoding="utf-8")
    block = text.partition("```\nconf/")[2].partition("```")[0]
    assert block, f"{page} has no tree that starts with conf/"
    named = re.findall(r"^( *)([\w.]+/?)", f"conf/{block}", re.MULTILINE)
    return [f"ksd_eval/{name}" if indent else name for indent, name in named]


def test_the_korean_tree_names_what_the_english_one_does():
    assert sorted(folders("README.ko.md")) == sorted(folders("README.md"))


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_a_tree_names_nothing_that_is_not_there(page):
    found = folders(page)
    assert len(found) > 20
    assert [one for one in found if not (ROOT / one).exists()] == []
