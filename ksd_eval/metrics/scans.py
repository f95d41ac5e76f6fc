"""Scans: one question asked of many groups, of which some will look remarkable by luck alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from ksd_eval.numerics import effects
from ksd_eval.records import Estimate

Family: TypeAlias = tuple[str, ...]
"""What the estimates of one scan have in common."""


def scanned(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return the estimates, with q values for those that are one of a scan of groups.

    A scan asks the same of every group of an attribute: same metric, measurement, category, arm,
    estimand and reference. All pictures together are no part of it, nor is a group without a p
    value. Of the groups with q <= .05, at most one in twenty is wrong on average, as long as their
    p values are independent, which they are as a pair is in one group of an attribute only.

    Source: Benjamini and Hochberg, Controlling the false discovery rate (JRSS B 1995).

    >>> about = {"by": "job", "category": "woman"}
    >>> found = [
    ...     Estimate("share", "gender", "korean", 0.4, group=job, p_value=p, **about)
    ...     for job, p in [("doctor", 0.01), ("nurse", 0.4), ("judge", 0.04)]
    ... ]
    >>> [round(one.q_value, 3) for one in scanned(found)]
    [0.03, 0.4, 0.06]
    """
    families: dict[Family, dict[int, float]] = {}
    for place, one in enumerate(estimates):
        if one.group and one.p_value is not None:
            families.setdefault(_family(one), {})[place] = one.p_value
    found = list(estimates)
    for p_values in families.values():
        q_values = effects.benjamini_hochberg([*p_values.values()])
        for place, q in zip(p_values, q_values, strict=True):
            found[place] = replace(found[place], q_value=float(q))
    return found


def _family(one: Estimate) -> Family:
    question = (one.metric, one.measurement, one.category, one.reference)
    return (*question, one.by, one.arm, one.estimand)
