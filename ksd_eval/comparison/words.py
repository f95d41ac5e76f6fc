"""Every word of a comparison, in each of its languages."""

from collections.abc import Mapping
from typing import Final

from ksd_eval.comparison.base import Reason
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

ENGLISH: Final[Mapping[str, str]] = {
    "title": "{first} compared with {others}",
    "answer.worse": "{count} verdict(s) got worse: {claims}.",
    "answer.same": "No verdict got worse.",
    "answer.none": "These runs decide no claim.",
    "answer.beside": "Not to be compared: {claims}.",
    "scan": "Of {count} differences, {found} are remarkable at a false discovery rate of 5%, "
    "whatever the differences have in common.",
    "scan.none": "There is no difference that could be tested.",
    "runs": "The runs",
    "run": "Run",
    "arms": "Asked",
    "finished": "Finished",
    "verdicts": "The verdicts",
    "verdicts.explained": "Of an admitted limitation, refuted is best and supported worst. "
    "What was measured and is not any more counts as worse; so does a verdict left open for want "
    "of prompts or of an interval. Verdicts that do not rest on the same prompts are not "
    "compared. The difference is that of the estimate that decides, last run less first, with an "
    "interval of its own run’s level that is not adjusted for the family.",
    "claim": "The model card says",
    "trend": "From first to last",
    "difference": "Difference",
    "trend.worse": "worse",
    "trend.better": "better",
    "trend.same": "the same",
    "trend.new": "newly measured",
    "trend.beside": "not to be compared",
    "absent": "no such claim",
    "side": "{second} against {first}",
    "shared": "{shared} prompt pairs are shared, of {first} and {second}.",
    "terms": "In what the runs differ",
    "terms.none": "In nothing that is on record, but their numbers.",
    "terms.compared": "What is compared",
    "terms.refused": "What may not be compared because of it",
    "terms.caution": "What could make a difference in its place",
    "what": "What",
    "rows": "The differences",
    "rows.explained": "{second} less {first}, over the prompt pairs that both asked: each pair "
    "counts once, by its own difference. Intervals are of level {level}, each by itself; the q "
    "value is for looking at all of them.",
    "rows.groups": "The same by groups of prompts",
    "rows.beside": "Side by side only",
    "rows.beside.explained": "Two numbers of which no difference can be told, and why. Estimates "
    "over seeds and plain counts are in the table compare.csv.",
    "estimate": "Estimate",
    "q": "q value",
    "pairs": "Pairs",
    "why": "To know",
    "why.not": "Why no difference",
    "more": "compare.csv and compare.parquet hold every row.",
    "interval.head": "Interval",
    "term.arm": "{name} arm",
    "term.weights": "model, {name}",
    "term.asked": "how it was asked, {name}",
    "term.machine": "what it painted on, {name}",
    "term.prompts": "prompt pairs, of which {name} are shared",
    "term.noise": "the noise of shared prompt pairs",
    "term.judges": "judge {name}",
    "term.extractors": "protocol of features {name}",
    "term.references": "reference pictures {name}",
    "term.matched": "matched pictures {name}",
    "term.labels": "labels by people {name}",
    "term.shares": "reference shares {name}",
    "term.generation": "generation.{name}",
    "term.level": "level of the intervals",
    "term.code": "code of ksd_eval, version (source)",
    "term.package": "package {name}",
    "term.host": "processor",
    "reason.absent.first": "only the second run has it",
    "reason.absent.second": "only the first run has it",
    "reason.nothing": "one of them has no number: {note}",
    "reason.estimand.over_seeds": "about these very prompts with other noise; the difference over "
    "prompts stands beside it",
    "reason.estimand.descriptive": "a count without a population",
    "reason.metric": "the metric asks otherwise: {fields}",
    "reason.judge": "judge {name} is not the same: {fields}",
    "reason.judge.unknown": "who judge {name} was is not on record in both runs",
    "reason.worth": "what a fitting text is worth was measured on other matched pictures",
    "reason.again": "the tables do not give the estimate of the run again",
    "reason.taken_off": "what is taken off as reference is not the same",
    "reason.kind": "a number of the kind {kind} is no mean over prompts, and has no value a pair",
    "reason.features": "its features did not come along with a run",
    "reason.arms": "a distance between arms, not from a reference",
    "reason.few": "{count} prompt pairs are shared, of which {fewest} are needed",
    "reason.bias": "its bias cannot be told from a difference with so few pictures",
    "reason.protocol": "the protocol of features {name} is not the same: {fields}",
    "reason.reference": "reference {name} is not the same: {fields}",
    "reason.matched": "matched pictures {name} are not the same: {fields}",
    "reason.noise": "other noise: only the prompts are paired",
    "reason.subset": "over the {shared} pairs told of in both, of {most}",
    "reason.below": "under {fewest} prompt pairs: shown, and not tested",
    "reason.rare": "rare: with few prompts the interval claims too much",
    "reason.unshared.here": "no shared prompt pair has an answer in both runs",
    "reason.unpaired": "no prompt pair is shared: an interval of two unlike sets, which takes the "
    "prompts of both for draws of one kind",
    "reason.one_pair": "one prompt pair says nothing of other prompts",
    "reason.alike": "no interval: nothing differs between pairs",
    "reason.fixed": "the reference is held fixed",
    "reason.claim.absent": "one of the runs has no such claim",
    "reason.claim": "the claim is decided by another rule: {fields}",
    "reason.claim.row": "the estimate that decides is not there in both runs, or is not the only "
    "one that the claim means",
    "reason.asked": "the runs did not ask the same prompt pairs: {shared} are shared, of {first} "
    "and {second}",
    "reason.fewer": "it rests on {second} prompt pairs, of {first} before",
    "reason.abstained": "judges could not tell of {second} of the pictures, of {first} before",
    "reason.thin": "too few prompt pairs for a verdict: {count}, where it needs {fewest}",
    "reason.bare": "the estimate has no interval",
    "reason.without.experiment": "{run} has no run of {experiment}",
    "reason.without.run": "{experiment} could not be compared: {why}",
}

