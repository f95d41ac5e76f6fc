"""Contrasts: one arm less another, or one such difference less another such difference.

A contrast is a weighted sum of arms. Half the weights are +1 and half are -1, so that whatever all
arms share cancels. A difference of differences takes away more: `korean - english` of the model
under test, less `translated - original` of its counterpart, is what the Korean text encoder does
beyond what an unlike wording does to any model.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

ROLES: Final = ("korean", "english", "original", "translated", "foreign")
"""The roles that an arm can have, in the order of every table."""

CONTRASTS: Final = ("korean - english", "korean - original", "english - original")
"""The model in its two languages, and each of them against its English original."""

_FORMS: Final = (
    (re.compile(r"(\w+) - (\w+)"), (1, -1)),
    (re.compile(r"\((\w+) - (\w+)\) - \((\w+) - (\w+)\)"), (1, -1, -1, 1)),
)


def weights(contrast: str) -> dict[str, int]:
    """Return the weight of each role in a contrast: 1 or -1, with sum 0.

    Raises:
        ValueError: If it is neither two roles nor a difference of two differences, or has a role
            twice.

    >>> weights("korean - english")
    {'korean': 1, 'english': -1}
    >>> weights("(korean - english) - (translated - original)")
    {'korean': 1, 'english': -1, 'translated': -1, 'original': 1}
    """
    for form, signs in _FORMS:
        found = form.fullmatch(contrast)
        roles = found.groups() if found else ()
        if roles and len(set(roles)) == len(roles) and set(roles) <= set(ROLES):
            return dict(zip(roles, signs, strict=True))
    raise ValueError(
        f"contrast {contrast!r} must be two of {', '.join(ROLES)}, as 'korean - english', or the "
        "difference of two such, as '(korean - english) - (translated - original)'"
    )


def check_contrasts(contrasts: Iterable[str], nested: bool = False) -> None:
    """Refuse a contrast that no run can have, before the first picture.

    Args:
        contrasts: As written in the configuration.
        nested: Whether the metric can tell of differences of differences.

    Raises:
        ValueError: If one is no contrast, or is nested where it must not be.
    """
    for contrast in contrasts:
        if len(weights(contrast)) > 2 and not nested:
            raise ValueError(
                f"contrast {contrast!r} must be two roles, as 'korean - english': "
                "this metric does not compare differences"
            )


def bounds(contrast: Mapping[str, int], arm: tuple[float, float]) -> tuple[float, float]:
    """Return the least and the greatest value of a contrast.

    Args:
        contrast: Role -> weight.
        arm: Least and greatest value of one arm; infinite where there is none.

    >>> bounds(weights("korean - english"), (0.0, 1.0))
    (-1.0, 1.0)
    """
    reach = (arm[1] - arm[0]) * len(contrast) / 2
    return -reach, reach
