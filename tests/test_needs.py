from dataclasses import dataclass, field

import pytest

from ksd_eval.needs import Need, Needing, needs_of


@dataclass(frozen=True)
class Speaks:
    """Says what it needs."""

    what: str = "a/b"

    def needs(self):
        return [Need(self.what)]


@dataclass(frozen=True)
class Says:
    """Says only who it is."""

    answer: object = None

    def identity(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"judge": "says", "weights": {"model.bin": self.answer}}


@dataclass(frozen=True)
class Made:
    """Made of others, and silent about them."""

    one: object = None
    several: dict = field(default_factory=dict)
    listed: tuple = ()

    def identity(self):
        return {"one": None}


def test_a_plugin_need_not_speak_for_those_that_it_is_made_of():
    made = Made(Speaks("a/b"), {"x": Speaks("c/d")}, (Speaks("e/f"), Made(Speaks("g/h"))))
    assert [need.what for need in needs_of(made, "made")] == ["a/b", "c/d", "e/f", "g/h"]


def test_what_two_parts_need_is_needed_once():
    assert needs_of(Made(Speaks(), {"x": Speaks()}), "made") == [Need("a/b")]


def test_one_that_says_nothing_is_asked_for_its_identity():
    [need] = needs_of(Says(None), "reader", told=True)
    assert (need.what, need.lacking, need.ready) == ("reader", "its model.bin is not there", False)
    assert not need.stops
    assert needs_of(Says("abc"), "reader", told=True) == []


def test_none_in_an_identity_means_nothing_where_it_was_not_agreed_on():
    assert needs_of(Says(None), "reference") == []


@pytest.mark.parametrize("error", [FileNotFoundError("no\nfile."), ImportError(), ValueError("x")])
def test_an_identity_that_cannot_be_had_stops_a_run(error):
    [need] = needs_of(Says(error), "model")
    assert need.stops
    assert need.lacking == (" ".join(str(error).split()).rstrip(".") or "ImportError")


def test_the_protocol_tells_who_speaks():
    assert isinstance(Speaks(), Needing)
    assert not isinstance(Says(), Needing)
