"""Every word of a measured card, in each of its languages."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "heading": "Limitations and Bias",
    "measured": "What this card admits was measured by ksd_eval {version} with {model} "
    "(`{command}`, finished on {finished}).",
    "miniature": "**These numbers were measured on {model}, a miniature that comes with ksd_eval "
    "and knows nothing but a small painted world. They say nothing about any other model.**",
    "other": "**These numbers are those of {model}. Whoever publishes them for another model has "
    "to measure that one.**",
    "rule": "Each admission was written down with a margin before the first picture. It is "
    "*supported* if the whole interval lies beyond the margin, *refuted* if all of it lies "
    "within, else *undecided*. {family}",
    "family": "The verdicts were decided together, so that the chance of any false one is at most "
    "{alpha} where intervals hold their level.",
    "decided": "Measured",
    "none": "No admission was measured.",
    "admission": "The card says",
    "verdict": "Verdict",
    "what": "What was measured",
    "estimate": "Estimate",
    "interval": "Interval",
    "basis": "On",
    "margin": "Margin",
    "interval.of": "{ends} ({level})",
    "basis.of": "{pairs} prompts, {images} pictures",
    "abstained": "{count} more could not be told",
    "undecided.because": "undecided: {reason}",
    "silent": "Not measured",
    "silent.experiment": "the experiment `{experiment}` measures it, and this run is another one",
    "why": "Why",
    "kept": "What else the card says",
    "quote": "“{words}”",
    "people": "Apparent gender, skin tone, age and culture are what a judge saw in a picture, and "
    "nobody’s identity.",
}

KOREAN: Final[Mapping[str, str]] = {
    "heading": "한계와 편향",
    "measured": "이 카드가 인정한 한계를 ksd_eval {version}(으)로 {model}에서 쟀습니다"
    "(`{command}`, {finished}에 끝남).",
    "miniature": "**이 수치는 ksd_eval에 딸린 축소 모델 {model}에서 잰 것입니다. 그림으로 된 "
    "작은 세계밖에 모르는 모델이므로, 다른 어떤 모델에 대해서도 말해 주지 않습니다.**",
    "other": "**이 수치는 {model}의 것입니다. 다른 모델의 카드에 실으려면 그 모델을 따로 재야 "
    "합니다.**",
    "rule": "한계마다 첫 그림을 만들기 전에 무시할 만한 범위를 정해 두었습니다. 신뢰구간 전체가 그 "
    "범위를 벗어나면 ‘확인됨’, 전체가 그 안에 들면 ‘반박됨’, 어느 쪽도 아니면 ‘판단할 수 "
    "없음’입니다. {family}",
    "family": "신뢰구간이 신뢰수준을 지킨다면 판정 가운데 하나라도 틀릴 확률이 {alpha} 이하가 "
    "되도록 함께 판정했습니다.",
    "decided": "측정한 것",
    "none": "측정한 한계가 없습니다.",
    "admission": "카드의 말",
    "verdict": "판정",
    "what": "무엇을 쟀는가",
    "estimate": "추정값",
    "interval": "신뢰구간",
    "basis": "근거",
    "margin": "무시할 만한 범위",
    "interval.of": "{ends} ({level})",
    "basis.of": "프롬프트 {pairs}개, 그림 {images}장",
    "abstained": "그 밖에 판정하지 못한 그림 {count}장",
    "undecided.because": "판단할 수 없음: {reason}",
    "silent": "측정하지 않은 것",
    "silent.experiment": "`{experiment}` 실험이 재는 것으로, 이 실행에는 들어 있지 않습니다",
    "why": "까닭",
    "kept": "카드의 다른 내용",
    "quote": "“{words}”",
    "people": "성별, 피부색, 나이, 문화는 평가자가 그림에서 본 것일 뿐, 누구의 정체성도 아닙니다.",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "ko": KOREAN}
"""The languages that a card can be written in."""
