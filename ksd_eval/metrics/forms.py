"""Changed forms of a prompt, each beside the plain prompt that it is a form of.

Forms are prompts of their own with the attributes `perturbation` (the change; "none" of a plain
prompt), `perturbs` (the plain prompt's `pair_id`) and `expected`: "identical", "equivalent" or
"free", what pictures should do. A form starts from its plain prompt's noise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

OUTCOMES: Final = ("identical", "equivalent", "free")
"""What may be expected of a form's pictures, the strictest first."""

CHANGE: Final = "perturbation"
"""The attribute that names the change; estimates of a form are grouped by it."""

PLAIN: Final = "none"
"""Its value of a prompt as it was written."""

SIDES: Final[Mapping[str, int]] = {"form": 1, "plain": -1}
"""The contrast of a form with its plain prompt."""

_OF, _EXPECTED = "prompt.perturbs", "prompt.expected"
_CHANGE = f"prompt.{CHANGE}"


@dataclass(frozen=True)
class Forms:
    """The kinds of forms that a run has.

    Attributes:
        expected: Form -> what is expected of it; empty where no prompt has such a form.
        trouble: Why there are none, as a sentence; empty if there are some.
    """

    expected: Mapping[str, str]
    trouble: str = ""


def found(table: pd.DataFrame, named: Sequence[str] = ()) -> Forms:
    """Return the forms in a table of pictures, the strictest first, and those that are wanted.

    Args:
        table: Pictures, with `prompt.<attribute>` columns.
        named: Forms that were asked for, in the order they are to have: one that changes nothing in
            any prompt has no picture, and must not be passed over in silence.
    """
    columns = (_CHANGE, _OF, _EXPECTED)
    mine = table[table[_CHANGE] != PLAIN] if _has(table, columns) else table.iloc[:0]
    mine = mine[mine[_OF] != ""] if len(mine) else mine
    if mine.empty:
        return Forms({}, "no prompt has a changed form; name changes by prompts.perturb")
    outcomes = mine.groupby(_CHANGE)[_EXPECTED].unique()
    for form, outcome in outcomes.items():
        if len(outcome) > 1 or outcome[0] not in OUTCOMES:
            told = " and ".join(sorted(map(repr, outcome)))
            known = ", ".join(OUTCOMES)
            return Forms({}, f"of the form {form!r} is expected {told}; it must be one of {known}")
    there = {str(form): str(outcome[0]) for form, outcome in outcomes.items()}
    every = {form: there.get(form, "") for form in (*named, *sorted(there))}
    order = (*OUTCOMES, "")
    return Forms(dict(sorted(every.items(), key=lambda item: order.index(item[1]))))


def beside_plain(table: pd.DataFrame, forms: Iterable[str]) -> pd.DataFrame:
    """Return the pictures of forms, and those of the prompts that they are forms of.

    Args:
        table: Pictures of one arm.
        forms: Which.

    Returns:
        The same columns; `pair_id` is the plain prompt's, `role` "form" or "plain".
    """
    mine = table[table[_CHANGE].isin(list(forms))]
    plain = table[(table[_CHANGE] == PLAIN) & table["pair_id"].isin(mine[_OF])]
    return pd.concat([mine.assign(role="form", pair_id=mine[_OF]), plain.assign(role="plain")])


def kind(metric: str, outcome: str) -> str:
    """Return the kind of an estimate of a form, which says what is expected of the form.

    >>> kind("form_effect", "free"), kind("form_effect", "")
    ('form_effect.free', 'form_effect')
    """
    return f"{metric}.{outcome}" if outcome else metric


def left_alone(part: pd.DataFrame) -> str:
    """Return a note on pictures of forms that have no plain picture; empty if each has one.

    Args:
        part: What `beside_plain` returned.
    """
    form = part["role"] == "form"
    if not form.any():
        return "no prompt is changed by it"
    beside = part.loc[form, "pair_id"].isin(part.loc[~form, "pair_id"])
    if beside.all():
        return ""
    return f"{(~beside).sum()} of {len(beside)} pictures have no plain prompt's to be held against"


def _has(table: pd.DataFrame, columns: Iterable[str]) -> bool:
    return set(columns) <= set(table.columns)
