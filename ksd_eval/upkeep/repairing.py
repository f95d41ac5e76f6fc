"""Making again what is broken: by the commands of the runs that it is of, to the same bits."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ksd_eval import card, pipeline
from ksd_eval.execution import host
from ksd_eval.execution.progress import say
from ksd_eval.experiment import Experiment, PlanError, Work, planned
from ksd_eval.extensions import ConfigError
from ksd_eval.store import ImageStore
from ksd_eval.upkeep import faults
from ksd_eval.upkeep.faults import Fault, Faults
from ksd_eval.upkeep.holdings import Holdings, Run, run_in

HINDRANCES = (*card.HINDRANCES, ConfigError)
"""What keeps a run from being done again."""

Build = Callable[[str], Experiment]
"""From the command of a run to the experiment, in the folder of results that is looked after."""


@dataclass(frozen=True, eq=False)
class Repair:
    """The repair of a folder of results.

    Attributes:
        holdings: The folder.
        build: What constructs an experiment.
    """

    holdings: Holdings
    build: Build

    def repaired(self, found: Faults) -> list[str]:
        """Make again what is broken, and return a sentence on each thing that stays broken."""
        left = [sentence for run, wrong in found.runs.items() for sentence in self.run(run, wrong)]
        holdings = Holdings(self.holdings.folder)  # whose tables can be read by now
        still = faults.of_pictures(holdings, sorted(found.pictures))
        for run in holdings.runs:
            mine = [image_id for image_id, fault in still.items() if run.name in fault.runs]
            if mine:
                left += self.pictures(run, mine)
                still = faults.of_pictures(holdings, sorted(still))
        for fault in (*still.values(), *found.references):
            if not fault.runs:
                fault.path.unlink(missing_ok=True)
                say(f"{fault.path} {fault.what} and was removed; what needs it makes it again")
        return [*left, *(str(fault) for fault in still.values() if fault.runs)]

    def run(self, run: Run, wrong: Sequence[Fault]) -> Iterator[str]:
        """Do a run again whose tables are broken; yield why it could not be mended."""
        try:
            experiment = self._experiment(run)
            before = dict((run.manifest or {})["files"])
            say(f"{run.name}: doing again what made {', '.join(one.path.name for one in wrong)}")
            (card if experiment.parts else pipeline).run(experiment)
        except HINDRANCES as error:
            yield from (f"{fault}: {error}" for fault in wrong)
            return
        after = run_in(run.home.folder)
        files = (after.manifest or {}).get("files", {})
        others = sorted(name for name in {*before, *files} if before.get(name) != files.get(name))
        if after.home.manifest() is None or others:
            yield f"{run.name} came out otherwise than it was: {', '.join(others) or 'unfinished'}"
        else:
            say(f"{run.name}: the same bits as before")

    def pictures(self, run: Run, image_ids: Sequence[str]) -> Iterator[str]:
        """Paint pictures of a run again; yield why they could not be."""
        try:
            experiment = self._experiment(run, same_code=False)
            work = Work(experiment, planned(experiment))
            asked = {order.image_id for _, order in work.plan.pictures}
            judged = run.pictures() or {}
            broken = {one for one in image_ids if not _whole(work.images, one, judged.get(one))}
            if asked & broken:
                say(f"{run.name}: painting {len(asked & broken)} pictures again")
                pipeline.paint(work, asked - broken)
            for image_id in asked & broken:
                _whole(work.images, image_id, judged.get(image_id))
        except HINDRANCES as error:
            yield f"{len(image_ids)} pictures of {run.name} cannot be painted again: {error}"
            return
        others = len(set(image_ids) - asked)
        if others:
            yield (
                f"{others} pictures of {run.name} cannot be painted again: its command paints "
                "others by now, because weights, versions or the device are other ones"
            )

    def _experiment(self, run: Run, same_code: bool = True) -> Experiment:
        """Return a run as its command makes it.

        Raises:
            PlanError: It would be another run.
        """
        manifest = run.manifest or {}
        if not run.command or not isinstance(manifest.get("files"), dict):
            raise PlanError(
                f"its manifest does not say what made it; give the run's command again and remove "
                f"{run.home.folder}"
            )
        if run.is_copy:
            raise PlanError("it is a copy of a run; take it again from where it is from")
        code = manifest.get("code")
        source = code.get("source") if isinstance(code, dict) else None
        if same_code and source != host.source():
            raise PlanError(
                f"other code made it, and with the code of now it is another run: {run.command}"
            )
        experiment = self.build(run.command)
        if same_code and not experiment.parts:
            planned_id = planned(experiment).run_id
            if planned_id != run.home.folder.name:
                raise PlanError(
                    f"its command makes the run {planned_id} by now, because prompts, weights or "
                    f"versions are other ones: {run.command}"
                )
        return experiment


def words_of(command: str, results: Path) -> list[str]:
    """Return the words of a run's command, for the folder of results that it is in now.

    >>> words_of("python -m ksd_eval experiment=bias execution.results_dir=old", Path("new"))
    ['experiment=bias', 'execution.results_dir=new']
    """
    words = shlex.split(command)
    start = words.index("ksd_eval") + 1 if "ksd_eval" in words else 0
    own = [word for word in words[start:] if word.partition("=")[0] != "execution.results_dir"]
    return [*own, f"execution.results_dir={results}"]


def _whole(images: ImageStore, image_id: str, sha256: str | None) -> bool:
    """Whether a picture is the one that was judged; from an address it is fetched anew."""
    if images.anywhere:
        images.path(image_id).unlink(missing_ok=True)
    stored = images.find(image_id)
    return stored is not None and stored.sha256 == sha256
