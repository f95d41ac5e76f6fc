"""Does the harness find what was planted? `python -m ksd_eval.miniature.effects RUN [LARGE_RUN]`.

`world/planted_effects.csv` lists, before any picture, the effects of 15 points and more that the
bias experiment estimates: a share in the corpus and the reference it differs from. An effect is
*confirmed* if an independent, much larger run shows 15 points or more on the planted side, so that
the model did learn it. It is *found* if the interval over prompts of the run in question lies
wholly on that side. Both are read in the English arm of the English original.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pandas as pd

WORTH: Final = 0.15
"""Points that make an effect one that must be found."""
ARM: Final = "original"


@dataclass(frozen=True)
class Effect:
    """One planted effect: which estimate shows it, and what was planted.

    Attributes:
        effect: Its name.
        metric: The metric that estimates it in `experiment=bias`.
        measurement: What was judged.
        category: The label whose share it is.
        by: The attribute of the group, or "".
        group: The group, or "" for all.
        planted: The share in the corpus.
        reference: The share that would be no effect.
        why: Where the planted share comes from.
    """

    effect: str
    metric: str
    measurement: str
    category: str
    by: str
    group: str
    planted: float
    reference: float
    why: str

    @property
    def points(self) -> float:
        """Return the planted share less the reference."""
        return self.planted - self.reference

    def row(self, estimates: pd.DataFrame) -> "pd.Series[Any]":
        """Return the one row of a run's estimates that shows this effect, over prompts.

        Raises:
            ValueError: If the run has none, or several.
        """
        wanted = {
            "metric": self.metric,
            "measurement": self.measurement,
            "category": self.category,
            "by": self.by,
            "group": self.group,
            "arm": ARM,
            "estimand": "over_prompts",
        }
        rows = estimates
        for column, value in wanted.items():
            rows = rows[rows[column].fillna("").astype(str) == value]
        if len(rows) != 1:
            raise ValueError(
                f"the run has {len(rows)} estimates for the effect {self.effect!r} ({wanted}); "
                "give a run of experiment=bias with a model that has a counterpart"
            )
        return rows.iloc[0]

    def confirmed(self, estimates: pd.DataFrame) -> bool:
        """Whether a large run shows 15 points or more on the planted side."""
        return bool(self._sign * self.row(estimates)["estimate"] >= WORTH)

    def found(self, estimates: pd.DataFrame) -> bool:
        """Whether a run's interval lies wholly on the planted side."""
        row = self.row(estimates)
        near = row["ci_low"] if self._sign > 0 else row["ci_high"]
        return bool(pd.notna(near) and self._sign * near > 0)

    @property
    def _sign(self) -> int:
        return 1 if self.points > 0 else -1


def planted_effects() -> list[Effect]:
    """Return the list."""
    with (files("ksd_eval.world") / "planted_effects.csv").open(encoding="utf-8") as lines:
        rows = pd.read_csv(lines, keep_default_na=False, dtype={"category": str})
    names = [item.name for item in fields(Effect)]
    return [Effect(**dict(zip(names, row, strict=True))) for row in rows[names].to_numpy().tolist()]


def table(run: pd.DataFrame, large: pd.DataFrame | None) -> str:
    """Return what came of every effect, as a Markdown table with a closing count."""
    lines = ["| effect | planted | large run | this run | confirmed | found |", "|---" * 6 + "|"]
    counted = found = 0
    for effect in planted_effects():
        confirmed = large is None or effect.confirmed(large)
        seen = effect.found(run)
        counted += confirmed
        found += confirmed and seen
        cells = [
            effect.effect,
            f"{effect.points:+.1%}",
            _interval(effect.row(large)) if large is not None else "",
            _interval(effect.row(run)),
            "yes" if confirmed and large is not None else "",
            "yes" if seen else "no",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{found} of {counted} found"])


def _interval(row: "pd.Series[Any]") -> str:
    if pd.isna(row["ci_low"]):
        return f"{row['estimate']:+.1%}"
    return f"{row['estimate']:+.1%} [{row['ci_low']:+.1%}, {row['ci_high']:+.1%}]"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ksd_eval.miniature.effects", description=__doc__
    )
    parser.add_argument("run", type=Path, help="folder of a finished run of experiment=bias")
    parser.add_argument("large", type=Path, nargs="?", help="folder of a larger, independent run")
    chosen = parser.parse_args(arguments)
    frames = [
        pd.read_parquet(path / "estimates.parquet") if path else None
        for path in (chosen.run, chosen.large)
    ]
    assert frames[0] is not None
    print(table(frames[0], frames[1]))  # noqa: T201  printing the table is this command's purpose


if __name__ == "__main__":
    main()
