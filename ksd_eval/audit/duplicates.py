"""Pairs that fell together: one Korean text for several English ones, or the other way about."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ksd_eval.audit.base import Examined, Finding


def duplicates(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find texts that stand for more than one meaning."""
    for language in ("ko", "en"):
        groups: dict[tuple[str, str], list[Examined]] = defaultdict(list)
        for each in pairs:
            text = each.pair.ko if language == "ko" else each.pair.en.lower()
            # One English noun may be put in another way by another kind: checks are meant to.
            key = each.pair.attributes.get("kind", ""), re.sub(r"\W+", "", text)
            groups[key].append(each)
        for group in groups.values():
            for each in group if len(group) > 1 else ():
                others = [other.pair.pair_id for other in group if other is not each]
                yield each.found("duplicate.text", "fault", language=language, others=others)
