"""The gap between the languages by a judge of native texts, less the judge's own gap."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from ksd_eval.metrics import ceilings, contrasts, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.ceilings import Answers
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Keep, PerPair
from ksd_eval.numerics import intervals
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Estimate

_LANGUAGES: Final = {
    **{"korean": "ko", "translated": "ko", "foreign": "ko"},
    **{"english": "en", "original": "en"},
}
"""The language in which each role is asked."""


@dataclass(frozen=True)
class LanguageGap(Inference, Metric):
    """What a judge that reads prompts as they were asked says of the languages, in three estimates.

    - `raw_gap`: over prompt pairs, the mean value of the left arm less that of the right. Part of
      it is the judge: it may read one language better than the other.
    - `judge_gap`: over matched pictures, the value with the text in the left arm's language less
      that with the text in the right arm's. Picture and meaning are the same, so all of it is the
      judge. Its pairs are pictures with their two texts.
    - `language_gap`: the first less the second, with Welch's interval, as the two are means of
      unlike sets that have nothing in common. Of gaps as skewed as an exponential it covered .94
      at 75 pairs and .91 at 12 in simulation, with 200 matched pictures.

    Subtracting supposes that the judge's gap is the same on the model's pictures as on matched
    ones. It cannot be so in full: a picture that shows nothing of its prompt has nothing to be
    misread. If the judge reads Korean less well, the truth lies between `raw_gap` and
    `language_gap`, and the nearer to the latter the more faithful the pictures; that is why both
    are told. Of a language that the judge does not read at all, subtracting would give whatever the
    other arm falls short of the matched pictures: with `floor` such a judge is found out, and there
    is no `language_gap`.

    Attributes:
        measurement: What was judged: "native_similarity".
        judge: Whose measurement, where several judges measure something of that name.
        contrast: Roles of two arms that are asked in unlike languages, as "korean - english".
        keep: Attribute -> value or values that a prompt must have.
        matched: The matched set, where a run has several.
        floor: The measurement that says what an unrelated text of the same language would get.
    """

    measurement: str
    judge: str = ""
    contrast: str = "korean - english"
    keep: Keep = field(default_factory=dict[str, str])
    matched: str = ""
    floor: str = ""

    def __post_init__(self) -> None:
        """Refuse a contrast that has no gap between languages."""
        contrasts.check_contrasts([self.contrast])
        if len(set(self._languages)) < 2:
            raise ValueError(
                f"contrast {self.contrast!r} is of two arms that are asked in one language; "
                "give two that are not, as 'korean - english'"
            )

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the three estimates; none where the run lacks one of the arms."""
        pictures = pairs.judged(evidence, self.measurement, "value", self.keep, self.judge)
        about = self.about("raw_gap", self.measurement, pictures.trouble)
        table = pictures.with_value()
        return [
            estimate
            for named, found in pairs.by_contrast(evidence, table, "", [self.contrast], about)
            for estimate in self._three(named, found, evidence, rng)
        ]

    @property
    def _languages(self) -> list[str]:
        return [_LANGUAGES[role] for role in contrasts.weights(self.contrast)]

    def _three(
        self, about: Estimate, raw: PerPair, evidence: Evidence, rng: np.random.Generator
    ) -> tuple[Estimate, Estimate, Estimate]:
        held = ceilings.answers(evidence, self.measurement, self.judge, self.matched)
        own = self._own(held)
        judge = replace(about, metric="judge_gap", reference=held.matched, note=held.trouble)
        less = replace(about, metric="language_gap", reference=held.matched)
        less = inference.noted(less, held.trouble or self._unread(evidence, held))
        return (
            self.paired(about, raw, rng),
            self.over_prompts(judge, own, rng),
            self._less(less, raw, own.values),
        )

    def _own(self, held: Answers) -> PerPair:
        values = held.table.reindex(columns=self._languages).to_numpy(dtype=float)
        gaps = values[:, 0] - values[:, 1]
        told = gaps[~np.isnan(gaps)]
        return PerPair(told, len(told), len(gaps) - len(told))

    def _unread(self, evidence: Evidence, held: Answers) -> str:
        """Say which language the judge cannot be seen to read, if there is one."""
        if not self.floor:
            return ""
        floor = ceilings.answers(evidence, self.floor, self.judge, held.matched)
        if floor.trouble:
            return floor.trouble
        above = held.table - floor.table
        for language in self._languages:
            if language not in above or not self._above_zero(above[language].dropna().to_numpy()):
                return (
                    f"the judge does not tell a fitting from an unrelated text in {language!r}, "
                    "so it cannot say how well pictures fit one"
                )
        return ""

    def _above_zero(self, values: Floats) -> bool:
        found = intervals.student(values, self.level)
        if found is None:  # one picture, none, or all alike
            return len(values) > 1 and bool(values.mean() > 0)
        return found.low > 0

    def _less(self, about: Estimate, raw: PerPair, own: Floats) -> Estimate:
        about = replace(
            about,
            n_pairs=len(raw.values),
            n_images=raw.n_images,
            n_abstained=raw.n_abstained,
        )
        if about.note or not len(raw.values):
            return inference.nothing(about)
        if not len(own):
            return inference.noted(about, "no matched picture has a value in both languages")
        about = replace(about, estimate=float(raw.values.mean() - own.mean()))
        about = inference.noted(about, f"the judge's own gap is that on {len(own)} pictures")
        found = intervals.difference_of_means(raw.values, own, self.level)
        if found is None:
            return inference.noted(about, "no interval: one of the two gaps has no spread")
        return inference.within(about, found)
