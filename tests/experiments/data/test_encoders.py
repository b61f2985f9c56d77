"""Encoders: what each step does to known pixels, and what is refused in which words."""

import re

import numpy as np
import pytest

from backspike.experiments.data.encoders import Images, parse_encoder
from backspike.experiments.data.source import DataError


def images(values, full_scale):
    values = np.asarray(values)
    return Images(values.reshape(1, 1, -1, 1), full_scale)


def test_threshold_is_strict():
    assert parse_encoder("threshold:0.5")(images([0, 127, 128, 255], 255)).ravel().tolist() == [
        *(0, 0, 1, 1)
    ]
    assert parse_encoder("threshold:0.5")(images([7, 8, 9], 16)).ravel().tolist() == [0, 0, 1]
    assert parse_encoder("threshold:0")(images([0, 1], 255)).ravel().tolist() == [0, 1]


def test_thermometer_fills_from_the_lowest_level():
    got = parse_encoder("thermometer:4")(images([0, 2, 3, 6, 7, 10, 11, 14, 15, 16], 16))
    levels = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert got.shape == (1, 1, 10, 4)
    assert got[0, 0].tolist() == [[1] * n + [0] * (4 - n) for n in levels]


def test_crop_cuts_every_side():
    pixels = np.arange(2 * 6 * 5).reshape(2, 6, 5, 1) % 2
    got = parse_encoder("crop:2")(Images(pixels, 1))
    assert (got == pixels[:, 2:4, 2:3]).all()
    assert got.dtype == np.uint8


@pytest.mark.parametrize("text", ["crop:1,threshold:0.5", " threshold: 0.5 , crop:1"])
def test_steps_compose(text):
    pixels = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
    got = parse_encoder(text)(Images(pixels, 16))
    assert got[..., 0].tolist() == [[[0, 0], [1, 1]]]


KNOWN = "only crop:PIXELS, threshold:FRACTION, thermometer:LEVELS"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("blur:3", f"there is no step 'blur', {KNOWN}"),
        ("", f"there is no step '', {KNOWN}"),
        ("crop:4,,threshold:0.5", f"there is no step '', {KNOWN}"),
        ("crop", "crop takes a whole number of pixels per side, not ''"),
        ("crop:-1", "crop takes a whole number of pixels per side, not '-1'"),
        ("crop:4,threshold:1", "threshold takes a fraction of full white, 0 to below 1, not '1'"),
        ("threshold:x", "threshold takes a fraction of full white, 0 to below 1, not 'x'"),
        ("threshold:nan", "threshold takes a fraction of full white, 0 to below 1, not 'nan'"),
        ("thermometer:0", "thermometer takes a number of levels, 1 to 64, not '0'"),
        ("thermometer:65", "thermometer takes a number of levels, 1 to 64, not '65'"),
        ("thermometer:2.5", "thermometer takes a number of levels, 1 to 64, not '2.5'"),
    ],
)
def test_bad_texts_are_explained(text, message):
    with pytest.raises(DataError, match=f"^{re.escape(f'encoder {text!r}: {message}')}$"):
        parse_encoder(text)


@pytest.mark.parametrize(
    ("text", "values", "full_scale", "message"),
    [
        ("crop:1,threshold:0.5", [[1] * 3] * 2, 16, "crop:1 leaves nothing of 2x3 images"),
        (
            "crop:0",
            [[0, 1], [2, 3]],
            16,
            "leaves grey values; end it with threshold:FRACTION or thermometer:LEVELS",
        ),
        (
            "crop:0",
            [[0, 0.5]],
            1,
            "leaves grey values; end it with threshold:FRACTION or thermometer:LEVELS",
        ),
    ],
)
def test_misfits_are_explained(text, values, full_scale, message):
    pixels = np.array(values)[np.newaxis, ..., np.newaxis]
    with pytest.raises(DataError, match=f"^{re.escape(f'encoder {text!r}: {message}')}$"):
        parse_encoder(text)(Images(pixels, full_scale))


@pytest.mark.parametrize("value", [None, 5, ["crop:4"]])
def test_a_chain_of_another_kind_is_refused(value):
    with pytest.raises(TypeError, match=r"^encoder must be a str, not "):
        parse_encoder(value)
