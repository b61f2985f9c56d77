"""The palette: readable on its ground, and apart for colour-blind eyes."""

import itertools

import numpy as np
import pytest

from backspike.sim.palette import CYCLE, PALETTE, theme

#: Linear RGB as it is seen, by kind of colour blindness (Machado et al. 2009, severity 1).
SEEN = {
    "as it is": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour):
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """As WCAG 2 defines it."""
    low, high = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    """CIELAB of linear RGB."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.clip(np.array(matrix) @ np.clip(rgb, 0, 1), 0.009, None)
                      / [0.9505, 1, 1.089])  # fmt: skip
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_both_grounds(ground):
    for name in ("ink", "soft", "blue", "red", "green", "purple"):
        assert contrast(PALETTE[name][ground], PALETTE["ground"][ground]) >= 4.5, name
    assert contrast(PALETTE["ink"][ground], PALETTE["panel"][ground]) >= 7
    assert contrast(PALETTE["soft"][ground], PALETTE["panel"][ground]) >= 4.5


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
def test_hues_keep_apart_for_all_eyes(eyes, ground):
    seen = {name: lab(np.array(SEEN[eyes]) @ linear(PALETTE[name][ground])) for name in CYCLE}
    for one, other in itertools.combinations(CYCLE, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 10, (one, other)


def test_a_theme_has_every_colour_twice():
    sheet = theme("svg")
    light, _, dark = sheet.partition("@media (prefers-color-scheme: dark)")
    for name, colours in PALETTE.items():
        assert f"--{name}: {colours[0]};" in light
        assert f"--{name}: {colours[1]};" in dark
