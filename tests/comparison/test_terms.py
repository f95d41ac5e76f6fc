import pytest

from ksd_eval.comparison import terms
from ksd_eval.comparison.opposed import Opened, Opposed
from ksd_eval.loading import load_run


@pytest.fixture
def found(made):
    """Return in what two runs differ, by kind and name."""

    def find(first, second):
        sides = [load_run(made(name, **one)) for name, one in (("a", first), ("b", second))]
        opposed = Opposed(*(Opened(run, lambda node: None) for run in sides))
        return {(one.key, one.name): one for one in terms.terms(opposed)}

    return find


def test_settings_stand_apart_from_the_model(found):
    """The weights are what is compared; how a model was asked may be what makes the difference."""
    differ = found({"steps": 20}, {"steps": 30})
    assert {(one.key, one.weight) for one in differ.values()} == {
        ("weights", "compared"),
        ("asked", "caution"),
    }
    steps = differ["asked", "steps (korean, english)"]
    assert (steps.first, steps.second) == ("20", "30")


@pytest.mark.parametrize(
    ("second", "key", "weight"),
    [
        ({"seed": 1}, ("noise", ""), "caution"),
        ({"seed": 1}, ("generation", "seed"), "caution"),
        ({"women": (0.5,) * 10}, ("prompts", "10"), "caution"),
        ({"pair": "other"}, ("prompts", "0"), "refused"),
        ({"judge": {"judge": "reader", "weights": "2"}}, ("judges", "reader: weights"), "refused"),
        ({"manifest": {"code": {"version": "2", "source": "t"}}}, ("code", ""), "caution"),
        ({"manifest": {"packages": {"torch": "3"}}}, ("package", "torch"), "caution"),
        ({"manifest": {"arms": {"korean": "other/ko"}}}, ("arm", "korean"), "compared"),
    ],
    ids=str,
)
def test_each_inequality_has_its_weight(found, second, key, weight):
    assert found({}, second)[key].weight == weight


def test_nothing_differs_between_equal_runs(made):
    run = load_run(made("a"))
    assert terms.terms(Opposed(*(Opened(run, lambda node: None) for _ in range(2)))) == []
