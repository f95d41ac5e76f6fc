"""The sections of the page: one a topic, with what was found, figures, tables and method."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ksd_eval.records import Estimate
from ksd_eval.reports import tables
from ksd_eval.reports.base import Figure
from ksd_eval.reports.drawing import Picture
from ksd_eval.reports.findings import findings
from ksd_eval.reports.kinds import DISTANCES, kind_of, topic_of
from ksd_eval.reports.tables import Table
from ksd_eval.reports.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """One topic of the page.

    Attributes:
        anchor: Its name in the page's address.
        heading: Its title.
        intro: What was measured, for a reader who is no statistician.
        findings: What came out, a sentence or two for each label.
        pictures: Its figures.
        open: The tables shown at once.
        closed: The tables shown on demand.
        method: How each metric was computed: name, explanation.
        intervals: The methods of the intervals, as named in the estimates.
    """

    anchor: str
    heading: str
    intro: str
    findings: tuple[str, ...]
    pictures: tuple[Picture, ...]
    open: tuple[Table, ...]
    closed: tuple[Table, ...]
    method: tuple[tuple[str, str], ...]
    intervals: str


def sections(
    estimates: Iterable[Estimate],
    figures: Mapping[str, Figure],
    pictures: Mapping[str, Picture],
    words: Words,
) -> Iterator[Section]:
    """Yield the figures that speak of several topics, then a section for each topic.

    Args:
        estimates: All of them.
        figures: All figures by name.
        pictures: Those of them that have not been shown yet.
        words: The page's language.
    """
    told = [one for one in estimates if kind_of(one) != "abstentions"]
    topics = tables.grouped((topic_of(one), one) for one in told)
    homes = {name: _home(figures[name]) for name in pictures}
    several = tuple(picture for name, picture in pictures.items() if homes[name] not in topics)
    if several:
        yield Section("glance", words("section.glance"), "", (), several, (), (), (), "")
    for topic, members in topics.items():
        own = tuple(picture for name, picture in pictures.items() if homes[name] == topic)
        yield _section(topic, members, own, words)


def _home(figure: Figure) -> str:
    # A third party's figure need not say what it is about.
    metric = str(getattr(figure, "metric", ""))
    measurement = str(getattr(figure, "measurement", ""))
    if not measurement and any(kind in metric for kind in DISTANCES):
        return "distance"
    return topic_of(Estimate(metric, measurement, "", None))


def _section(
    topic: str, members: list[Estimate], pictures: tuple[Picture, ...], words: Words
) -> Section:
    found = tuple(tables.tables(members, words))
    kinds = dict.fromkeys(kind_of(one) for one in members)
    return Section(
        anchor=topic,
        heading=words.find(f"topic.{topic}", otherwise=topic.replace("_", " ").capitalize()),
        intro=words.find(f"intro.{topic}", otherwise=""),
        findings=tuple(findings(members, words)),
        pictures=pictures,
        open=tuple(table for table in found if table.first),
        closed=tuple(table for table in found if not table.first),
        method=tuple(
            (words(f"metric.{kind}"), words(f"method.{kind}"))
            for kind in kinds
            if words.find(f"method.{kind}", otherwise="")  # a third party's has none of ours
        ),
        intervals=", ".join(sorted({one.method for one in members if one.method})),
    )
