"""The page in brief, as Markdown: the same facts, without the pictures of every prompt."""

import re

from markupsafe import Markup

from ksd_eval.reports import responsible, templating
from ksd_eval.reports.content import Content

ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]|"} | {"<": "&lt;", "\n": " "})
"""Marks that would change how the text around them is read."""


def markdown(content: Content, figures: str = "figures") -> str:
    """Return `report.md`, whose figures are in a folder beside it."""
    # Escaping for Markdown is another one than for HTML: every value goes through `plain`.
    found = templating.environment("ksd_eval.reports", autoescape=False, finalize=_escaped)
    text = found.get_template("report.md").render(
        content=content,
        t=content.words,
        figures=Markup(figures),
        responsible=Markup(responsible.TEXTS[content.words.language]),
    )
    return re.sub(r"\n{3,}", "\n\n", text)


def _escaped(value: object) -> object:
    # Markup is what a template calls safe: the name of a file that we wrote.
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def plain(text: str) -> str:
    r"""Return a text as it must be written to be read as itself.

    >>> plain("<b>a|b</b>")
    '&lt;b>a\\|b&lt;/b>'
    """
    return text.translate(ESCAPED)
