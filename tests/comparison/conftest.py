"""What runs come to when they are held against each other."""

import pytest

from ksd_eval.comparison import comparing
from ksd_eval.config import building
from ksd_eval.loading import load_run


def construct(node):
    return building.plugins_of({"metric": node}, "metrics")["metric"]


@pytest.fixture
def compared():
    """Compare the runs of some folders."""
    return lambda *folders: comparing.compared([load_run(one) for one in folders], construct)


@pytest.fixture
def row():
    """Return the only row of a comparison that is about something."""

    def find(comparison, **wanted):
        wanted = {"by": "", "group": "", "estimand": "over_prompts", **wanted}
        found = [
            one
            for one in comparison.rows
            if all(getattr(one.about, name) == value for name, value in wanted.items())
        ]
        assert len(found) == 1, found
        return found[0]

    return find
