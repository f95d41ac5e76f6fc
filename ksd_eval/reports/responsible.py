"""What the numbers of a page may not be used for: put beside the page, which leads to it."""

import shutil
from pathlib import Path
from typing import Final

TEXTS: Final = {"en": "RESPONSIBLE_USE.md", "ko": "RESPONSIBLE_USE.ko.md"}
"""By language; each leads to the other by its name."""

PACKAGE: Final = Path(__file__).parents[1]


def put_beside(folder: Path) -> None:
    """Put the texts of both languages into the folder of a page."""
    for name in TEXTS.values():
        shutil.copyfile(source(name), folder / name)


def source(name: str) -> Path:
    """Return where a text is: inside the package in a wheel, beside it in a checkout."""
    packed = PACKAGE / name
    return packed if packed.is_file() else PACKAGE.parent / name
