"""The words of the page for statistics beyond shares and differences, in English, by key."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.calibration": "How far can this instrument be trusted?",
    "title.power": "How many prompts does a run need?",
    "asked.study": "Nothing was painted for this page: it is a study of the instrument itself, by "
    "simulation.",
    "table.ceiling": "A faithful system would show",
    "table.p_value": "p value",
    "table.q_value": "q value",
    "table.studies": "Simulated runs",
    "table.prompts": "Prompts",
    "corrected": "corrected: {how}",
    "value.condition.clean": "error rates on clean pictures",
    "value.condition.autoencoder": "error rates after the autoencoder",
    "value.condition.denoised": "error rates on partly denoised pictures",
    "value.condition.human labels": "by human labels",
    "value.condition.simulated labels": "by simulated labels",
    "topic.native_similarity": "How well pictures fit the words that were asked",
    "intro.native_similarity": "A check, not a finding: this judge reads Korean and English as "
    "they were asked, so it may know one better than the other. Its own gap, on matched pictures "
    "with both texts, is taken off. For the default model it is kin of the model under test.",
    "topic.coverage": "Do intervals hold the truth?",
    "intro.coverage": "Thousands of runs were simulated whose truth is known. An interval that "
    "says 95% should hold the truth in 95 of 100 of them. Below 93 it claims too much and is "
    "marked as failing; above 97 it is conservative: wider than it need be. What the usual ways "
    "give on the same pictures stands below.",
    "topic.bias": "Are estimates right on average?",
    "topic.false_alarms": "How often is a difference found where there is none?",
    "topic.power": "How often is a difference found where there is one?",
    "intro.power": "Beside it what was planned: the power computed before the simulation.",
    "topic.false_verdicts": "How often is a verdict false?",
    "intro.false_verdicts": "Where a row says so, two or more of the truths lie just inside or "
    "just beyond their margins: the hardest case there is. “any” is the chance of any false "
    "verdict in a family of claims.",
    "topic.verdicts": "How often is there a verdict at all?",
    "intro.verdicts": "Below nine prompt pairs there must be none.",
    "metric.equivalence": "Equivalence",
    "method.equivalence": "The same difference, with the p value of two one-sided t tests: that "
    "it is as large as the margin, either way.",
    "metric.odds_ratio": "Odds ratio of pictures from the same noise",
    "method.odds_ratio": "Mantel and Haenszel’s common odds ratio over pictures that started from "
    "the same noise; 1 is no difference. Its p is McNemar’s exact one, which takes pictures as "
    "independent.",
    "metric.discordance": "Pictures from the same noise that differ",
    "method.discordance": "The share of matched pictures of two arms of which the one has the "
    "label and the other has not.",
    "metric.agreement": "Agreement of two judges",
    "method.agreement": "The share of pictures of which two unlike judges say the same, of those "
    "of which both could tell.",
    "metric.kappa": "Agreement beyond chance (Cohen’s κ)",
    "method.kappa": "Agreement less what two judges with the same habits would show by chance; 1 "
    "is perfect. It falls where a label is rare, so read it beside the plain agreement.",
    "metric.raw_gap": "Gap as measured",
    "method.raw_gap": "Mean over prompts of the judge’s value in Korean less that in English.",
    "metric.judge_gap": "The judge’s own gap",
    "method.judge_gap": "The same judge on matched pictures, given their Korean text less given "
    "their English one.",
    "metric.language_gap": "Gap between the languages",
    "method.language_gap": "The gap as measured less the judge’s own: a difference of "
    "differences, with Welch’s interval.",
    "metric.amplification": "Beyond a named share",
    "method.amplification": "The share of women in an occupation less that in the named source. "
    "Occupations without a figure are left out and counted.",
    "metric.exaggeration": "Exaggeration",
    "method.exaggeration": "How much further the model goes in the direction in which the source "
    "already leans; below zero it evens out.",
    "metric.raw_share": "As the judge says",
    "method.raw_share": "The share as the judge says it, errors and all.",
    "metric.corrected_share": "Corrected for the judge’s errors",
    "method.corrected_share": "By the judge’s error rates on pictures whose truth is known (Rogan "
    "and Gladen; for more than two labels, adjusted counts), and by prediction-powered inference "
    "where people labelled some of the pictures. The interval carries how unsure the rates are. "
    "How far the lines lie apart shows how much hangs on the conditions under which the errors "
    "were counted.",
    "metric.manifold_precision": "Precision",
    "method.manifold_precision": "The share of pictures that lie among the reference pictures (k "
    "nearest neighbours of features).",
    "metric.manifold_recall": "Recall",
    "method.manifold_recall": "The share of reference pictures that lie among the model’s "
    "pictures.",
    "metric.manifold_density": "Density",
    "method.manifold_density": "How densely reference pictures lie around the model’s; 1 for like "
    "sets.",
    "metric.manifold_coverage": "Coverage of the reference",
    "method.manifold_coverage": "The share of reference pictures with a picture of the model’s "
    "near by.",
    "metric.coverage": "Coverage of 95% intervals",
    "method.coverage": "The share of simulated runs whose interval holds the truth, of those in "
    "which there is an interval. Its own interval is the error of the simulation.",
    "metric.bias": "Estimate less truth",
    "method.bias": "The mean over simulated runs.",
    "metric.false_alarms": "False alarms",
    "method.false_alarms": "The share of simulated runs whose interval leaves out zero although "
    "the truth is zero.",
    "metric.power": "Power",
    "method.power": "The probability that the interval leaves out zero where there is an effect.",
    "metric.false_verdicts": "False verdicts",
    "method.false_verdicts": "The share of simulated runs with a verdict that the truth "
    "contradicts.",
    "metric.verdicts": "Verdicts",
    "method.verdicts": "The share of simulated runs in which the claim was supported or refuted.",
    "metric.spread": "How far prompts differ",
    "method.spread": "Standard deviations between and within prompts, by analysis of variance of "
    "the pilot run; and the share of its pairs of pictures from one noise of which only one has "
    "the label.",
    "metric.pairs_needed": "Prompt pairs needed",
    "method.pairs_needed": "The least number that finds the effect with the wanted power, by the "
    "formula for the interval that the run will have; more where simulated runs fall short of it. "
    "Its own interval is that of the pilot’s variance.",
    "metric.pairs_needed_cautious": "Prompt pairs needed, to be on the safe side",
    "method.pairs_needed_cautious": "The same if prompts differ as much as the pilot cannot rule "
    "out.",
    "figure.coverage": "simulated runs whose interval holds the truth",
    "arm.us_labour": "US labour statistics",
    "arm.kr_labour": "Korean official statistics",
    "arm.corpus": "the training corpus",
    "figure.ledger": "effect, as a multiple of the margin that was fixed before the run",
    "ledger.figure": "The ledger",
    "figure.power": "probability of finding {effect} points",
    "figure.power.pairs": "prompt pairs",
    "figure.power.wanted": "wanted: {power}%",
    "arm.replicates_1": "1 picture a prompt",
    "arm.replicates_2": "2 pictures a prompt",
    "arm.replicates_3": "3 pictures a prompt",
    "arm.replicates_4": "4 pictures a prompt",
    "arm.replicates_5": "5 pictures a prompt",
    "arm.replicates_8": "8 pictures a prompt",
    "arm.replicates_10": "10 pictures a prompt",
    "arm.replicates_20": "20 pictures a prompt",
    "topic.plan": "How many prompts a run needs",
    "intro.plan": "Read from a finished small run, the pilot: how far prompts differ, and "
    "pictures of one prompt. An effect is what lies beyond zero, or beyond a margin. The cautious "
    "numbers suppose that prompts differ as much as the pilot cannot rule out.",
    "value.component.one_picture": "one picture of each prompt",
    "value.component.between_prompts": "between prompts",
    "value.component.within_prompt": "between pictures of a prompt",
    "value.component.discordance": "share of pictures of one noise that differ",
    "value.by.estimator": "estimator and kind of run",
    "value.by.component": "component",
    "value.by.effect": "size of the effect",
    "value.by.pairs": "number of prompt pairs",
    "label.plan": "{value} points",
}
