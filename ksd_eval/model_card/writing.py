"""A whole card: the given one with its limitations measured, and the results as metadata."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import yaml
from huggingface_hub import EvalResult, ModelCard, ModelCardData

from ksd_eval.exporting.card import is_own
from ksd_eval.loading import Run
from ksd_eval.model_card.measured import section, verdicts_of
from ksd_eval.model_card.sections import Section, limits, split, without_ours
from ksd_eval.model_card.words import LANGUAGES
from ksd_eval.records import Verdict

OURS: Final = "ksd_eval"
"""The `type` of every data set of ours in a card's results."""


class CardError(ValueError):
    """A card that cannot be written; the message is one clear sentence with the cure."""


def written(run: Run, given: str = "", language: str = "en") -> ModelCard:
    """Return the card of a run's model.

    Args:
        run: A finished run, of one experiment or of a card.
        given: The model's present card; empty where it has none.
        language: "en" or "ko".

    Raises:
        CardError: The given card's metadata cannot be read, or what was written is not read back.
    """
    card = _parsed(given)
    title = f"# {_name(run)}\n\n" if not given.strip() else ""
    text = title + _text(card.text.lstrip("\n"), run, language)
    data = _metadata(card, run)
    found = ModelCard(f"---\n{data.to_yaml(original_order=card_order(card))}\n---\n\n{text}")
    _check(found, data)
    return found


def card_order(card: ModelCard) -> list[str] | None:
    """Return the keys of a card's metadata as its author ordered them."""
    return getattr(card, "_original_order", None)


def _parsed(given: str) -> ModelCard:
    # It warns of a card without metadata, which is no fault here.
    logger = logging.getLogger("huggingface_hub.repocard")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return ModelCard(given)
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        sentence = " ".join(str(error).split())
        raise CardError(
            f"the metadata of the given card cannot be read ({sentence}); mend the block between "
            "the first two lines of ---"
        ) from error
    finally:
        logger.setLevel(level)


def _text(text: str, run: Run, language: str) -> str:
    """Return the card's text with its sections on limitations and bias put in one, measured."""
    found = split(text)
    places = limits(found)
    if not places:
        heading = LANGUAGES[language]["heading"]
        # An earlier measurement may stand under a heading that the author changed.
        rest, before = without_ours(text)
        measured = section(run, language, before=before)
        return f"{rest.rstrip()}\n\n## {heading}\n\n{measured}".lstrip()
    gone = {place for one in places for place in one}
    first = found[places[0].start]
    kept, before = without_ours("".join(_bodies(found, places)))
    measured = section(run, language, kept, before, first.level)
    parts = []
    for place, one in enumerate(found):
        if place == places[0].start:
            parts.append(f"{'#' * first.level} {first.heading}\n\n{measured}\n")
        elif place not in gone:
            parts.append(one.text)
    return "".join(parts).rstrip() + "\n"


def _bodies(found: Sequence[Section], places: Sequence[range]) -> Iterator[str]:
    """Yield what stands in the sections, as it is to stand under the heading of the first."""
    first = found[places[0].start]
    yield first.body
    for one in places:
        # Another section on limitations becomes a subsection of the first.
        deeper = max(0, first.level + 1 - found[one.start].level)
        for place in one:
            if place != places[0].start:
                level = min(6, found[place].level + (deeper if one != places[0] else 0))
                yield replace(found[place], level=level).text


def _metadata(card: ModelCard, run: Run) -> ModelCardData:
    data = cast(ModelCardData, card.data)
    others = [one for one in data.eval_results or [] if one.dataset_type != OURS]
    data.model_name = data.model_name or _name(run)
    data.eval_results = [*others, *results(run)]
    data.tags = list(dict.fromkeys([*(data.tags or []), "ksd-eval"]))
    if not data.language:
        data.language = ["ko", "en"]
    if not data.pipeline_tag:
        data.pipeline_tag = "text-to-image"
    return data


def results_of(card: ModelCard) -> list[EvalResult]:
    """Return the results in a card's metadata, whoever measured them."""
    return cast(ModelCardData, card.data).eval_results or []


def results(run: Run) -> list[EvalResult]:
    """Return what was measured as the hub has results: one a verdict that has an estimate."""
    nodes = run.config.get("claims") or {}
    return [
        _result(run, one, nodes.get(one.claim) or {})
        for one in verdicts_of(run)
        if one.estimate is not None and one.outcome != "not measured"
    ]


def _result(run: Run, verdict: Verdict, node: Mapping[str, Any]) -> EvalResult:
    experiment = str(node.get("experiment") or run.manifest.get("name") or "")
    numbers = {
        "ci_low": verdict.ci_low,
        "ci_high": verdict.ci_high,
        "level": verdict.level,
        "margin": verdict.margin,
        "prompts": verdict.n_pairs,
        "pictures": verdict.n_images,
        "verdict": str(verdict.outcome),
        "unit": verdict.unit,
    }
    code = run.manifest.get("code") or {}
    painted = "the painted world’s prompts" if is_own(run) else "prompts"
    return EvalResult(
        task_type="text-to-image",
        task_name="Text to image",
        dataset_type=OURS,
        dataset_name=f"{painted} of ksd_eval {experiment}",
        dataset_config=experiment,
        dataset_revision=str(code.get("source", "")) or None,
        dataset_args={"run": run.name, "measured_on": _name(run)},
        metric_type=verdict.claim,
        metric_name=str(node.get("subject") or verdict.admission).rstrip(","),
        metric_value=verdict.estimate,
        metric_args={name: value for name, value in numbers.items() if value is not None},
    )


def _name(run: Run) -> str:
    node = run.config.get("model") or {}
    repo = str((node.get("pipeline") or {}).get("repo") or "")
    named = str(node.get("name") or run.name)
    return named if not repo or repo.startswith("package:") else repo.rpartition("/")[2]


def _check(card: ModelCard, data: ModelCardData) -> None:
    """Refuse a card that does not say what was put into it once it is read again.

    Raises:
        CardError: It does not.
    """
    before = sorted(map(repr, data.eval_results or []))
    after = sorted(map(repr, results_of(card)))
    if before != after or yaml.safe_load(str(card.data)) != yaml.safe_load(str(data)):
        raise CardError(
            "the results in the card's metadata are not read back as they were written; give the "
            "card without its section model-index"
        )
