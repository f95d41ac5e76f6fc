"""What a source of named shares promises."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from ksd_eval.records import ReferenceShare


class ShareError(ValueError):
    """Shares that cannot be used; the message is one clear sentence with the cure."""


@runtime_checkable
class ShareSource(Protocol):
    """Shares that a model's are held against, each with where it is from."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides the shares, JSON-like.

        Raises:
            OSError: The shares are not there; one sentence with the cure.
        """
        ...

    @abstractmethod
    def __call__(self) -> Sequence[ReferenceShare]:
        """Return the shares, in a stable order.

        Raises:
            ShareError: They cannot be used.
        """
        ...
