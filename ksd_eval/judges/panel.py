"""Several judges that answer under one name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL.Image import Image

from ksd_eval.judges.base import Judge
from ksd_eval.records import Measurement


@dataclass(frozen=True)
class Panel(Judge):
    """What one judge of paintings tells at a glance, several tell of photographs.

    Metrics name a judge; a panel stands where that one stood. A member that is not on this machine,
    or that fails on a picture, is silent by itself, and the others answer.

    Attributes:
        members: By name; they must not measure the same things.
    """

    members: Mapping[str, Judge]

    def __post_init__(self) -> None:
        """Refuse a panel of nobody."""
        if not self.members:
            raise ValueError("members is empty; name at least one judge")

    def identity(self) -> dict[str, Any]:
        """Return every member's."""
        return {
            "judge": "panel",
            "members": {name: judge.identity() for name, judge in self.members.items()},
        }

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return what all members say of each picture, member by member."""
        said = [_answers(name, judge, images, texts) for name, judge in self.members.items()]
        return [[one for mine in of_all for one in mine] for of_all in zip(*said, strict=True)]


def _answers(
    name: str, judge: Judge, images: Sequence[Image], texts: Sequence[str]
) -> Sequence[Sequence[Measurement]]:
    try:
        return judge(images, texts)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        missing = Measurement(name, status="missing", reason=" ".join(str(error).split()))
        return [[missing] for _ in images]
    except Exception as error:
        if len(images) > 1:
            raise  # whoever asks will ask again, picture by picture
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return [[Measurement(name, status="failed", reason=reason)]]
