"""Simulated runs on pixels: a planted model is told what to believe, paints, and is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import pandas as pd

from ksd_eval.execution import orders
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.execution.orders import Generation
from ksd_eval.judges.base import ErrorRates, Judge
from ksd_eval.metrics.base import Evidence
from ksd_eval.models.planted import Planted
from ksd_eval.records import Arm, Measurement, PromptPair, columns
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.scenarios import JUDGE, LABELS, Study

BATCH = 64


@dataclass(frozen=True, eq=False)
class Atelier:
    """What paints and what looks, the same in every simulated run.

    Attributes:
        model: Its rates are set anew for each run; all else is kept.
        judge: Looks at the paintings.
        arms: The first two: Korean and English.
        pairs: One for each prompt whose rate can be set by itself.
    """

    model: Planted
    judge: Judge
    arms: Sequence[Arm]
    pairs: Sequence[PromptPair]

    def evidence(self, study: Study, number: int) -> Evidence:
        """Paint a run's pictures from the shares that were drawn for it, and have them read."""
        generation = Generation(study.scenario.replicates, number, BATCH, threads=1)
        model = replace(self.model, shift={}, faithful={}, rates=self._rates(study))
        identities = {arm.model: {"study": number} for arm in self.arms}
        asked = orders.asked(self.arms, self.pairs, identities, generation)
        images = pd.DataFrame([asdict(record) for record, _ in asked])
        texts = {pair.pair_id: pair.en for pair in self.pairs}
        rows: list[dict[str, object]] = []
        for chunk in chunks(asked):
            pictures = [
                painted.image
                for painted in model.paint([order.request for _, order in chunk], BATCH)
            ]
            given = answers(
                JUDGE, self.judge, pictures, [texts[record.pair_id] for record, _ in chunk]
            )
            rows += [
                {"image_id": record.image_id, "judge": JUDGE, **asdict(answer)}
                for (record, _), mine in zip(chunk, given, strict=True)
                for answer in mine
                if answer.name == "gender"
            ]
        measured = pd.DataFrame(rows, columns=["image_id", "judge", *columns(Measurement)])
        return Evidence(
            images, images.merge(measured, on="image_id"), confusions=pd.DataFrame(self._errors())
        )

    def _rates(self, study: Study) -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]:
        return {
            arm.language: {
                "gender": {
                    given(pair): {LABELS[0]: float(share)}
                    for pair, share in zip(self.pairs, shares, strict=True)
                }
            }
            for arm, shares in zip(self.arms, study.women, strict=True)
        }

    def _errors(self) -> Iterator[dict[str, object]]:
        if isinstance(self.judge, ErrorRates):
            for one in self.judge.confusions():
                yield {"judge": JUDGE, **asdict(one)}


def atelier_of(bench: Bench, pairs: int) -> Atelier:
    """Return what a study's pixels are made with.

    Raises:
        StudyError: The model is no planted one, no judge is called `reader`, or there are fewer
            prompts whose rates can be set.
    """
    arms = list(bench.arms[:2])
    model = bench.models[arms[0].model]
    if not isinstance(model, Planted):
        raise StudyError(
            f"calibration needs a model whose truth can be set; give model=planted, not "
            f"{arms[0].model}"
        )
    if JUDGE not in bench.judges:
        raise StudyError(f"calibration on pixels needs a judge called {JUDGE!r}; name one so")
    apart = {given(pair): pair for pair in reversed(bench.pairs) if given(pair)}
    if len(apart) < pairs:
        raise StudyError(
            f"{pairs} prompts were wanted whose rates can be set apart, by occupation or "
            f"adjective; the prompt set has {len(apart)}"
        )
    chosen = [apart[key] for key in sorted(apart)][:pairs]
    return Atelier(model, bench.judges[JUDGE], arms, chosen)


def given(pair: PromptPair) -> str:
    """Return the condition under which a prompt's gender is drawn, as `planted.csv` names it."""
    for attribute in ("occupation", "adjective"):
        if pair.attributes.get(attribute):
            return f"{attribute}={pair.attributes[attribute]}"
    return ""
