"""`python -m ksd_eval doctor`: of this machine, or of one command on it."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ksd_eval.doctor import examination, machine, page
from ksd_eval.doctor.machine import Machine
from ksd_eval.doctor.page import Row, Section
from ksd_eval.experiment import Experiment
from ksd_eval.models.base import Model
from ksd_eval.needs import Need, needs_of

RESULTS = "results"
"""Where results go unless a command says otherwise."""


def of_command(experiment: Experiment, *, as_json: bool = False) -> int:
    """Say what a command needs and would take; return 0 if it could be run now, 1 if not.

    Args:
        experiment: What the command would run, constructed.
        as_json: Whether to say it to a program.
    """
    here = machine.looked_at(Path(experiment.settings.results_dir))
    found = examination.examined(experiment, here)
    if as_json:
        sys.stdout.write(page.plain(found))
    else:
        sections = (page.machine_section(here), *page.run_sections(found))
        page.show(sections, page.verdict(found))
    return 0 if found.runs_now else 1


def of_machine(
    models: Mapping[str, Model | str], looking: Mapping[str, Any], *, as_json: bool = False
) -> int:
    """Say what this machine has, and which models and judges are ready on it.

    Args:
        models: By name; a sentence where one cannot be asked without more being given.
        looking: Judges of photographs, and extractors of their features, by name.
        as_json: Whether to say it to a program.

    Returns:
        0 if what this package depends on is installed and results can be written here, 1 if not.
    """
    here = machine.looked_at(Path(RESULTS))
    needs = {name: needs_of(one, name) for name, one in models.items() if not isinstance(one, str)}
    seeing = {name: needs_of(judge, name, told=True) for name, judge in looking.items()}
    sound = not here.uninstalled and here.results_writable
    if as_json:
        sys.stdout.write(_plain(here, needs, seeing))
    else:
        page.show(
            (
                page.machine_section(here),
                page.software_section(here),
                Section("Models", tuple(_model_row(name, models[name], here) for name in models)),
                Section("Judges of photographs", tuple(page.need_rows(_by_need(seeing)))),
            ),
            _verdict(sound=sound),
        )
    return 0 if sound else 1


def _by_need(needs: Mapping[str, list[Need]]) -> dict[Need, list[str]]:
    """Return who needs each need."""
    found: dict[Need, list[str]] = {}
    for name, mine in needs.items():
        for need in mine:
            found.setdefault(need, []).append(name)
    return found


def _model_row(name: str, model: Model | str, here: Machine) -> Row:
    if isinstance(model, str):
        return Row(name, "lacking", model)
    mine = needs_of(model, name)
    memory = None if here.seen else examination.memory_of(model, mine)
    return page.needs_row(name, mine, memory, here)


def _verdict(*, sound: bool) -> str:
    if not sound:
        return "Nothing can be run before what is lacking above is there."
    return (
        "The miniature can be run: python -m ksd_eval experiment=bias. To ask of any other "
        "command: python -m ksd_eval doctor experiment=card model=korean_sd"
    )


def _plain(
    here: Machine, models: Mapping[str, list[Need]], looking: Mapping[str, list[Need]]
) -> str:
    content = {
        "machine": asdict(here),
        "models": {name: [asdict(need) for need in mine] for name, mine in models.items()},
        "judges": {name: [asdict(need) for need in mine] for name, mine in looking.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
