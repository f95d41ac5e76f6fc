import pytest

from ksd_eval.audit.base import Examined
from ksd_eval.records import PromptPair


@pytest.fixture
def rules():
    """Return the rules that a check finds for one pair of texts."""

    def found(check, ko, en="a photo of a thing"):
        return [finding.rule for finding in check([Examined(PromptPair("a", ko, en))])]

    return found


@pytest.fixture
def examined():
    """Return pairs under audit, named by their places."""

    def made(*texts):
        pairs = (PromptPair(f"p{place}", ko, en) for place, (ko, en) in enumerate(texts))
        return [Examined(pair) for pair in pairs]

    return made
