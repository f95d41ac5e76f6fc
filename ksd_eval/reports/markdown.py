"""The page in brief, as Markdown: the same facts, without the pictures of every prompt."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from ksd_eval.reports.content import Content

ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]|"} | {"<": "&lt;", "\n": " "})
"""Marks that would change how the text around them is read."""


def markdown(content: Content) -> str:
    r"""Return `report.md`."""
    found = Environment(
        loader=PackageLoader("ksd_eval.reports"),
        # Escaping for Markdown is another one than for HTML: every value goes through `plain`.
        autoescape=False,
        finalize=lambda value: plain(value) if isinstance(value, str) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("report.md").render(content=content, t=content.words)


def plain(text: str) -> str:
    r"""Return a text as it must be written to be read as itself.

    >>> plain("<b>a|b</b>")
    '&lt;b>a\\|b&lt;/b>'
    """
    return text.translate(ESCAPED)
