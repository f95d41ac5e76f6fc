"""Which features may be compared: those of one protocol, and nothing else."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ksd_eval.records import Estimate, fingerprint

_STATED: Final = re.compile(
    r"protocol (?P<protocol>\w+)(?: at (?P<pictures>\d+ and \d+) pictures)?(?:, k = (?P<k>\d+))?"
)


def stated(protocol: Mapping[str, Any]) -> str:
    """Return a protocol as estimates carry it in their notes: by its fingerprint.

    >>> stated({"extractor": "inception", "size": 299})
    'protocol 46e55f2453c9b4cd'
    """
    return f"protocol {fingerprint(dict(protocol))}"


def stated_at(protocol: Mapping[str, Any], x: int, y: int) -> str:
    """Return the protocol of a number that depends on how many pictures it is taken of."""
    return f"{stated(protocol)} at {x} and {y} pictures"


def unlike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Return in which fields two protocols differ, as a sentence; empty if in none.

    >>> unlike({"extractor": "inception", "size": 299}, {"extractor": "inception", "size": 224})
    "they differ in 'size' (299 and 224)"
    """
    ours, theirs = _flat(ours), _flat(theirs)
    fields = sorted(ours.keys() | theirs.keys())
    found = [
        f"{name!r} ({ours.get(name)!r} and {theirs.get(name)!r})"
        for name in fields
        if ours.get(name) != theirs.get(name)
    ]
    return f"they differ in {', '.join(found)}" if found else ""


def comparable(ours: Estimate, theirs: Estimate) -> str:
    """Return why two runs' estimates must not be compared, as a sentence; empty if they may.

    They must be of the same features and reference, state the same protocol and, where the number
    depends on them, the same numbers of pictures and neighbours. An estimate carries its protocol's
    fingerprint alone: in which fields two protocols differ, `unlike` says of the protocols that the
    runs' manifests hold.

    >>> ours = Estimate("kernel", "features.judge", "korean", 1.2, note="protocol ab; 56 and 60")
    >>> theirs = Estimate("kernel", "features.judge", "korean", 1.9, note="protocol cd; 56 and 60")
    >>> comparable(ours, theirs)
    "they differ in 'protocol' ('ab' and 'cd')"
    """
    return unlike(_terms(ours), _terms(theirs))


def _terms(estimate: Estimate) -> dict[str, str | None]:
    """Return everything that must be the same in an estimate for it to be compared with ours."""
    found = _STATED.match(estimate.note)
    carried = found.groupdict() if found else {}
    return {"measurement": estimate.measurement, "reference": estimate.reference, **carried}


def _flat(protocol: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in protocol.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": deep for inner, deep in _flat(value).items()}
        else:
            flat[name] = list(value) if isinstance(value, tuple) else value
    return flat
