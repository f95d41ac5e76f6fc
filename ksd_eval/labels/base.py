"""What a source of labels promises."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from ksd_eval.records import Label


class LabelError(ValueError):
    """Labels that cannot be had or used; the message is one clear sentence with the cure."""


@runtime_checkable
class LabelSource(Protocol):
    """What people said of some of a run's pictures; a frozen dataclass plug-in."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides the labels, JSON-like.

        Raises:
            OSError: The labels are not there; one sentence with the cure.
            LabelError: They cannot be used.
        """
        ...

    @abstractmethod
    def __call__(self) -> Sequence[Label]:
        """Return the labels in a stable order, each labeller's apart.

        Raises:
            OSError: The labels are not there.
            LabelError: They cannot be used.
        """
        ...
