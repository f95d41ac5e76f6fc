"""The embeddings of many pictures in one file, to look for copies without the pictures.

`python -m ksd_eval.judges.embedding_index FOLDER INDEX.npz` writes one of a folder, a zip or a data
set (see `PictureFiles`), by the package's CLIP or one that is named besides.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ksd_eval.judges.base import Extractor
from ksd_eval.judges.clip_features import ClipFeatures
from ksd_eval.judges.picture_files import PictureFiles

CHUNK = 256


def write(path: Path, pictures: Sequence[Any], extractor: Extractor) -> int:
    """Write the index of pictures and return how many there are."""
    starts = range(0, len(pictures), CHUNK)
    parts = [extractor(pictures[start : start + CHUNK]) for start in starts]
    protocol = json.dumps(extractor.identity(), sort_keys=True)
    with path.open("wb") as content:
        np.savez_compressed(content, vectors=np.concatenate(parts), protocol=np.array(protocol))
    return len(pictures)


def read(path: Path, extractor: Extractor) -> NDArray[np.float32]:
    """Return the vectors of an index, [n, d], which an extractor's may be held against.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no index, or was made by another extractor.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is not there; write it by `python -m ksd_eval.judges.embedding_index FOLDER "
            f"{path}`"
        )
    try:
        with np.load(path, allow_pickle=False) as held:
            vectors: NDArray[np.float32] = held["vectors"]
            protocol = json.loads(str(held["protocol"]))
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{path} is no index of embeddings; write it anew") from error
    mine = json.loads(json.dumps(extractor.identity()))
    if protocol != mine:
        names = sorted(name for name in {*protocol, *mine} if protocol.get(name) != mine.get(name))
        raise ValueError(
            f"{path} was made by another extractor: they differ in {', '.join(names)}; write the "
            "index anew, or name the extractor that made it"
        )
    return vectors


def main(words: Sequence[str]) -> None:
    """Write an index from the command line."""
    if len(words) not in (2, 3):
        sys.exit("usage: python -m ksd_eval.judges.embedding_index PICTURES INDEX.npz [CLIP]")
    extractor = ClipFeatures(words[2]) if len(words) == 3 else ClipFeatures()
    try:
        count = write(Path(words[1]), PictureFiles(words[0])(), extractor)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    sys.stdout.write(f"{count} pictures in {words[1]}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
