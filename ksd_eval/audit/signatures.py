"""Whether a named native reader has signed a pair."""

from collections.abc import Iterator, Sequence

from ksd_eval.audit.base import Examined, Finding, about_set
from ksd_eval.records import NATIVE_CHECK


def signatures(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Say of how many pairs nobody has said that they are right."""
    open_ = sum(not each.pair.attributes.get(NATIVE_CHECK) for each in pairs)
    if open_:
        yield about_set("signature.unchecked", "note", count=str(open_), of=str(len(pairs)))
