"""A comparison as a page, as Markdown, and as a few lines on a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from ksd_eval.comparison import words
from ksd_eval.comparison.base import WEIGHTS, Change, Comparison, Side
from ksd_eval.comparison.written import REMARKABLE, Line, difference, line, tested
from ksd_eval.reports import style, templating
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

MOST: Final = 12
"""Differences on the terminal at most."""


def html(comparison: Comparison, language: str = "en") -> str:
    """Return the page. The same comparison gives the same bytes."""
    return _rendered("compare.html", comparison, language, escaped=True)


def markdown(comparison: Comparison, language: str = "en") -> str:
    """Return the page's short form."""
    return _rendered("compare.md", comparison, language, escaped=False)


def _rendered(template: str, comparison: Comparison, language: str, *, escaped: bool) -> str:
    texts, spoken = words.LANGUAGES[language], Words(language)
    with spoken.speaking():
        return (
            templating.environment("ksd_eval.comparison", autoescape=escaped)
            .get_template(template)
            .render(
                language=language,
                t=texts,
                comparison=comparison,
                title=title(comparison, language),
                answers=answers(comparison, language),
                arms=[_arms(one, spoken) for one in comparison.arms],
                changes=[_written(change, language) for change in comparison.changes],
                sides=[_side(side, spoken) for side in comparison.sides],
                said=lambda reason: words.said(reason, language),
                cell=lambda text: str(text).replace("|", "\\|").replace("\n", " "),
                themes=style.THEMES,
            )
        )


def title(comparison: Comparison, language: str) -> str:
    """Return what is compared with what."""
    first, *others = comparison.names
    return words.LANGUAGES[language]["title"].format(first=first, others=", ".join(others))


def answers(comparison: Comparison, language: str) -> list[str]:
    """Return what the comparison comes to, in sentences."""
    texts = words.LANGUAGES[language]
    worse = [change.claim for change in comparison.worse]
    beside = [change.claim for change in comparison.changes if change.trend == "beside"]
    if worse:
        said = [texts["answer.worse"].format(count=len(worse), claims=", ".join(worse))]
    else:
        said = [texts["answer.same"] if comparison.changes else texts["answer.none"]]
    if beside:
        said.append(texts["answer.beside"].format(claims=", ".join(beside)))
    q_values = tested(comparison.rows)
    found = sum(q <= REMARKABLE for q in q_values)
    scan = texts["scan"].format(count=len(q_values), found=found)
    return [*said, scan if q_values else texts["scan.none"]]


def _arms(arms: Any, spoken: Words) -> str:  # noqa: ANN401  of a manifest
    return ", ".join(f"{spoken.arm(role)}: {arm}" for role, arm in arms.items())


def _written(change: Change, language: str) -> dict[str, Any]:
    texts, spoken = words.LANGUAGES[language], Words(language)
    found = None if change.row is None else difference(change.row)
    told = "" if found is None or not found.value else found.value
    if found is not None and found.interval:
        told = f"{told} ({found.interval})"
    return {
        "claim": change.claim,
        "admission": translated(change.admission, spoken),
        "outcomes": [
            spoken(f"outcome.{outcome}") if outcome else texts["absent"]
            for outcome in change.outcomes
        ],
        "trend": change.trend,
        "said": texts[f"trend.{change.trend}"],
        "difference": told,
        "why": "; ".join(words.said(reason, language) for reason in change.reasons),
    }


def _side(side: Side, spoken: Words) -> dict[str, Any]:
    texts = words.LANGUAGES[spoken.language]
    terms = {
        weight: [
            (texts[f"term.{one.key}"].format(name=one.name), one.first, one.second)
            for one in side.terms
            if one.weight == weight
        ]
        for weight in WEIGHTS
    }
    told = [row for row in side.rows if row.how != "beside"]
    # What is over seeds, or counted, has a row of the table; on the page it would hide the others.
    beside = [
        row
        for row in side.rows
        if row.how == "beside" and not row.about.group and row.about.estimand == "over_prompts"
    ]
    level = next((row.difference.level for row in told if row.difference is not None), 0.95)
    return {
        "names": side.names,
        "experiment": side.experiment,
        "shared": texts["shared"].format(
            shared=side.shared, first=side.pairs[0], second=side.pairs[1]
        ),
        "terms": {weight: found for weight, found in terms.items() if found},
        "explained": texts["rows.explained"].format(
            first=side.names[0], second=side.names[1], level=f"{100 * level:.3g}%"
        ),
        "rows": _lines((row for row in told if not row.about.group), spoken),
        "groups": _lines((row for row in told if row.about.group), spoken),
        "beside": _lines(beside, spoken),
    }


def _lines(rows: Iterable[Any], spoken: Words) -> list[Line]:
    return [line(row, spoken) for row in rows]


def shown(comparison: Comparison, language: str, console: Console) -> None:
    """Show what a comparison comes to on a terminal: its verdicts, and what stands out."""
    texts, spoken = words.LANGUAGES[language], Words(language)
    for sentence in answers(comparison, language):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    with spoken.speaking():
        changes = [_written(change, language) for change in comparison.changes]
        verdicts = [
            (one["claim"], *one["outcomes"], one["said"], one["difference"]) for one in changes
        ]
        heads = [texts["claim"], *comparison.names, texts["trend"], texts["difference"]]
        _table(console, heads, verdicts)
        heads = [texts[key] for key in ("estimate", "difference", "interval.head", "q")]
        _table(console, heads, _remarkable(comparison, spoken))


def _remarkable(comparison: Comparison, spoken: Words) -> list[tuple[str, ...]]:
    """Return the differences that stand out, the surest first."""
    found = [
        (row.difference.q_value, row)
        for row in comparison.rows
        if row.difference is not None and row.difference.q_value is not None
    ]
    first = sorted((one for one in found if one[0] <= REMARKABLE), key=lambda one: one[0])
    lines = [line(row, spoken) for _, row in first[:MOST]]
    return [(one.name, one.difference.value, one.difference.interval, one.q) for one in lines]


def _table(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    found = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        found.add_row(*row)
    console.print(found, markup=False, highlight=False)
