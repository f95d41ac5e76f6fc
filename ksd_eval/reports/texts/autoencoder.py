"""The autoencoder experiment: pictures before and after the way through the latents."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.autoencoder": "What does the autoencoder of “{model}” lose?",
    "asked.autoencoder": "No prompt. Photographs and paintings were sent through the model’s "
    "autoencoder and back, and each was compared with what became of it.",
    "topic.readings": "Whether a picture still says the same",
    "topic.fidelity": "How alike pictures are before and after",
    "intro.readings": "A model of this kind does not paint pixels: it paints a small summary, "
    "which a second network, the autoencoder, turns into a picture. Paintings whose content is "
    "known were summarised and turned back, and a judge read both. A reading has changed where "
    "the judge could tell something of both and says another thing of each; it is lost where "
    "the judge could tell it before and no longer can. No prompt is asked here: each painting "
    "stands in the place of a prompt, and intervals say what other paintings of the kind would "
    "give.",
    "intro.fidelity": "The ratio of signal to noise, in decibels, counts how far the colours of "
    "single points move: higher is better, and 30 is hardly seen. Structural similarity "
    "compares patterns of light and dark: 1 is the same picture. Published values of the "
    "autoencoder of Stable Diffusion stand beside; they are of other photographs, so compare "
    "them by eye only. An autoencoder that has only ever seen paintings, as the miniature’s, "
    "has no reason to give photographs back. The pictures before and after lie beside this page "
    "as figures/before_after.png.",
    "metric.psnr": "Peak signal-to-noise ratio, in decibels",
    "metric.ssim": "Structural similarity",
    "metric.lpips": "Perceptual distance (LPIPS)",
    "metric.rfid": "Fréchet distance of what comes back (rFID)",
    "method.psnr": "Ten times the logarithm of the largest squared value over the mean squared "
    "difference of RGB values; the mean over pictures, as torchmetrics computes it.",
    "method.ssim": "The index of Wang and others (2004) with a Gaussian window of 11 pixels, as "
    "torchmetrics computes it; the mean over pictures.",
    "method.lpips": "Distance between the features that AlexNet finds in two pictures, weighted "
    "to agree with people (Zhang and others 2018); the mean over pictures.",
    "method.rfid": "The Fréchet distance between the Inception features of the pictures before "
    "and after. Of fewer than 2,048 pictures it is mostly bias.",
    "arm.autoencoder": "this autoencoder",
    "arm.published": "published, Stable Diffusion",
    "label.readings.changed": "readings that change",
    "label.readings.lost": "readings that are lost",
    "label.readings.altered": "readings that change or are lost",
    "value.by.picture": "kind of picture",
    "value.by.reading": "what is read",
    "value.picture.people": "painted people",
    "value.picture.signs": "painted signs",
    "value.picture.solids": "painted solids",
    "value.picture.strange_signs": "painted signs with words of no meaning",
    "value.reading.kind": "kind of picture",
    "value.reading.figures": "number of people",
    "value.reading.count": "number of solids",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.autoencoder": "“{model}” 모델의 오토인코더는 무엇을 잃어버릴까요?",
    "asked.autoencoder": "프롬프트는 묻지 않았습니다. 사진과 그림을 모델의 오토인코더로 "
    "보냈다가 되돌려, 하나하나를 되돌아온 것과 비교했습니다.",
    "topic.readings": "그림이 여전히 같은 것을 말하는지",
    "topic.fidelity": "전과 후의 그림이 얼마나 비슷한지",
    "intro.readings": "이런 모델은 화소를 바로 그리지 않고 작은 요약을 그리며, 오토인코더라는 "
    "다른 신경망이 그 요약을 그림으로 바꿉니다. 내용을 아는 그림을 요약했다가 되돌린 뒤, "
    "평가자가 두 그림을 모두 읽었습니다. 두 그림에서 모두 읽을 수 있었는데 서로 다르게 읽었다면 "
    "바뀐 것이고, 전에는 읽을 수 있었으나 이제는 읽을 수 없다면 잃어버린 것입니다. 여기서는 "
    "프롬프트를 묻지 않습니다. 그림 하나가 프롬프트 하나를 대신하며, 구간은 같은 종류의 다른 "
    "그림이라면 어떤 값이 나올지를 말합니다.",
    "intro.fidelity": "데시벨로 나타낸 신호 대 잡음비는 점 하나하나의 색이 얼마나 달라졌는지를 "
    "셉니다. 높을수록 좋고, 30이면 거의 눈에 띄지 않습니다. 구조적 유사도는 밝고 어두운 무늬를 "
    "비교하며, 1이면 같은 그림입니다. Stable Diffusion 오토인코더의 발표된 값을 옆에 "
    "적었습니다. 다른 사진으로 잰 값이므로 어림으로만 비교해야 합니다. 미니어처의 "
    "오토인코더처럼 그림만 보고 배운 것은 사진을 되돌려 주지 못하는 것이 당연합니다. 전과 후의 "
    "그림은 이 페이지 옆의 figures/before_after.png에 있습니다.",
    "metric.psnr": "최대 신호 대 잡음비(데시벨)",
    "metric.ssim": "구조적 유사도",
    "metric.lpips": "지각적 거리(LPIPS)",
    "metric.rfid": "되돌아온 그림의 프레셰 거리(rFID)",
    "method.psnr": "가장 큰 값의 제곱을 RGB 값 차이 제곱의 평균으로 나누어 로그를 취하고 10을 "
    "곱한 값이며, torchmetrics의 계산을 따라 그림마다 구해 평균했습니다.",
    "method.ssim": "Wang 등(2004)의 지수이며, 11화소 가우스 창으로 torchmetrics의 계산을 따라 "
    "그림마다 구해 평균했습니다.",
    "method.lpips": "AlexNet이 두 그림에서 찾은 특징 사이의 거리를 사람의 판단과 맞도록 가중한 "
    "값입니다(Zhang 등 2018). 그림마다 구해 평균했습니다.",
    "method.rfid": "전과 후 그림의 Inception 특징 사이의 프레셰 거리입니다. 그림이 2,048장보다 "
    "적으면 대부분 치우침입니다.",
    "arm.autoencoder": "이 오토인코더",
    "arm.published": "발표된 값, Stable Diffusion",
    "label.readings.changed": "바뀐 판독",
    "label.readings.lost": "잃어버린 판독",
    "label.readings.altered": "바뀌거나 잃어버린 판독",
    "value.by.picture": "그림의 종류",
    "value.by.reading": "읽은 것",
    "value.picture.photographs": "사진",
    "value.picture.people": "그린 사람",
    "value.picture.signs": "그린 간판",
    "value.picture.solids": "그린 입체",
    "value.picture.strange_signs": "뜻 없는 낱말의 간판",
    "value.reading.kind": "그림의 종류",
    "value.reading.figures": "사람 수",
    "value.reading.count": "입체의 수",
    "value.reading.occupation": "직업",
    "value.reading.gender": "성별",
    "value.reading.skin": "피부색",
    "value.reading.age": "나이",
    "value.reading.dress": "옷",
    "value.reading.culture": "문화",
    "value.reading.risk": "무서운 것",
    "value.reading.word": "낱말",
    "value.reading.script": "문자",
    "value.reading.shape": "모양",
    "value.reading.colour": "색",
    "value.reading.second_shape": "둘째 모양",
    "value.reading.second_colour": "둘째 색",
    "value.reading.relation": "위치 관계",
    "value.reading.thing": "사물",
}
