"""The corpus' own shares, to hold a model against what it learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ksd_eval.records import ReferenceShare, fingerprint
from ksd_eval.world import planted


@dataclass(frozen=True)
class PlantedShares:
    """Shares of `world/planted.csv`: what the miniature was shown.

    Attributes:
        measurement: What is shared out: "gender".
        by: What the shares are given: "occupation".
        reference: What they are called.
    """

    measurement: str = "gender"
    by: str = "occupation"
    reference: str = "corpus"

    def identity(self) -> dict[str, Any]:
        """Return the hash of the shares."""
        rows = [[one.group, one.category, one.share] for one in self()]
        return {"shares": "planted", "rows": fingerprint(rows), "reference": self.reference}

    def __call__(self) -> Sequence[ReferenceShare]:
        """Return the shares of every group that the table has."""
        return [
            ReferenceShare(
                reference=self.reference,
                measurement=self.measurement,
                by=self.by,
                group=given.partition("=")[2],
                category=category,
                share=share,
                source="ksd_eval/world/planted.csv",
            )
            for (what, given), shares in planted.table().items()
            if what == self.measurement and given.startswith(f"{self.by}=")
            for category, share in shares.items()
        ]
