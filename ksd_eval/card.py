"""The card, measured: every experiment one after another, and all their claims decided together.

Each experiment is a run of its own, with its own page, which the card's page leads to; pictures
that two of them ask for alike are painted once. What is decided here is the family of all claims,
so that the whole ledger holds at once: an interval here is wider than on an experiment's own page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ksd_eval import pipeline, store, studying, verdicts
from ksd_eval.claims import Admission, Claim
from ksd_eval.evidence import asked_images, frame_of, measured_images
from ksd_eval.execution import host
from ksd_eval.execution.base import MemoryFullError, PaintError
from ksd_eval.execution.progress import say, within
from ksd_eval.experiment import Experiment, PlanError, Work, now, planned
from ksd_eval.labels.base import LabelError
from ksd_eval.prompts.base import PromptError
from ksd_eval.records import Estimate, Verdict, fingerprint
from ksd_eval.reports.base import Chapter, RunView
from ksd_eval.shares.base import ShareError
from ksd_eval.store import RunStore
from ksd_eval.studies.base import StudyError

HINDRANCES = (LabelError, PaintError, PlanError, PromptError, ShareError, StudyError)
"""What keeps one experiment from being done, and the others not."""


@dataclass(frozen=True, eq=False)
class Card:
    """The experiments of a card, as far as they have come.

    Attributes:
        experiment: The card itself: its claims, its level, and its `parts`.
        done: The runs that are finished, by the experiment's name, in the order of the card.
        hindered: Why others could not be done, by name.
    """

    experiment: Experiment
    done: dict[str, Work] = field(default_factory=dict[str, Work])
    hindered: dict[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def run_id(self) -> str:
        """Return the card's name: what decides it is what its experiments came to."""
        return fingerprint(
            {
                "config": self.experiment.decisive,
                "runs": {name: work.plan.run_id for name, work in self.done.items()},
                "hindered": self.hindered,
                "source": host.source(),
            }
        )

    @property
    def home(self) -> RunStore:
        """Return where the card's tables go."""
        results = Path(self.experiment.settings.results_dir)
        return RunStore(results / self.experiment.name / self.run_id)

    def estimates_at(self, claim: Claim, level: float) -> Sequence[Estimate]:
        """Return what the claim's own experiment says, with intervals of a level."""
        return self._answers[claim.experiment](claim, level)

    @cached_property
    def _answers(self) -> Mapping[str, verdicts.EstimatesAt]:
        return {name: pipeline.estimates_at(work) for name, work in self.done.items()}


def run(experiment: Experiment) -> Path:
    """Do every experiment of a card, decide its claims, and return its folder.

    An experiment that cannot be done stands in the ledger with the reason.

    Raises:
        MemoryFullError: The batch shape does not fit an accelerator.
        StoreError: The results folder cannot be written.
    """
    card = Card(experiment)
    for number, part in enumerate(experiment.parts, 1):
        say(f"\n{number} of {len(experiment.parts)}: {part.name}")
        try:
            with within(f"{number}/{len(experiment.parts)} {part.name}"):
                pipeline.run(part)
            card.done[part.name] = finished(part)
        except MemoryFullError:  # the whole card at a smaller batch shape, and not one part
            raise
        except HINDRANCES as error:
            card.hindered[part.name] = str(error)
            say(f"{part.name} could not be done: {error}")
    say("")
    home, before = card.home, card.home.manifest()
    if before is None:
        store.check_writable(home.folder)
        began = now()
        with home.locked(lambda: say("another process is at this very card; waiting for it")):
            found = decide(card)
            report(card, {"began": began, **manifest(card)})
            home.finish({"began": began, **manifest(card)})
        pipeline.say_verdicts(found)
    elif before.get("language") != experiment.settings.language:
        report(card, before)
        home.finish({**before, "language": experiment.settings.language})
    say(f"the card: {home.folder / 'report.html'}")
    return home.folder


def finished(part: Experiment) -> Work:
    """Return a run that was just finished, with what its manifest says was missing in it."""
    work = Work(part, planned(part))
    manifest = work.home.manifest()
    if manifest is None:
        raise PlanError(f"the run {work.home.folder} was changed while the card was made")
    work.missing.update(manifest.get("missing", {}))
    return work


def decide(card: Card) -> list[Verdict]:
    """Hold all claims against their experiments, and write the ledger and what decided it."""
    home, experiment = card.home, card.experiment
    claims, level = experiment.claims, experiment.settings.level
    store.write_text(home.folder / "config.yaml", experiment.config)
    found = verdicts.decide(claims, card.done, card.estimates_at, level, card.hindered)
    deciding = [
        estimate
        for claim in verdicts.decided_by(claims, card.done).values()
        for estimate in claim.chosen(card.estimates_at(claim, level))
    ]
    studying.write_unasked(home, ())
    home.write_table("estimates", frame_of(deciding, Estimate), store.types_of(Estimate))
    pipeline.write_verdicts(home, found)
    return found


def manifest(card: Card) -> dict[str, object]:
    """Return what there is to say of the card."""
    return {
        "name": card.experiment.name,
        "run_id": card.run_id,
        "command": card.experiment.command,
        "language": card.experiment.settings.language,
        "finished": now(),
        "arms": {arm.role: arm.name for arm in card.experiment.arms},
        "runs": {name: work.plan.run_id for name, work in card.done.items()},
        "hindered": card.hindered,
        "references": [],
        **host.describe(),
    }


def report(card: Card, about: Mapping[str, object]) -> None:
    """Write the ledger's page, with the way to each experiment's own."""
    from ksd_eval.reports import page

    home = card.home
    images = asked_images(home)
    view = RunView(
        name=card.experiment.name,
        run_id=card.run_id,
        folder=home.folder,
        config=card.experiment.config,
        arms=card.experiment.arms,
        images=images,
        measurements=measured_images(home, images),
        estimates=home.read_table("estimates").iloc[:0],  # the ledger shows them
        verdicts=home.read_table("verdicts"),
        manifest=about,
        image_path=lambda image_id: home.folder / image_id,
        chapters=tuple(chapters(card)),
        language=card.experiment.settings.language,
    )
    page.write(view)


def chapters(card: Card) -> Sequence[Chapter]:
    """Return the card's experiments in order, each with its page or what kept it from one."""
    claims = card.experiment.claims
    return [
        Chapter(
            part.name,
            f"../../{part.name}/{card.done[part.name].plan.run_id}/report.html",
            claims=[name for name, one in claims.items() if decides(part.name, one)],
            figures=part.figures,
            estimates=card.done[part.name].home.read_table("estimates"),
        )
        if part.name in card.done
        else Chapter(part.name, "", card.hindered.get(part.name, ""))
        for part in card.experiment.parts
    ]


def decides(experiment: str, claim: Claim | Admission) -> bool:
    """Whether an experiment is what answers a claim."""
    return isinstance(claim, Claim) and claim.experiment == experiment
