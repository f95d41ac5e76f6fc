"""Colours of figures, as they look to readers without one kind of cone, and against the paper."""

from itertools import combinations

import numpy as np
import pytest

from ksd_eval.numerics import colour
from ksd_eval.reports.style import MARKERS, THEMES, Theme

# Machado, Oliveira and Fernandes 2009, table of severity 1.0, for linear RGB.
CONES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}

ROLES_APART, ALL_APART = 20.0, 15.0
"""Least distance in CIE L*a*b* of two arms, which are dots, and of any two colours of a figure; 2.3
is the least that is noticed side by side (Mahy et al. 1994)."""

CONTRAST = 3.0
"""WCAG 2.1, success criterion 1.4.11: graphical objects against what is next to them."""

each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
each_kind = pytest.mark.parametrize("kind", CONES)


def channels(colours: list[str]) -> np.ndarray:
    return np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colours])


def linear(colours: list[str]) -> np.ndarray:
    stored = channels(colours) / 255
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def seen(colours: list[str], kind: str) -> np.ndarray:
    """Return the L*a*b* of what a reader sees, in steps of the screen."""
    light = np.clip(linear(colours) @ CONES[kind].T, 0, 1)
    stored = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return colour.lab(np.round(255 * stored).astype(np.uint8))


def nearest(colours: list[str], kind: str) -> float:
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(seen(colours, kind), 2))


def contrast(one: str, other: str) -> float:
    dark, light = sorted(linear([one, other]) @ [0.2126, 0.7152, 0.0722])
    return (light + 0.05) / (dark + 0.05)


def every(theme: Theme) -> list[str]:
    return [*theme.roles.values(), *theme.cultures.values()]


def test_the_measures_know_what_they_measure():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    red_and_green = ["#c04000", "#6a7a00"]
    assert nearest(red_and_green, "all cones") > 4 * nearest(red_and_green, "deuteranopia")
    blue_and_green = ["#0072b2", "#00808a"]
    assert nearest(blue_and_green, "all cones") > 2 * nearest(blue_and_green, "tritanopia")


@each_kind
@each_theme
def test_arms_can_be_told_apart_by_colour(theme, kind):
    assert nearest(list(theme.roles.values()), kind) >= ROLES_APART


@each_kind
@each_theme
def test_so_can_any_two_colours(theme, kind):
    assert nearest(every(theme), kind) >= ALL_APART


@each_theme
def test_every_colour_stands_out_against_paper_and_page(theme):
    low = [
        (one, ground)
        for one in every(theme)
        for ground in (theme.paper, theme.ground)
        if contrast(one, ground) < CONTRAST
    ]
    assert low == []


@each_theme
def test_text_can_be_read(theme):
    for letters in (theme.ink, theme.muted, *theme.roles.values()):
        assert contrast(letters, theme.paper) >= 4.5
        assert contrast(letters, theme.ground) >= 4.5


def test_arms_have_shapes_of_their_own_besides():
    assert len(set(MARKERS.values())) == len(MARKERS) == len(THEMES["light"].roles)
