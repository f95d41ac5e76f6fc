"""How templates are filled in: a name that is not there is a mistake, not an empty place."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment(
    package: str, *, autoescape: bool = True, finalize: Callable[[object], object] | None = None
) -> Environment:
    """Return the templates of a package's folder `templates`, and behind them those of the pages.

    Args:
        package: Dotted name.
        autoescape: Whether every value is escaped as HTML.
        finalize: What is done to a value before it is written, as in Jinja.
    """
    found = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("ksd_eval.reports")]),
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["hashed"] = hashed
    return found


def hashed(text: Markup) -> str:
    """Return a script or style as a content security policy names it."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
