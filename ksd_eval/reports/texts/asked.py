"""What a picture shows of what its prompt named, in any experiment."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "label.culture.prompt.mark": "the culture asked for",
    "label.gender.prompt.gender": "the gender asked for",
    "value.mark.agnostic": "no culture named",
    "value.mark.korean": "asked for as Korean",
    "value.mark.western": "asked for as western",
}

KOREAN: Final[Mapping[str, str]] = {
    "label.culture.prompt.mark": "요청한 문화",
    "label.gender.prompt.gender": "요청한 성별",
    "value.mark.agnostic": "문화를 말하지 않음",
    "value.mark.korean": "한국식으로 요청함",
    "value.mark.western": "서양식으로 요청함",
}
