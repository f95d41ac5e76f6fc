"""What a swapped text encoder makes of Korean before any picture, and what pictures then lose."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ksd_eval.records import Estimate
from ksd_eval.studies import image_gap, pilot, text_estimates, text_states
from ksd_eval.studies.base import Bench, Findings, Study, StudyError
from ksd_eval.studies.image_gap import Gap
from ksd_eval.studies.pilot import Pilot

STREAM: Final = zlib.crc32(b"text_encoder")


@dataclass(frozen=True)
class TextEncoderStudy(Study):
    """Reads every prompt with every text encoder, and holds the states against each other.

    Of each arm: tokens before truncation. Of each arm but the original: the cosine of its states
    with those that the original has of the same pair's English text, which the denoiser was trained
    on, at the start token, over the content (the mean state: words of two languages do not stand at
    the same positions), at the end token (which is the pooled sentence vector of a CLIP tower, the
    one that such encoders are distilled by), and over the padding; and the place of the right
    English text among all, by end states.

    Where a finished run of `experiment` has pictures of the same models and prompts, the rank
    correlation over prompts of the Korean states' alignment with what the pictures lose:
    `measurement` of the original less that of the Korean arm.

    Attributes:
        model: The name of the model under test.
        pilot: Folder of the run that has the pictures; empty for the last finished one that fits.
        experiment: The experiment that it is a run of.
        measurement: What pictures lose.
        judge: Whose measurement, where several judges measure something of that name.
        by: The attribute of prompts that lengths are grouped by, and within which ranks are
            compared; empty for none.
        resamples: Permutations behind each p value.
        results: The folder of all results, `execution.results_dir`.
    """

    model: str
    pilot: str = ""
    experiment: str = "language"
    measurement: str = "similarity"
    judge: str = ""
    by: str = "kind"
    resamples: int = 2000
    results: str = "results"

    def __post_init__(self) -> None:
        """Refuse a number of permutations that says nothing."""
        if self.resamples < 100:
            raise ValueError(
                f"resamples is {self.resamples}; give at least 100 for a p value of .01"
            )

    def identity(self) -> dict[str, Any]:
        """Return the runs that pictures may be read from: their ids and their tables' hashes.

        Raises:
            FileNotFoundError: The run that was named is not there, or not finished.
        """
        return {"study": "text_encoder", "pilots": [run.identity() for run in self._runs()]}

    def __call__(self, bench: Bench) -> Findings:
        """Read the prompts.

        Raises:
            StudyError: A model has no text encoder to ask, or the run named does not fit.
        """
        table = bench.kept("encodings", lambda: text_states.table_of(bench))
        kinds = self._kinds(bench)
        estimates = [
            *text_estimates.lengths(table, kinds, bench.level, self.by if kinds else ""),
            *text_estimates.alignment(table, bench.level),
            *text_estimates.retrieval(table, bench.level),
        ]
        gap, trouble = self._gap(bench)
        tables = {"encodings": table}
        rng = np.random.default_rng([bench.seed, STREAM])
        if gap is None:
            estimates.append(image_gap.unknown(bench.level, trouble))
        else:
            tables["image_gap"] = gap.table
            estimates.append(image_gap.loss(gap, bench.level, rng))
            estimates += image_gap.foretold(gap, table, kinds, bench.level, rng, self.resamples)
        return Findings(estimates, tables, [*sentences(estimates), *filter(None, [trouble])])

    def _kinds(self, bench: Bench) -> Mapping[str, str]:
        named = {pair.pair_id: pair.attributes.get(self.by, "") for pair in bench.pairs}
        return {pair_id: kind for pair_id, kind in named.items() if kind}

    def _runs(self) -> Sequence[Pilot]:
        """Return the run named, or all finished ones of the model, the newest first."""
        if self.pilot:
            return [pilot.find(self.pilot, self.experiment, self.results)]
        mine = f"{self.model}/ko"
        found = pilot.finished(self.experiment, self.results)
        return [run for run in found if run.manifest["arms"].get("korean") == mine]

    def _gap(self, bench: Bench) -> tuple[Gap | None, str]:
        """Return what pictures lose, or a sentence that says why it is not known."""
        why: list[str] = []
        for run in self._runs():
            unfit = image_gap.why_unfit(run, bench, self.measurement, self.judge)
            if not unfit:
                return image_gap.read(run, bench, self.measurement, self.judge), ""
            why.append(f"{run.name} does not fit: {unfit}")
        if self.pilot:
            raise StudyError(why[0])
        make = f"python -m ksd_eval experiment={self.experiment} model={self.model}"
        there = f" ({why[0]})" if why else ""
        return None, (
            f"what pictures lose is not known: no finished run of {self.experiment!r} in "
            f"{self.results!r} has pictures of these models{there}; make one with: {make}"
        )


def sentences(estimates: Sequence[Estimate]) -> Iterator[str]:
    """Yield what came out, a line each: retrieval, alignment, and what foretells the loss."""
    known = [one for one in estimates if one.estimate is not None]
    for one in known:
        if one.metric == "recall_at_1":
            yield (
                f"{one.arm}: the right English text comes first for {one.estimate:.0%} of prompts "
                f"(by chance {one.floor:.1%})"
            )
    for one in known:
        if one.metric == "rank_correlation":
            q = "" if one.q_value is None else f", q {one.q_value:.2g}"
            between = "" if one.ci_low is None else f" ({one.ci_low:+.2f} to {one.ci_high:+.2f})"
            yield f"{one.group} and what pictures lose: rho {one.estimate:+.2f}{between}{q}"
