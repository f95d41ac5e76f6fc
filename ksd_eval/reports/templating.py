"""How templates are filled in: a name that is not there is a mistake, not an empty place."""

from collections.abc import Callable

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def environment(
    package: str, *, autoescape: bool = True, finalize: Callable[[object], object] | None = None
) -> Environment:
    """Return the templates of a package's folder `templates`, and behind them those of the pages.

    Args:
        package: Dotted name.
        autoescape: Whether every value is escaped as HTML.
        finalize: What is done to a value before it is written, as in Jinja.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("ksd_eval.reports")]),
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
