"""What a source of prompt pairs promises."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ksd_eval.records import PromptPair


class PromptError(ValueError):
    """A prompt set that cannot be used; the message is one clear sentence with the cure."""


@runtime_checkable
class PromptSource(Protocol):
    """Anything that yields prompt pairs; a frozen dataclass named by a `_target_`."""

    @abstractmethod
    def __call__(self) -> Sequence[PromptPair]:
        """Return the pairs in a stable order, each `pair_id` once.

        Raises:
            PromptError: The set cannot be used; one sentence says what, where and the cure.
        """
        ...
