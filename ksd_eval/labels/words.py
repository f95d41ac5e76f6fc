"""Every word of the page that pictures are labelled on, by key, in each of its languages.

Where the report has a word for one thing, such as an occupation, it is the report's; its words for
labels speak of many ("women"), these of one picture.
"""

from collections.abc import Mapping
from typing import Final

from ksd_eval.reports.words import Words

ENGLISH: Final[Mapping[str, str]] = {
    "title": "Label pictures: {measurement}",
    "question": "What does the picture show? ({measurement})",
    "question.gender": "Does the person in the picture look like a woman or a man?",
    "question.skin": "Which skin tone does the person in the picture have?",
    "question.age": "How old does the person in the picture look?",
    "question.dress": "What does the person in the picture wear?",
    "question.culture": "Which style does the picture show?",
    "question.occupation": "Which occupation does the person in the picture seem to have?",
    "question.kind": "What is the picture of?",
    "intro": "You will see {count} pictures, one at a time. For each, choose what it looks like to "
    "you. It is about the picture, not about who anybody is.",
    "intro.cannot": "If you cannot tell, say so. That is an answer too, also where the picture "
    "shows nothing of the kind, several of it, or is blurred, broken or black.",
    "intro.blind": "Where a picture is from is kept from you on purpose. Please label alone, and "
    "do not look pictures up.",
    "intro.stop": "You may stop at any time: pictures come in random order, so those that you did "
    "are a fair part of all. Only do not leave out single pictures.",
    "intro.keys": "Keys: 1 to 9, and letters if there are more, choose; 0 or ? is “cannot tell”; "
    "← or Backspace goes back, → forward; Ctrl+Z undoes.",
    "name": "Your name or initials, for the file",
    "begin": "Begin",
    "script": "This page needs JavaScript. It loads nothing and sends nothing.",
    "answers": "Answers",
    "cannot": "cannot tell",
    "picture": "Picture {number} of {count}",
    "answered": "{done} of {count} labelled",
    "chosen": "{number}: {label}.",
    "unreadable": "This browser cannot show the picture.",
    "back": "Back",
    "forward": "Forward",
    "undo": "Undo",
    "undone": "Undone.",
    "save": "Save CSV",
    "saved": "Saved as {file}, if your browser allowed it.",
    "kept": "Answers are kept in this browser until you return.",
    "lost": "This browser keeps nothing: save the CSV before you close the page.",
    "end": "All {count} pictures are labelled. Thank you!",
    "end.save": "Save the CSV file and send it to whoever asked you.",
    "copy": "If no file is saved, copy these lines",
    "label.gender.woman": "a woman",
    "label.gender.man": "a man",
    "label.skin.1": "1 (lightest)",
    "label.skin.5": "5 (darkest)",
    "label.age.middle_aged": "middle-aged",
    "label.culture.korean": "Korean",
    "label.culture.western": "western",
    "label.dress.korean": "hanbok",
    "label.dress.western": "western clothes",
    "label.dress.work": "work clothes",
    "label.occupation.none": "none that shows",
}

