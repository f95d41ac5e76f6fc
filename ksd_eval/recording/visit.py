"""What a run is about to paint, written down before it does."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ksd_eval import store
from ksd_eval.experiment import Work, own_record


def begin(work: Work, anew: Iterable[str]) -> None:
    """Write down which pictures a run is about to paint, before it does.

    A run that is stopped and goes on finds there what it had painted before, and is still the one
    that painted it. Lines that others add meanwhile may be of its very pictures, and prove nothing.
    """
    path = _path(work)
    before = Visit.read(path) if path.exists() else Visit(uuid.uuid4().hex, ())
    known = before.known if path.exists() else len(store.lines(own_record(work.experiment)).found)
    visit = replace(before, anew=tuple(sorted({*before.anew, *anew})), known=known)
    store.write_text(path, json.dumps(asdict(visit)))


@dataclass(frozen=True, slots=True)
class Visit:
    """A run's visit to the store.

    Attributes:
        name: Unlike any other's.
        anew: The pictures that are painted on it.
        known: How many lines the record had when it began.
    """

    name: str
    anew: tuple[str, ...]
    known: int | None = None

    @classmethod
    def read(cls, path: Path) -> "Visit":
        """Return the visit that a run had begun."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["name"], tuple(content["anew"]), content["known"])


def _path(work: Work) -> Path:
    return work.home.parts / "painting.json"


def current(work: Work) -> Visit:
    """Return the visit under way, or one that paints nothing."""
    path = _path(work)
    return Visit.read(path) if path.exists() else Visit(uuid.uuid4().hex, ())


def lacking(work: Work) -> bool:
    """Whether a run that keeps a record has lost a picture, or was stopped while it had it again.

    Of other runs a lost picture is nothing that their numbers need.
    """
    if not work.experiment.settings.record:
        return False
    lost = (work.images.find(order.image_id) is None for _, order in work.plan.pictures)
    return _path(work).exists() or any(lost)
