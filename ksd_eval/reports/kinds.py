"""What kind of number an estimate is, and which section of the page it belongs to."""

from typing import Final, TypeAlias

from ksd_eval.records import Estimate

Kind: TypeAlias = str
"""As a metric names it: "share", "difference", "kernel", …"""

DISTANCES: Final = ("frechet", "kernel")

MANIFOLD: Final = ("precision", "recall", "density", "coverage")
"""What features tell of two sets of pictures beside a distance, by an estimate's category."""

SUBJECTLESS: Final = ("corrected", "manifold", "raw", "agreement", "outcomes")
"""Words of a metric's name that say nothing beside its kind."""

REFERRED: Final = ("amplification", "exaggeration")
"""Kinds whose estimates are told apart by what they are held against."""

FORMS: Final = ("form_effect", "form_equivalence")
"""Kinds that tell what a change of wording does to a measurement, in a section of their own."""

_GUESSED: Final = (
    *("identical_pixels", "form_effect"),
    *("default_pull", "imbalance", "excess", "abstentions", "frechet", "kernel"),
    *("difference", "share", "mean"),
)
"""Kinds looked for in the name of an estimate that does not tell its own, in this order."""


def kind_of(estimate: Estimate) -> Kind:
    """Return what kind of number an estimate is; where it does not tell, its name or shape does.

    >>> kind_of(Estimate("outcomes", "face", "korean - english", 1.4, kind="odds_ratio"))
    'odds_ratio'
    >>> kind_of(Estimate("share_gender", "gender", "korean", 0.3, category="woman"))
    'share'
    >>> kind_of(Estimate("brightness", "brightness", "korean - english", 0.3))
    'difference'
    """
    if estimate.measurement.startswith("features.") and estimate.category in MANIFOLD:
        return f"manifold_{estimate.category}"
    if estimate.kind:
        return estimate.kind.partition(".")[0]
    named = [kind for kind in _GUESSED if kind in estimate.metric]
    if named:
        return named[0]
    if " - " in estimate.arm:
        return "difference"
    return "share" if estimate.category else "mean"


def subject_of(estimate: Estimate) -> str:
    """Return what the metric's name says beside its kind and its measurement.

    >>> subject_of(Estimate("kernel_judge_clip", "features.judge_clip", "korean", 0.3))
    'judge_clip'
    >>> subject_of(Estimate("share_gender_at_work", "gender", "korean", 0.3))
    'at_work'
    >>> subject_of(Estimate("corrected_gender", "gender", "korean", 0.3, kind="raw_share"))
    ''
    """
    if kind_of(estimate) in REFERRED:
        return ""
    rest = estimate.metric.replace(kind_of(estimate), "").strip("._")
    for kind in _GUESSED:
        rest = rest.removeprefix(kind).strip("._")
    words = rest.removeprefix(estimate.measurement).strip("._").split("_")
    while words and words[0] in SUBJECTLESS:
        words = words[1:]
    return "_".join(words).removeprefix(estimate.measurement).strip("._")


def topic_of(estimate: Estimate) -> str:
    """Return which section an estimate belongs to: its measurement, or what features tell of.

    >>> topic_of(Estimate("kernel.judge_clip", "features.judge_clip", "korean", 0.3))
    'distance'
    >>> topic_of(Estimate("form_effect_similarity", "similarity", "korean", -0.1))
    'form_effect_similarity'
    """
    if kind_of(estimate) in FORMS:
        return f"{FORMS[0]}_{estimate.measurement}"
    if not estimate.measurement.startswith("features."):
        return estimate.measurement
    kind = kind_of(estimate)
    return "distance" if kind in DISTANCES or kind.startswith("manifold_") else kind
