"""A card's Markdown in sections, and which of them speak of limitations and bias."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

BEGIN: Final = "<!-- ksd_eval: measured, do not edit by hand -->"
END: Final = "<!-- ksd_eval: end -->"
"""Between these stands what an earlier measurement wrote, and the next one takes away."""

HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE: Final = re.compile(r"\s*(```|~~~)")
LIMITS: Final = re.compile(r"limitation|\bbias|한계|제한\s?사항|편향", re.IGNORECASE)
BULLET: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, its own subsections too.

    Attributes:
        level: Number of its signs; 0 is what stands before the first heading.
        heading: Its text.
        body: What follows, as it stands.
    """

    level: int
    heading: str
    body: str

    @property
    def text(self) -> str:
        """Return the section as it stands in the card."""
        return f"{'#' * self.level} {self.heading}\n{self.body}" if self.level else self.body


def split(text: str) -> list[Section]:
    r"""Return a Markdown text as sections of one heading each; a `#` in code is no heading.

    >>> [(one.level, one.heading) for one in split("Hello\n# A\n```\n# no\n```\n## B\n")]
    [(0, ''), (1, 'A'), (2, 'B')]
    """
    found: list[Section] = []
    level, heading, lines, fence = 0, "", list[str](), ""
    for line in text.splitlines(keepends=True):
        fenced = FENCE.match(line)
        if fenced and fence in ("", fenced[1]):
            fence = "" if fence else fenced[1]
        headed = None if fence or fenced else HEADING.match(line)
        if headed:
            found.append(Section(level, heading, "".join(lines)))
            level, heading, lines = len(headed[1]), headed[2], []
        else:
            lines.append(line)
    found.append(Section(level, heading, "".join(lines)))
    return [one for one in found if one.level or one.body]


def limits(found: Sequence[Section]) -> list[range]:
    """Return the places of the sections on limitations and bias, each with its subsections.

    A heading of the first level with others under it is the card's title, not a section, unless an
    earlier measurement stands there.
    """
    ranges: list[range] = []
    for place, one in enumerate(found):
        inside = any(place in one for one in ranges)
        if not one.level or inside or not LIMITS.search(one.heading):
            continue
        end = next(
            (after for after in range(place + 1, len(found)) if found[after].level <= one.level),
            len(found),
        )
        if one.level == 1 and end > place + 1 and BEGIN not in one.body:
            continue
        ranges.append(range(place, end))
    return ranges


def without_ours(text: str) -> tuple[str, str]:
    """Return a text without what an earlier measurement wrote, and that by itself."""
    pattern = re.compile(f"{re.escape(BEGIN)}(.*?){re.escape(END)}\\n?", re.DOTALL)
    return pattern.sub("", text), "".join(pattern.findall(text))


def items(body: str) -> Iterator[str]:
    r"""Yield the list items and paragraphs of a text, and the first cell of each row of a table.

    >>> list(items("One\ntwo.\n\n- a\n- b\n  c\n| “d” | e |\n"))
    ['One\ntwo.', '- a', '- b\n  c', '| “d” | e |']
    """
    held: list[str] = []
    for line in [*body.splitlines(), ""]:
        starts = bool(BULLET.match(line)) or line.lstrip().startswith("|")
        if held and (starts or not line.strip()):
            yield "\n".join(held)
            held = []
        if line.strip():
            held.append(line)


def plain(item: str) -> str:
    r"""Return an item's own words, without what makes it a list item or a row of a table.

    >>> plain("- The model cannot\n  render text.")
    'The model cannot render text.'
    >>> plain("| “It cannot.” | refuted |")
    'It cannot.'
    """
    if item.lstrip().startswith("|"):
        item = re.split(r"(?<!\\)\|", item)[1].replace("\\|", "|").strip().strip("“”")
    return " ".join(BULLET.sub("", item, count=1).split())
