"""An audit as a page and as tables."""

import csv
import io
from typing import Final

from ksd_eval.audit import words
from ksd_eval.audit.auditing import Audit
from ksd_eval.audit.base import SEVERITIES
from ksd_eval.records import NATIVE_CHECK
from ksd_eval.reports import style, templating

COLUMNS: Final = ("pair_id", "ko", "en", "severity", "rule", "finding", NATIVE_CHECK)
"""Columns of the table, a row a finding; a pair without findings has a row with empty cells."""


def html(audit: Audit, language: str = "en") -> str:
    """Return the page. The same audit gives the same bytes.

    Args:
        audit: What was found.
        language: "en" or "ko".
    """
    texts = words.LANGUAGES[language]
    rules = sorted(
        audit.counts().items(),
        key=lambda item: (SEVERITIES.index(item[0][1]), -item[1], item[0][0]),
    )
    return (
        templating.environment("ksd_eval.audit")
        .get_template("audit.html")
        .render(
            language=language,
            t=texts,
            audit=audit,
            rules=[(_general(texts[rule]), severity, count) for (rule, severity), count in rules],
            said=lambda finding: words.said(finding, language),
            signed=NATIVE_CHECK,
            themes=style.THEMES,
        )
    )


def _general(text: str) -> str:
    """Return a rule's sentence with its holes left open."""
    return text.replace("{", "‹").replace("}", "›")


def table(audit: Audit, language: str = "en") -> str:
    """Return the findings as CSV, pairs in their order, the set's own first."""
    stream = io.StringIO(newline="")
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(COLUMNS)
    for finding in audit.of_set:
        sentence = words.said(finding, language)
        out.writerow(("", "", "", finding.severity, finding.rule, sentence, ""))
    for pair in audit.pairs:
        beginning = (pair.pair_id, pair.ko, pair.en)
        signature = pair.attributes.get(NATIVE_CHECK, "")
        for finding in audit.by_pair[pair.pair_id]:
            sentence = words.said(finding, language)
            out.writerow((*beginning, finding.severity, finding.rule, sentence, signature))
        if not audit.by_pair[pair.pair_id]:
            out.writerow((*beginning, "", "", "", signature))
    return stream.getvalue()
