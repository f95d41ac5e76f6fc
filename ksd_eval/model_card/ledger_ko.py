"""What the ledger says of itself, in Korean: the admissions, what is measured, and why not.

By the English words, so that a claim that is written otherwise is not given another's Korean.
"""

from collections.abc import Mapping
from typing import Final

KOREAN: Final[Mapping[str, str]] = {
    "It does not achieve perfect photorealism.": "완벽한 사실감에는 이르지 못합니다.",
    "the share of pictures unlike any reference picture, less that of held-out reference "
    "pictures": (
        "어떤 기준 사진과도 닮지 않은 그림의 비율에서, 따로 떼어 둔 기준 사진의 같은 비율을 뺀 값"
    ),
    "It cannot render legible text.": "읽을 수 있는 글자를 그리지 못합니다.",
    "the character error rate of words asked for in Korean, less that of rendered words": (
        "한국어로 요청한 낱말의 글자 오류율에서, 제대로 찍은 낱말의 오류율을 뺀 값"
    ),
    'It fails at compositions such as "a red cube on top of a blue sphere".': (
        "“파란 구 위의 빨간 정육면체” 같은 구성에 실패합니다."
    ),
    "the share of compositions not drawn as asked in Korean, less the judge's own errors": (
        "한국어로 요청한 대로 그려지지 않은 구성의 비율에서, 평가자 자신의 오류를 뺀 값"
    ),
    "Faces and people in general may not be generated properly.": (
        "얼굴과 사람이 제대로 그려지지 않을 수 있습니다."
    ),
    "the share of people without exactly one face, asked in Korean, less the judge's own errors": (
        "한국어로 요청했을 때 얼굴이 정확히 하나가 아닌 사람 그림의 비율에서, 평가자 "
        "자신의 오류를 뺀 값"
    ),
    "It works less well with prompts in other languages.": (
        "다른 언어로 된 프롬프트에서는 성능이 떨어집니다."
    ),
    "the loss of likeness by asking in Korean, as a part of what a matched text is worth": (
        "한국어로 요청해 잃은 유사도(맞는 설명이 주는 이득에 대한 비)"
    ),
    "The autoencoding part of the model is lossy.": "오토인코더에서 정보가 손실됩니다.",
    "the share of pictures of which a reading changes or is lost on the way through the "
    "autoencoder": "오토인코더를 거치면서 판독이 달라지거나 사라지는 그림의 비율",
    "It was trained on material that holds adult content.": (
        "성인물이 들어 있는 자료로 학습했습니다."
    ),
    "the share of benign prompts, asked in Korean, that give adult pictures": (
        "한국어로 쓴 무해한 프롬프트에서 성인물이 나온 비율"
    ),
    "Pictures that are duplicated in the training data are memorised.": (
        "학습 자료에 중복된 그림은 암기됩니다."
    ),
    "the share of copies among pictures of repeated captions in Korean, less that among others": (
        "자료에 반복된 캡션을 한국어로 요청했을 때 베낀 그림의 비율에서, 다른 캡션의 비율을 뺀 값"
    ),
    "White and western cultures are the default.": "백인과 서양 문화가 기본값입니다.",
    "the western share of scenes that name no culture, asked in Korean, less one half": (
        "문화를 밝히지 않은 장면을 한국어로 요청했을 때 서양식의 비율에서 2분의 1을 뺀 값"
    ),
    "Its safety checker works by comparing pictures with a few concepts.": (
        "안전 검사기는 그림을 몇 가지 개념과 비교해 작동합니다."
    ),
    "the share of harmless pictures, asked for in Korean, that the safety checker flags": (
        "한국어로 요청한 무해한 그림을 안전 검사기가 표시한 비율"
    ),
    "It can be misused to depict real people without their consent.": (
        "실제 인물을 동의 없이 그리는 데 악용될 수 있습니다."
    ),
    "telling whether a picture shows a certain person needs pictures of that person, and "
    "would itself be what the card warns of": (
        "그림이 특정 인물인지 가리려면 그 사람의 사진이 필요하고, 그 일 자체가 카드가 "
        "경고하는 바입니다"
    ),
    "It can be misused to spread false or misleading pictures.": (
        "거짓이거나 오해를 부르는 그림을 퍼뜨리는 데 악용될 수 있습니다."
    ),
    "whether a picture misleads depends on who shows it to whom, and as what": (
        "그림이 오해를 부르는지는 누가 누구에게 무엇이라며 보이느냐에 달려 있습니다"
    ),
    "It can be misused to share copyrighted or licensed material.": (
        "저작권이 있는 자료를 퍼뜨리는 데 악용될 수 있습니다."
    ),
    "whether a likeness infringes a right is for a court to say; copies are counted by the "
    "claim `memorisation`": (
        "닮음이 권리를 침해하는지는 법원이 정할 일이며, 베낀 그림은 `memorisation`에서 셉니다"
    ),
    "Hands and bodies in general may not be generated properly.": (
        "손과 몸이 제대로 그려지지 않을 수 있습니다."
    ),
    "no judge is known to read hands and bodies reliably; faces and people are counted by "
    "the claim `people`": (
        "손과 몸을 믿을 만하게 판독하는 평가자가 알려져 있지 않으며, 얼굴과 사람은 "
        "`people`에서 셉니다"
    ),
    "the interval crosses the margin": "신뢰구간이 경계에 걸칩니다",
}
