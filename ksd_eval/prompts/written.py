"""Writes the prompt pairs that a grammar says into the table that a run reads."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from ksd_eval.records import PromptPair


def write(path: Path, pairs: Iterable[PromptPair], attributes: Sequence[str]) -> None:
    """Write a CSV file of pairs; what a pair does not have is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["pair_id", "ko", "en", *attributes])
        for pair in pairs:
            cells = [pair.attributes.get(name, "") for name in attributes]
            writer.writerow([pair.pair_id, pair.ko, pair.en, *cells])
