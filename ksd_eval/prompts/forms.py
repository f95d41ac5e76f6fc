"""Prompts followed by their changed forms."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ksd_eval.prompts.perturbations import PERTURBATIONS
from ksd_eval.records import PromptPair, fingerprint

LOGGER = logging.getLogger(__name__)

LONGEST: Final = 80
"""Letters of a `pair_id`, which has to stand in a file name."""


def perturbed(pairs: Sequence[PromptPair], names: Sequence[str]) -> list[PromptPair]:
    """Return the pairs, each followed by its changed forms, which start from the same noise.

    The English stays. A form has the attributes `perturbation`, `perturbs` (the pair it is of) and
    `expected`; a pair itself has the perturbation "none". What a change leaves as
    it is has no form.

    Args:
        pairs: Composed and stripped.
        names: Of `PERTURBATIONS`.
    """
    found = []
    unchanged = dict.fromkeys(names, 0)
    for pair in pairs:
        found.append(replace(pair, attributes={**pair.attributes, "perturbation": "none"}))
        for name in names:
            text = PERTURBATIONS[name].change(pair.ko)
            if text == pair.ko:
                unchanged[name] += 1
            else:
                found.append(_form(pair, name, text))
    for name, count in unchanged.items():
        if count:
            LOGGER.info("%s changes nothing in %d of %d prompts", name, count, len(pairs))
    return found


def _form(pair: PromptPair, name: str, text: str) -> PromptPair:
    about = {
        "perturbation": name,
        "perturbs": pair.pair_id,
        "expected": PERTURBATIONS[name].expected,
        "noise": pair.noise,
    }
    return PromptPair(_named(pair.pair_id, name), text, pair.en, {**pair.attributes, **about})


def _named(pair_id: str, name: str) -> str:
    """Return a form's name; two long names that differ at their end stay two.

    >>> _named("doctor", "nfd"), len(_named("d" * 80, "nfd"))
    ('doctor.nfd', 80)
    """
    whole = f"{pair_id}.{name}"
    if len(whole) <= LONGEST:
        return whole
    ending = f"-{fingerprint(pair_id, 8)}.{name}"
    return pair_id[: LONGEST - len(ending)] + ending
