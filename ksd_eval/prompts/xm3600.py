"""XM3600's captions (Thapliyal et al. 2022, arXiv:2205.12522), which are no translations."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PAIRING, PromptPair


@dataclass(frozen=True, kw_only=True)
class XM3600Prompts(PromptSet):
    """Captions of one image in both languages, from XM3600's `captions.jsonl`.

    Each caption was written by somebody who saw the image alone: the two say what they please. They
    serve distances between sets of pictures, not paired differences, and are marked so.

    Attributes:
        path: The file.
        caption: Which of an image's captions, from 0; images with fewer are left out.
    """

    path: str
    caption: int = 0

    def read(self) -> Reading:
        """Return the images of the file that have such a caption in both languages."""
        table = tables.read(self.path)
        tables.require(self.path, table, ["image/key", "ko", "en"])
        pairs = []
        for where, row in table.rows:
            ko, en = (_captions(where, row, language) for language in ("ko", "en"))
            if min(len(ko), len(en)) > self.caption >= 0:
                key = row["image/key"].strip()
                about = {"kind": "general", "image": key, PAIRING: "independent"}
                if locale := row.get("image/locale", ""):
                    about["locale"] = locale
                pair = PromptPair(f"xm3600-{key}", ko[self.caption], en[self.caption], about)
                pairs.append((where, pair))
        if not pairs:
            raise PromptError(
                f"{self.path} has no image with a caption {self.caption} in both languages; "
                "captions are counted from 0"
            )
        left = len(table.rows) - len(pairs)
        said = f"{self.path}: {left} images without a caption {self.caption} in both, left out"
        return Reading(pairs, [*table.notes, *([said] if left else [])])


def _captions(where: str, row: Mapping[str, str], language: str) -> list[str]:
    """Return the captions of an image in one language; none where there is no such language."""
    try:
        found = json.loads(row[language])["caption"] if row[language] else []
    except (ValueError, TypeError, LookupError) as error:
        raise PromptError(
            f"{where}: {language!r} holds no captions but {row[language][:40]!r}; "
            "give XM3600's captions.jsonl"
        ) from error
    return [text for text in found if str(text).strip()]
