from dataclasses import replace

import numpy as np
from PIL import Image

from ksd_eval.reports import rows
from ksd_eval.reports.contact_sheet import EDGE, contact_sheet, lettering, wrapped
from ksd_eval.reports.words import Words


def test_every_picture_of_the_rows_is_on_it(view):
    found = rows.rows(view)[:3]
    sheet = np.asarray(contact_sheet(found, Words()))
    for row in found:
        for tile in row.noises[0]:
            with Image.open(tile.path) as image:
                small = image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BICUBIC)
            assert contains(sheet, np.asarray(small))


def test_what_a_safety_checker_flagged_cannot_be_made_out(view):
    row = rows.rows(view)[0]
    tiles = row.noises[0]
    hidden = replace(row, noises=((replace(tiles[0], flagged=True), *tiles[1:]),))
    shown = np.asarray(contact_sheet([row], Words()), dtype=float)
    blurred = np.asarray(contact_sheet([hidden], Words()), dtype=float)
    places = np.argwhere((shown != blurred).any(axis=2))
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    assert max(bottom - top, right - left) <= EDGE, "that picture, and no other"
    details = [
        np.abs(np.diff(sheet[top:bottom, left:right], axis=1)).max() for sheet in (shown, blurred)
    ]
    assert details[1] < details[0] / 4


def contains(sheet, picture) -> bool:
    """Whether a picture is on a sheet, by its first line of pixels and then by all of them."""
    height, width, _ = picture.shape
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (1, width, 3))[:, :, 0, 0]
    places = np.argwhere((windows == picture[0]).all(axis=(2, 3)))
    return any((sheet[y : y + height, x : x + width] == picture).all() for y, x in places)


def test_hangul_is_drawn_and_not_as_boxes():
    font = lettering(20)
    marks = [bytes(font.getmask(letter)) for letter in "의사소방관"]
    missing = bytes(font.getmask("\U0010fffd"))
    assert len(set(marks)) == 5
    assert missing not in marks


def test_long_prompts_are_cut_to_their_room():
    font = lettering(16)
    lines = wrapped("a photo of a very patient police officer " * 9 + "x" * 99, font, 200)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(font.getlength(line) <= 200 for line in lines)
    assert wrapped("의사 사진", font, 200) == ["의사 사진"]
    assert wrapped("x" * 200, font, 100)[0].endswith("…")


def test_a_sheet_of_nothing_is_a_picture_too():
    assert contact_sheet([], Words()).width > 0
