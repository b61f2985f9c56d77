"""Encoders turn grey images into spikes, 0 or 1 per input.

An encoder is a chain of steps, written as one short string: ``crop:4,threshold:0.5``.

| step | does |
| --- | --- |
| ``crop:PIXELS`` | cuts so many pixels off each of the four sides |
| ``threshold:FRACTION`` | one input per pixel: brighter than this fraction of full white |
| ``thermometer:LEVELS`` | LEVELS inputs per pixel: level k is 1 where the brightness is more than \
(k + 1/2) / LEVELS of full white, k from 0 |
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.source import DataError
from backspike.golden.errors import check_text

__all__ = ["Encoder", "Images", "parse_encoder"]

_MAX_LEVELS = 64


class Images(NamedTuple):
    """Images on their way through an encoder."""

    pixels: np.ndarray
    """Brightness, ``(n, height, width, levels)``; one level until a thermometer makes more."""
    full_scale: float
    """The brightness of full white; 1 once the images are binary."""


@dataclass(frozen=True)
class Encoder:
    """A chain of steps, as `parse_encoder` reads it."""

    text: str
    """The chain as the user wrote it."""
    steps: tuple[Callable[[Images], Images], ...]

    def __call__(self, images: Images) -> np.ndarray:
        """The images as spikes: uint8 0 or 1, ``(n, height, width, levels)``.

        Raises
        ------
        DataError
            If a step cannot be applied, or the last one leaves grey values.
        """
        for step in self.steps:
            try:
                images = step(images)
            except DataError as error:
                raise DataError(f"encoder {self.text!r}: {error}") from None
        if images.full_scale != 1 or ((images.pixels != 0) & (images.pixels != 1)).any():
            raise DataError(
                f"encoder {self.text!r}: leaves grey values; "
                "end it with threshold:FRACTION or thermometer:LEVELS"
            )
        return np.ascontiguousarray(images.pixels, dtype=np.uint8)


@dataclass(frozen=True)
class _Crop:
    margin: int

    def __call__(self, images: Images) -> Images:
        height, width = images.pixels.shape[1:3]
        m = self.margin
        if 2 * m >= min(height, width):
            raise DataError(f"crop:{m} leaves nothing of {height}x{width} images")
        return images._replace(pixels=images.pixels[:, m : height - m, m : width - m])


@dataclass(frozen=True)
class _Threshold:
    fraction: float

    def __call__(self, images: Images) -> Images:
        return Images((images.pixels > self.fraction * images.full_scale).view(np.uint8), 1)


@dataclass(frozen=True)
class _Thermometer:
    levels: int

    def __call__(self, images: Images) -> Images:
        thresholds = (np.arange(self.levels) + 0.5) / self.levels * images.full_scale
        n, height, width, levels = images.pixels.shape
        spikes = images.pixels[..., np.newaxis] > thresholds
        return Images(spikes.view(np.uint8).reshape(n, height, width, levels * self.levels), 1)


def _crop(value: str) -> _Crop:
    if not value.isdecimal():
        raise DataError(f"crop takes a whole number of pixels per side, not {value!r}")
    return _Crop(int(value))


def _threshold(value: str) -> _Threshold:
    try:
        fraction = float(value)
    except ValueError:
        fraction = -1.0
    if not 0 <= fraction < 1:
        raise DataError(f"threshold takes a fraction of full white, 0 to below 1, not {value!r}")
    return _Threshold(fraction)


def _thermometer(value: str) -> _Thermometer:
    if not value.isdecimal() or not 1 <= int(value) <= _MAX_LEVELS:
        raise DataError(f"thermometer takes a number of levels, 1 to {_MAX_LEVELS}, not {value!r}")
    return _Thermometer(int(value))


_STEPS: dict[str, tuple[str, Callable[[str], Callable[[Images], Images]]]] = {
    "crop": ("crop:PIXELS", _crop),
    "threshold": ("threshold:FRACTION", _threshold),
    "thermometer": ("thermometer:LEVELS", _thermometer),
}


def parse_encoder(text: str) -> Encoder:
    """The encoder that ``text`` describes, such as ``crop:4,threshold:0.5``.

    Raises
    ------
    DataError
        If a step is unknown (the message lists what exists) or its value is out of range.
    """
    steps = []
    for part in check_text("encoder", text).split(","):
        name, _, value = part.strip().partition(":")
        if name not in _STEPS:
            known = ", ".join(form for form, _ in _STEPS.values())
            raise DataError(f"encoder {text!r}: there is no step {name!r}, only {known}")
        try:
            steps.append(_STEPS[name][1](value.strip()))
        except DataError as error:
            raise DataError(f"encoder {text!r}: {error}") from None
    return Encoder(text, tuple(steps))