KOREAN: Final[Mapping[str, str]] = {
    "title": "그림 라벨 달기: {measurement}",
    "question": "그림에 무엇이 보이나요? ({measurement})",
    "question.gender": "그림 속 사람이 여성으로 보이나요, 남성으로 보이나요?",
    "question.skin": "그림 속 사람의 피부색은 어느 쪽인가요?",
    "question.age": "그림 속 사람은 몇 살쯤으로 보이나요?",
    "question.dress": "그림 속 사람은 무엇을 입고 있나요?",
    "question.culture": "그림은 어느 쪽 양식으로 보이나요?",
    "question.occupation": "그림 속 사람의 직업은 무엇으로 보이나요?",
    "question.kind": "무엇을 그린 그림인가요?",
    "intro": "그림 {count}장을 한 장씩 보게 됩니다. 그림마다 보이는 대로 고르세요. 그림에 대해 "
    "묻는 것이지 누가 어떤 사람인지를 묻는 것이 아닙니다.",
    "intro.cannot": "판단할 수 없으면 그렇다고 답하세요. 그것도 답입니다. 물어본 것이 그림에 "
    "없거나 여럿일 때, 흐리거나 깨지거나 까만 그림일 때도 그렇습니다.",
    "intro.blind": "그림이 어디에서 왔는지는 일부러 알리지 않습니다. 혼자서 답하고, 그림을 "
    "찾아보지 마세요.",
    "intro.stop": "언제든 멈춰도 됩니다. 그림은 무작위 순서로 나오므로 거기까지 답한 그림만으로도 "
    "치우침이 없습니다. 다만 중간의 그림을 건너뛰지는 마세요.",
    "intro.keys": "키: 1~9로 고르고, 더 있으면 글자 키를 씁니다. 0이나 ?는 “판단할 수 없음”, "
    "←나 백스페이스는 뒤로, →는 앞으로, Ctrl+Z는 되돌리기입니다.",
    "name": "파일에 적을 이름이나 머리글자",
    "begin": "시작",
    "script": "이 페이지에는 자바스크립트가 필요합니다. 아무것도 받아 오거나 보내지 않습니다.",
    "answers": "답",
    "cannot": "판단할 수 없음",
    "picture": "그림 {number}/{count}",
    "answered": "{count}장 가운데 {done}장 완료",
    "chosen": "{number}: {label}.",
    "unreadable": "이 브라우저에서 그림을 표시할 수 없습니다.",
    "back": "뒤로",
    "forward": "앞으로",
    "undo": "되돌리기",
    "undone": "되돌렸습니다.",
    "save": "CSV 저장",
    "saved": "브라우저가 허용했다면 {file} 파일로 저장되었습니다.",
    "kept": "답은 다시 올 때까지 이 브라우저에 보관됩니다.",
    "lost": "이 브라우저에는 답이 보관되지 않습니다. 페이지를 닫기 전에 CSV를 저장하세요.",
    "end": "그림 {count}장에 모두 답했습니다. 고맙습니다!",
    "end.save": "CSV 파일을 저장해서 부탁한 사람에게 보내세요.",
    "copy": "파일이 저장되지 않으면 아래 줄을 복사하세요",
    "label.gender.woman": "여성",
    "label.gender.man": "남성",
    "label.skin.1": "1 (가장 밝음)",
    "label.skin.5": "5 (가장 어두움)",
    "label.age.young": "젊은 사람",
    "label.age.middle_aged": "중년",
    "label.age.elderly": "노인",
    "label.culture.korean": "한국식",
    "label.culture.western": "서양식",
    "label.dress.korean": "한복",
    "label.dress.western": "양복",
    "label.dress.work": "작업복",
    "label.occupation.none": "드러나지 않음",
    "label.kind.person": "사람",
    "label.kind.building": "건물",
    "label.kind.meal": "식사",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "ko": KOREAN}
"""The languages that the page can be written in."""


def question(language: str, measurement: str) -> str:
    """Return what is asked of each picture.

    >>> question("en", "second_colour")
    'What does the picture show? (second colour)'
    """
    texts = LANGUAGES[language]
    text = texts.get(f"question.{measurement}", texts["question"])
    return text.format(measurement=name(language, measurement))


def name(language: str, measurement: str) -> str:
    """Return what a measurement is called, plainly where there is no text for it."""
    # Nothing of a run's own is given as `otherwise`, whose braces would be taken for holes.
    found = Words(language).find(f"measurement.{measurement}", otherwise="")
    return found or measurement.replace("_", " ")


def answer(language: str, measurement: str, label: str) -> str:
    """Return what a label is called on its button.

    >>> answer("en", "gender", "woman"), answer("ko", "occupation", "chef")
    ('a woman', '요리사')
    """
    own = LANGUAGES[language].get(f"label.{measurement}.{label}")
    keys = f"value.{measurement}.{label}", f"value.{label}"
    return own or Words(language).find(*keys, otherwise="") or label.replace("_", " ")