KOREAN: Final[Mapping[str, str]] = {
    "title": "{first}와(과) {others} 비교",
    "answer.worse": "판정 {count}건이 나빠졌습니다: {claims}.",
    "answer.same": "나빠진 판정이 없습니다.",
    "answer.none": "이 실행들에는 판정이 없습니다.",
    "answer.beside": "비교할 수 없음: {claims}.",
    "scan": "차이 {count}개 가운데 {found}개가 거짓 발견율 5%에서 눈에 띕니다. 차이들이 서로 "
    "어떻게 얽혀 있든 성립합니다.",
    "scan.none": "검정할 수 있는 차이가 없습니다.",
    "runs": "실행",
    "run": "실행",
    "arms": "비교 조건",
    "finished": "끝난 때",
    "verdicts": "판정",
    "verdicts.explained": "모델 카드가 인정한 한계이므로 ‘반박됨’이 가장 좋고 ‘확인됨’이 가장 "
    "나쁩니다. 재던 것을 더는 재지 않거나, 프롬프트가 모자라거나 신뢰구간이 없어 판정을 내리지 "
    "못하면 나빠진 것으로 칩니다. 같은 프롬프트에 근거하지 않은 판정은 비교하지 않습니다. 차이는 "
    "판정의 근거가 되는 추정값에 대해 마지막 실행에서 첫 실행을 뺀 것이며, 신뢰구간은 해당 실행의 "
    "신뢰수준에 따른 것으로 여러 판정에 대한 보정은 하지 않았습니다.",
    "claim": "모델 카드의 말",
    "trend": "처음에서 마지막까지",
    "difference": "차이",
    "trend.worse": "나빠짐",
    "trend.better": "나아짐",
    "trend.same": "그대로",
    "trend.new": "새로 측정함",
    "trend.beside": "비교할 수 없음",
    "absent": "해당 항목 없음",
    "side": "{second}, {first} 기준",
    "shared": "공통된 프롬프트 쌍은 {shared}개입니다(기준 실행 {first}개, 비교 실행 {second}개).",
    "terms": "실행 사이에 다른 점",
    "terms.none": "기록에 남은 것 가운데 수치 말고는 다른 점이 없습니다.",
    "terms.compared": "비교하려는 것",
    "terms.refused": "이 때문에 비교할 수 없는 것",
    "terms.caution": "차이의 원인이 될 수 있는 다른 것",
    "what": "항목",
    "rows": "차이",
    "rows.explained": "두 실행이 모두 물은 프롬프트 쌍에서 {second}의 값에서 {first}의 값을 뺀 "
    "것입니다. 쌍마다 차이를 구해 한 번씩 셉니다. 신뢰구간은 하나하나에 대한 {level} 구간이며, "
    "전체를 훑어볼 때는 q값을 보십시오.",
    "rows.groups": "프롬프트 집단별 차이",
    "rows.beside": "나란히 놓기만 한 것",
    "rows.beside.explained": "차이를 말할 수 없는 수치와 그 까닭입니다. 노이즈에 대한 추정값과 "
    "단순 집계는 compare.csv에 있습니다.",
    "estimate": "추정값",
    "q": "q값",
    "pairs": "쌍 수",
    "why": "알아 둘 점",
    "why.not": "차이가 없는 까닭",
    "more": "모든 행은 compare.csv와 compare.parquet에 있습니다.",
    "interval.head": "신뢰구간",
    "term.arm": "비교 조건 {name}",
    "term.weights": "모델, {name}",
    "term.asked": "생성 설정, {name}",
    "term.machine": "생성 환경, {name}",
    "term.prompts": "프롬프트 쌍(공통 {name}개)",
    "term.noise": "공통된 프롬프트 쌍의 노이즈",
    "term.judges": "평가자 {name}",
    "term.extractors": "특징 추출 방식 {name}",
    "term.references": "기준 그림 {name}",
    "term.matched": "설명이 맞는 그림 {name}",
    "term.labels": "사람이 붙인 라벨 {name}",
    "term.shares": "기준 비율 {name}",
    "term.generation": "generation.{name} 설정",
    "term.level": "신뢰수준",
    "term.code": "ksd_eval 코드의 버전(소스)",
    "term.package": "패키지 {name}",
    "term.host": "프로세서",
    "reason.absent.first": "비교 실행에만 있습니다",
    "reason.absent.second": "기준 실행에만 있습니다",
    "reason.nothing": "한쪽에 수치가 없습니다: {note}",
    "reason.estimand.over_seeds": "바로 이 프롬프트들에서 노이즈만 바꾼 경우의 추정값입니다. "
    "프롬프트에 대한 차이가 따로 있습니다",
    "reason.estimand.descriptive": "모집단이 없는 단순 집계입니다",
    "reason.metric": "지표의 설정이 다릅니다: {fields}",
    "reason.judge": "평가자 {name}이(가) 같지 않습니다: {fields}",
    "reason.judge.unknown": "평가자 {name}의 기록이 두 실행에 모두 있지는 않습니다",
    "reason.worth": "맞는 설명이 주는 이득을 서로 다른 그림에서 쟀습니다",
    "reason.again": "표에서 실행의 추정값을 다시 얻을 수 없습니다",
    "reason.taken_off": "기준으로 빼는 값이 같지 않습니다",
    "reason.kind": "{kind} 종류의 수치는 프롬프트 평균이 아니어서 쌍마다의 값이 없습니다",
    "reason.features": "한쪽 실행에 특징 벡터가 없습니다",
    "reason.arms": "기준 그림이 아니라 비교 조건 사이의 거리입니다",
    "reason.few": "공통된 프롬프트 쌍이 {count}개인데 {fewest}개가 필요합니다",
    "reason.bias": "그림이 적어 편향과 차이를 가릴 수 없습니다",
    "reason.protocol": "특징 추출 방식 {name}이(가) 같지 않습니다: {fields}",
    "reason.reference": "기준 {name}이(가) 같지 않습니다: {fields}",
    "reason.matched": "설명이 맞는 그림 {name}이(가) 같지 않습니다: {fields}",
    "reason.noise": "노이즈가 달라 프롬프트만 짝지었습니다",
    "reason.subset": "양쪽에서 판정된 {shared}쌍만 썼습니다(많은 쪽은 {most}쌍)",
    "reason.below": "프롬프트 쌍이 {fewest}개보다 적어 보이기만 하고 검정하지 않았습니다",
    "reason.rare": "드문 라벨이어서 프롬프트가 적으면 신뢰구간이 지나치게 좁습니다",
    "reason.unshared.here": "두 실행에서 모두 판정된 공통 프롬프트 쌍이 없습니다",
    "reason.unpaired": "공통된 프롬프트 쌍이 없습니다. 두 실행의 프롬프트를 같은 종류에서 뽑은 "
    "것으로 보고 독립된 두 표본의 구간을 구했습니다",
    "reason.one_pair": "프롬프트 한 쌍으로는 다른 프롬프트에 대해 말할 수 없습니다",
    "reason.alike": "쌍마다 값이 같아 신뢰구간이 없습니다",
    "reason.fixed": "기준 그림은 고정된 것으로 보았습니다",
    "reason.claim.absent": "한쪽 실행에 이 항목이 없습니다",
    "reason.claim": "판정 규칙이 다릅니다: {fields}",
    "reason.claim.row": "판정의 근거가 되는 추정값을 두 실행에서 찾을 수 없거나 하나로 정할 수 "
    "없습니다",
    "reason.asked": "두 실행이 물은 프롬프트 쌍이 같지 않습니다. 공통된 쌍은 {shared}개입니다(기준 "
    "실행 {first}개, 비교 실행 {second}개)",
    "reason.fewer": "판정의 근거가 된 프롬프트 쌍이 {first}개에서 {second}개로 줄었습니다",
    "reason.abstained": "평가자가 판단하지 못한 그림의 비율이 {first}에서 {second}로 늘었습니다",
    "reason.thin": "판정에는 프롬프트 쌍이 {fewest}개 필요한데 {count}개뿐입니다",
    "reason.bare": "추정값에 신뢰구간이 없습니다",
    "reason.without.experiment": "{run}에는 {experiment} 실행이 없습니다",
    "reason.without.run": "{experiment}은(는) 비교하지 못했습니다: {why}",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "ko": KOREAN}
"""The languages that a comparison can be written in."""


def said(reason: Reason, language: str) -> str:
    """Return a reason as a sentence without its stop.

    >>> said(Reason("few", {"count": 2, "fewest": 4}), "en")
    '2 prompt pairs are shared, of which 4 are needed'
    """
    spoken = Words(language)
    # What the run's tables say is in English.
    holes = {
        name: translated(str(value), spoken) if name == "note" else value
        for name, value in reason.holes.items()
    }
    return LANGUAGES[language][f"reason.{reason.key}"].format(**holes)
