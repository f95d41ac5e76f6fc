"""Errors held against the judge's own, whatever the experiment."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "metric.excess_error": "Beyond the judge’s own errors",
    "method.excess_error": "The mean error over prompts, less the mean error that the same judge "
    "finds in pictures that show exactly what their text says. The interval carries how unsure "
    "both are (Zou and Donner).",
}

KOREAN: Final[Mapping[str, str]] = {
    "metric.excess_error": "평가자 자신의 오류를 뺀 나머지",
    "method.excess_error": "프롬프트별 오류의 평균에서, 글과 정확히 맞는 그림에서 같은 평가자가 "
    "찾아낸 오류의 평균을 뺀 값입니다. 구간에는 두 값의 불확실함이 모두 들어 있습니다(Zou와 "
    "Donner).",
}
