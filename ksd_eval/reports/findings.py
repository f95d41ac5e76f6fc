"""What came out, in sentences: how the two languages differ, over all prompts together."""

from collections.abc import Iterable, Iterator
from typing import Final

from ksd_eval.records import Estimate
from ksd_eval.reports import form_findings, numerals
from ksd_eval.reports.kinds import kind_of, subject_of
from ksd_eval.reports.tables import grouped, metric_name
from ksd_eval.reports.words import Words

LEFT: Final = "korean"
RIGHT: Final = "english"
"""The two arms that are spoken of: one model, two languages."""

SPOKEN_OF: Final = ("difference", "default_pull")
"""Kinds of contrasts that a sentence tells; of all others the tables do."""

SIDES: Final = ("share", "mean", "default_pull")
"""What a difference is a difference of."""


def findings(estimates: Iterable[Estimate], words: Words) -> Iterator[str]:
    """Yield those of changed wordings, then one for each label, then one for each distance.

    >>> made = {"category": "woman", "ci_low": -0.11, "ci_high": -0.03}
    >>> difference = Estimate("difference_gender", "gender", "korean - english", -0.07, **made)
    >>> next(findings([difference], Words()))
    'Prompt by prompt that is 7.0 points lower in Korean (interval −11.0 to −3.0), which luck \
alone seldom does.'
    """
    estimates = list(estimates)
    yield from form_findings.findings(estimates, words)
    yield from _recorded([one for one in estimates if kind_of(one) == "same_as_recorded"], words)
    told = [
        one
        for one in estimates
        if not one.by and one.estimand != "over_seeds" and one.estimate is not None
    ]
    contrasts = [
        one
        for one in told
        if one.arm == f"{LEFT} - {RIGHT}" and not one.reference and kind_of(one) in SPOKEN_OF
    ]
    for differences in grouped((one.metric, one) for one in contrasts).values():
        # Of two labels one says it all: the other's share is what is left.
        one_says_all = len(differences) == 2 and all(one.category for one in differences)
        for one in differences[one_says_all:]:
            yield " ".join(filter(None, [_both(one, told, words), _difference(one, words)]))
    for one in told:
        if one.arm == LEFT and one.reference == RIGHT and one.null_p95 is not None:
            yield _distance(one, words)


def _recorded(shares: list[Estimate], words: Words) -> Iterator[str]:
    """Say of how many pictures the record can tell, and how many of these are the same."""
    compared = sum(one.n_images for one in shares)
    same = sum(round(one.n_images * (one.estimate or 0.0)) for one in shares)
    of = compared + sum(one.n_abstained for one in shares)
    if shares:
        key = "finding.recorded" if compared else "finding.unrecorded"
        yield words(key, of=of, compared=compared, same=same)


def _both(about: Estimate, told: list[Estimate], words: Words) -> str:
    """Say what the two languages show, of which the difference is spoken of next."""
    alike = [
        one
        for one in told
        if kind_of(one) in SIDES
        and (one.measurement, one.category) == (about.measurement, about.category)
    ]
    # Another metric of the same kind may have kept other prompts.
    alike.sort(key=lambda one: subject_of(one) != subject_of(about))
    sides = {one.arm: numerals.reading(one).value for one in reversed(alike)}
    if not {LEFT, RIGHT} <= sides.keys():
        return ""
    label = words.label(about.measurement, about.category)
    if kind_of(about) == "default_pull":
        label = metric_name(about, words)
    label = label[0].upper() + label[1:]
    return words("finding.both", label=label, left=sides[LEFT], right=sides[RIGHT])


def _difference(about: Estimate, words: Words) -> str:
    unit = numerals.unit_of(about)
    size = numerals.written(abs(about.estimate or 0.0), unit).lstrip("+")
    interval = numerals.reading(about).interval
    if about.ci_low is None or about.ci_high is None:
        return words("finding.bare", size=size)
    if about.ci_low <= 0 <= about.ci_high:
        return words("finding.unsure", interval=interval)
    way = "finding.lower" if about.ci_high < 0 else "finding.higher"
    return words(way, size=size, interval=interval)


def _distance(about: Estimate, words: Words) -> str:
    beyond = (about.estimate or 0.0) > (about.null_p95 or 0.0)
    return words(
        "finding.apart" if beyond else "finding.together",
        metric=metric_name(about, words),
        distance=numerals.written(about.estimate, "number"),
        chance=numerals.written(about.null_p95, "number"),
    )
