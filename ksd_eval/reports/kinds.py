"""What kind of number an estimate is: metrics are named by the experiment, after their kind.

`share_gender` is a share, `difference_culture` a difference, `kernel_judge_clip` a distance.
"""

from typing import Final, Literal, TypeAlias, get_args

from ksd_eval.records import Estimate

Kind: TypeAlias = Literal[
    "default_pull",
    "imbalance",
    "excess",
    "abstentions",
    "frechet",
    "kernel",
    "difference",
    "share",
    "mean",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""In the order in which a name is searched for them."""

DISTANCES: Final = ("frechet", "kernel")


def kind_of(estimate: Estimate) -> Kind:
    """Return what kind of number an estimate is; where its name does not tell, its shape does.

    >>> kind_of(Estimate("share_gender", "gender", "korean", 0.3, category="woman"))
    'share'
    >>> kind_of(Estimate("brightness", "brightness", "korean - english", 0.3))
    'difference'
    """
    named = [kind for kind in KINDS if kind in estimate.metric]
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
    """
    rest = estimate.metric.replace(kind_of(estimate), "").strip("._")
    return rest.removeprefix(estimate.measurement).strip("._")


def topic_of(estimate: Estimate) -> str:
    """Return which section an estimate belongs to: its measurement, or what features tell of.

    >>> topic_of(Estimate("kernel.judge_clip", "features.judge_clip", "korean", 0.3))
    'distance'
    """
    if not estimate.measurement.startswith("features."):
        return estimate.measurement
    kind = kind_of(estimate)
    return "distance" if kind in DISTANCES else kind
