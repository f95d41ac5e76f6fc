"""The words of the page for statistics beyond shares and differences, in Korean, by key."""

from collections.abc import Mapping
from typing import Final

KOREAN: Final[Mapping[str, str]] = {
    "title.calibration": "이 측정 도구를 어디까지 믿을 수 있는가?",
    "title.power": "실행 한 번에 프롬프트가 몇 개 필요한가?",
    "asked.study": "이 페이지를 위해 그린 그림은 없습니다. 측정 도구 자체를 모의실험으로 살펴본 "
    "연구입니다.",
    "table.ceiling": "충실한 모델이라면",
    "table.p_value": "p값",
    "table.q_value": "q값",
    "table.studies": "모의실험 횟수",
    "table.prompts": "프롬프트",
    "corrected": "보정: {how}",
    "value.condition.clean": "깨끗한 그림에서의 오류율",
    "value.condition.autoencoder": "오토인코더를 거친 그림에서의 오류율",
    "value.condition.denoised": "일부만 노이즈를 제거한 그림에서의 오류율",
    "value.condition.human labels": "사람이 붙인 라벨로",
    "value.condition.simulated labels": "모의 라벨로",
    "topic.native_similarity": "그림이 실제로 입력한 말과 얼마나 맞는가",
    "intro.native_similarity": "결론이 아니라 점검입니다. 이 평가자는 입력된 한국어와 영어를 "
    "그대로 읽으므로 한 언어를 더 잘 알 수 있습니다. 두 언어의 설명이 모두 딸린 그림에서 잰 "
    "평가자 자신의 격차를 뺐습니다. 기본 모델의 경우 이 평가자는 시험 대상과 뿌리가 같습니다.",
    "topic.coverage": "신뢰구간이 참값을 담는가?",
    "intro.coverage": "참값을 아는 실행을 수천 번 모의실험했습니다. 95% 구간이라면 백 번 가운데 "
    "아흔다섯 번은 참값을 담아야 합니다. 93%보다 낮으면 과신하는 것이므로 실패로 표시하고, "
    "97%보다 높으면 필요 이상으로 넓은 보수적 구간입니다. 같은 그림에 흔히 쓰는 방법을 적용한 "
    "결과도 아래에 두었습니다.",
    "topic.bias": "추정값은 평균적으로 맞는가?",
    "topic.false_alarms": "차이가 없는데 있다고 하는 경우가 얼마나 되는가?",
    "topic.power": "차이가 있을 때 얼마나 찾아내는가?",
    "intro.power": "옆에는 모의실험 전에 계획한 검정력을 적었습니다.",
    "topic.false_verdicts": "판정이 틀리는 경우가 얼마나 되는가?",
    "intro.false_verdicts": "표에 그렇게 적힌 행에서는 참값이 둘 이상 허용 한계 바로 안쪽이나 "
    "바로 바깥쪽에 있습니다. 가장 어려운 경우입니다. "
    "‘any’는 함께 판정한 주장 가운데 하나라도 틀릴 확률입니다.",
    "topic.verdicts": "판정이 내려지는 경우가 얼마나 되는가?",
    "intro.verdicts": "프롬프트 쌍이 아홉 개보다 적으면 판정이 없어야 합니다.",
    "metric.equivalence": "동등성",
    "method.equivalence": "같은 차이에 대해, 그 크기가 허용 한계에 이른다는 가설을 양쪽 단측 t "
    "검정(TOST)으로 검정한 p값입니다.",
    "metric.odds_ratio": "같은 노이즈에서 나온 그림의 오즈비",
    "method.odds_ratio": "같은 노이즈에서 출발한 그림들에 대한 맨텔-헨젤 공통 오즈비이며 1이면 "
    "차이가 없습니다. p값은 그림을 독립으로 보는 맥니마 정확 검정의 것입니다.",
    "metric.discordance": "같은 노이즈에서 나왔지만 서로 다른 그림",
    "method.discordance": "짝지은 두 그림 가운데 한쪽에만 라벨이 붙은 비율입니다.",
    "metric.agreement": "두 평가자의 일치율",
    "method.agreement": "둘 다 판정할 수 있었던 그림 가운데 서로 다른 두 평가자가 같은 답을 한 "
    "비율입니다.",
    "metric.kappa": "우연을 넘는 일치도(코언의 κ)",
    "method.kappa": "답의 버릇이 같은 두 평가자가 우연히 보일 일치를 뺀 값이며 1이면 완전히 "
    "일치합니다. 드문 라벨에서는 작아지므로 일치율과 함께 읽으십시오.",
    "metric.raw_gap": "잰 그대로의 격차",
    "method.raw_gap": "평가자가 준 값의 한국어 평균에서 영어 평균을 뺀, 프롬프트 평균입니다.",
    "metric.judge_gap": "평가자 자신의 격차",
    "method.judge_gap": "설명이 맞는 그림에 대해 같은 평가자가 한국어 설명에 준 값에서 영어 "
    "설명에 준 값을 뺀 것입니다.",
    "metric.language_gap": "언어 사이의 격차",
    "method.language_gap": "잰 격차에서 평가자 자신의 격차를 뺀 이중차분이며 웰치 구간을 씁니다.",
    "metric.amplification": "이름 붙인 비율과의 차이",
    "method.amplification": "한 직업에서 여성의 비율에서 출처에 적힌 비율을 뺀 값입니다. 수치가 "
    "없는 직업은 빼고 그 수를 밝힙니다.",
    "metric.exaggeration": "과장",
    "method.exaggeration": "출처가 이미 기운 방향으로 모델이 얼마나 더 나아가는지를 나타내며, "
    "0보다 작으면 오히려 고르게 합니다.",
    "metric.raw_share": "평가자가 말한 그대로",
    "method.raw_share": "오류까지 포함해 평가자가 말한 그대로의 비율입니다.",
    "metric.corrected_share": "평가자 오류를 보정한 비율",
    "method.corrected_share": "참값을 아는 그림에서 잰 평가자의 오류율로 보정하고(로건-글래든, "
    "라벨이 셋 이상이면 보정 계수), 사람이 일부 그림에 라벨을 붙였다면 예측 기반 추론으로도 "
    "보정합니다. 구간에는 오류율의 불확실성도 들어 있습니다. 줄 사이의 거리는 오류를 잰 조건에 "
    "결과가 얼마나 달려 있는지를 보여 줍니다.",
    "metric.manifold_precision": "정밀도",
    "method.manifold_precision": "기준 그림들 사이에 놓이는 그림의 비율입니다(특징의 k-최근접 "
    "이웃).",
    "metric.manifold_recall": "재현율",
    "method.manifold_recall": "모델의 그림들 사이에 놓이는 기준 그림의 비율입니다.",
    "metric.manifold_density": "밀도",
    "method.manifold_density": "모델의 그림 둘레에 기준 그림이 얼마나 빽빽한지를 나타내며, 같은 "
    "집합이면 1입니다.",
    "metric.manifold_coverage": "포괄도",
    "method.manifold_coverage": "가까이에 모델의 그림이 있는 기준 그림의 비율입니다.",
    "metric.coverage": "95% 구간의 포함률",
    "method.coverage": "구간이 주어진 모의실험 가운데 그 구간이 참값을 담은 비율입니다. 이 값의 "
    "구간은 모의실험 자체의 오차입니다.",
    "metric.bias": "추정값에서 참값을 뺀 것",
    "method.bias": "모의실험의 평균입니다.",
    "metric.false_alarms": "거짓 경보",
    "method.false_alarms": "참값이 0인데 구간이 0을 벗어난 모의실험의 비율입니다.",
    "metric.power": "검정력",
    "method.power": "효과가 있을 때 구간이 0을 벗어날 확률입니다.",
    "metric.false_verdicts": "틀린 판정",
    "method.false_verdicts": "참값과 어긋나는 판정이 나온 모의실험의 비율입니다.",
    "metric.verdicts": "판정",
    "method.verdicts": "주장이 지지되거나 반박된 모의실험의 비율입니다.",
    "metric.spread": "프롬프트 사이의 차이",
    "method.spread": "예비 실행을 분산분석하여 얻은, 프롬프트 사이와 프롬프트 안의 표준편차입니다. "
    "같은 노이즈에서 나온 두 그림 가운데 한쪽에만 라벨이 붙은 비율도 함께 적었습니다.",
    "metric.pairs_needed": "필요한 프롬프트 쌍",
    "method.pairs_needed": "원하는 검정력으로 효과를 찾아내는 가장 적은 수입니다. 실행이 쓸 "
    "신뢰구간의 공식으로 구했고, 모의실험의 검정력이 모자라면 늘렸습니다. 함께 적은 구간은 예비 "
    "실행의 분산이 지닌 불확실성입니다.",
    "metric.pairs_needed_cautious": "안전하게 잡은 프롬프트 쌍",
    "method.pairs_needed_cautious": "예비 실행으로 배제할 수 없는 만큼 프롬프트가 서로 다를 때 "
    "필요한 수입니다.",
    "figure.coverage": "구간이 참값을 담은 모의실험의 비율",
    "arm.us_labour": "미국 노동 통계",
    "arm.kr_labour": "한국 공식 통계",
    "arm.corpus": "학습 말뭉치",
    "figure.ledger": "실행 전에 정한 허용 한계의 몇 배인가로 나타낸 효과",
    "ledger.figure": "판정 장부",
    "figure.power": "{effect}포인트 차이를 찾아낼 확률",
    "figure.power.pairs": "프롬프트 쌍",
    "figure.power.wanted": "목표: {power}%",
    "arm.replicates_1": "프롬프트마다 그림 1장",
    "arm.replicates_2": "프롬프트마다 그림 2장",
    "arm.replicates_3": "프롬프트마다 그림 3장",
    "arm.replicates_4": "프롬프트마다 그림 4장",
    "arm.replicates_5": "프롬프트마다 그림 5장",
    "arm.replicates_8": "프롬프트마다 그림 8장",
    "arm.replicates_10": "프롬프트마다 그림 10장",
    "arm.replicates_20": "프롬프트마다 그림 20장",
    "topic.plan": "실행에 필요한 프롬프트 수",
    "intro.plan": "끝난 작은 실행(예비 실행)에서 프롬프트끼리, 또 한 프롬프트의 그림끼리 얼마나 "
    "다른지를 읽었습니다. 효과는 0이나 허용 한계를 넘는 크기입니다. 안전하게 잡은 수는 예비 "
    "실행으로 배제할 수 없는 만큼 프롬프트가 서로 다르다고 본 것입니다.",
    "value.component.one_picture": "프롬프트마다 그림 한 장",
    "value.component.between_prompts": "프롬프트 사이",
    "value.component.within_prompt": "한 프롬프트의 그림 사이",
    "value.component.discordance": "같은 노이즈에서 나왔지만 서로 다른 그림의 비율",
    "value.by.estimator": "추정 방법과 실행 종류",
    "value.by.component": "구성 요소",
    "value.by.effect": "효과 크기",
    "value.by.pairs": "프롬프트 쌍 수",
    "label.plan": "{value}포인트",
    "value.effect.5 points": "5포인트",
    "value.effect.10 points": "10포인트",
    "value.effect.15 points": "15포인트",
    "value.effect.20 points": "20포인트",
}
