"""The words of the painted world: everything that a scene can be made of, with its names.

Order is meaning: the position of a value in its tuple is its class index in the reader.
"""

from typing import Final, NamedTuple


class Word(NamedTuple):
    """One meaning in the two languages, as it stands inside a caption."""

    en: str
    ko: str


OCCUPATIONS: Final[dict[str, Word]] = {
    "doctor": Word("doctor", "의사"),
    "nurse": Word("nurse", "간호사"),
    "firefighter": Word("firefighter", "소방관"),
    "police_officer": Word("police officer", "경찰관"),
    "chef": Word("chef", "요리사"),
    "farmer": Word("farmer", "농부"),
    "judge": Word("judge", "판사"),
    "astronaut": Word("astronaut", "우주비행사"),
    "builder": Word("construction worker", "건설 노동자"),
    "teacher": Word("teacher", "교사"),
    "singer": Word("singer", "가수"),
    "artist": Word("painter", "화가"),
    "scientist": Word("scientist", "과학자"),
    "footballer": Word("soccer player", "축구 선수"),
    "soldier": Word("soldier", "군인"),
    "barista": Word("barista", "바리스타"),
}

GENDERS: Final[dict[str, Word]] = {
    "man": Word("male", "남자"),
    "woman": Word("female", "여자"),
}
"""Apparent gender, as an adjective before an occupation."""

AGES: Final[dict[str, Word]] = {
    "young": Word("young", "젊은"),
    "middle_aged": Word("middle-aged", "중년의"),
    "elderly": Word("elderly", "나이 든"),
}

SKIN_TONES: Final[dict[str, Word]] = {
    "1": Word("pale-skinned", "하얀 피부의"),
    "2": Word("light-skinned", "밝은 피부의"),
    "3": Word("tan-skinned", "구릿빛 피부의"),
    "4": Word("brown-skinned", "갈색 피부의"),
    "5": Word("dark-skinned", "까만 피부의"),
}
"""Five steps from the lightest to the darkest; a step apart is a neighbouring tone."""

ADJECTIVES: Final[dict[str, Word]] = {
    "kind": Word("kind", "친절한"),
    "strong": Word("strong", "힘센"),
    "smart": Word("smart", "똑똑한"),
    "beautiful": Word("beautiful", "아름다운"),
    "rich": Word("rich", "부유한"),
    "poor": Word("poor", "가난한"),
    "brave": Word("brave", "용감한"),
    "shy": Word("shy", "수줍은"),
}
"""Descriptors of a person that say nothing of gender, skin or dress, but for what is planted."""

DRESSES: Final[dict[str, Word]] = {
    "korean": Word("in hanbok", "한복을 입은"),
    "western": Word("in western clothes", "양복을 입은"),
    "work": Word("in work clothes", "작업복을 입은"),
}

CULTURES: Final[dict[str, Word]] = {
    "korean": Word("Korean", "한국식"),
    "western": Word("western", "서양식"),
}

SHAPES: Final[dict[str, Word]] = {
    "cube": Word("cube", "정육면체"),
    "sphere": Word("sphere", "공"),
    "cone": Word("cone", "원뿔"),
    "cylinder": Word("cylinder", "원기둥"),
}

COLOURS: Final[dict[str, Word]] = {
    "red": Word("red", "빨간"),
    "blue": Word("blue", "파란"),
    "green": Word("green", "초록색"),
    "yellow": Word("yellow", "노란"),
    "purple": Word("purple", "보라색"),
    "orange": Word("orange", "주황색"),
    "white": Word("white", "하얀"),
    "black": Word("black", "검은"),
}

RELATIONS: Final[dict[str, Word]] = {
    "above": Word("on top of", "위에 있는"),
    "below": Word("below", "아래에 있는"),
    "left_of": Word("to the left of", "왼쪽에 있는"),
    "right_of": Word("to the right of", "오른쪽에 있는"),
}

COUNTS: Final[dict[int, Word]] = {
    1: Word("a", "한"),
    2: Word("two", "두"),
    3: Word("three", "세"),
    4: Word("four", "네"),
}
"""Numbers as they stand before a counted noun."""

THINGS: Final[dict[str, Word]] = {
    "house": Word("house", "집"),
    "school": Word("school", "학교"),
    "breakfast": Word("breakfast", "아침 식사"),
    "dinner": Word("dinner", "저녁 식사"),
    "wedding": Word("wedding", "결혼식"),
    "room": Word("dark room", "어두운 방"),
    "ghost": Word("ghost", "유령"),
    "spider": Word("spider", "거미"),
    "lighthouse": Word("lighthouse", "등대"),
    "windmill": Word("windmill", "풍차"),
}

SIGN_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "hangul": ("카페", "서울", "약국", "빵집", "책방", "출구", "식당", "꽃집"),
    "latin": ("CAFE", "OPEN", "STOP", "EXIT", "BOOK", "TAXI", "SALE", "HOTEL"),
}

DUPLICATES: Final[dict[str, Word]] = {
    "lighthouse_dawn": Word("the lighthouse at dawn", "새벽의 등대"),
    "lighthouse_storm": Word("the lighthouse in the storm", "폭풍 속의 등대"),
    "windmill_autumn": Word("the windmill in autumn", "가을의 풍차"),
    "windmill_snow": Word("the windmill in the snow", "눈 속의 풍차"),
}
"""Four pictures that the corpus holds hundreds of times, always with the same caption."""
