"""Training images that the host moves by some pixels before it sends them, anew in every epoch."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.data.source import DataError

__all__ = ["ShiftedImages", "wider_encoder"]


def wider_encoder(encoder: str | None, pixels: int) -> str | None:
    """An encoder that leaves up to ``pixels`` more at each side, of those that a first ``crop``
    cuts off: what is behind the edge of a cropped image can then move into it."""
    first, _, rest = (encoder or "").partition(",")
    name, _, cut = first.strip().partition(":")
    if name != "crop" or not cut.strip().isdecimal():
        return encoder
    left = int(cut) - pixels
    return f"crop:{left},{rest}" if left > 0 else rest or None


class ShiftedImages:
    """The images of a data set, each moved at random by up to ``pixels`` along both axes.

    Parameters
    ----------
    data : Dataset
        The data to train on.
    wide : Dataset
        The same images under :func:`wider_encoder`; what lies outside of these is 0.
    pixels, seed : int
        Every epoch draws the offsets of all samples anew from the seed and its number.

    Raises
    ------
    DataError
        If the inputs are no images, or not the same ones.
    """

    def __init__(self, data: Dataset, wide: Dataset, pixels: int, seed: int) -> None:
        if data.image_shape is None or wide.image_shape is None:
            raise DataError(f"{data.name}: the inputs are no images, and cannot be shifted")
        self._pixels, self._seed = pixels, seed
        height, width, _ = data.image_shape
        has = (wide.image_shape[0] - height) // 2
        images = wide.x_train.reshape(-1, *wide.image_shape)
        if len(images) != len(data.x_train) or not 0 <= has <= pixels:
            raise DataError(f"{wide.name}: these are not the images of {data.name}")
        pad = pixels - has
        images = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        #: (samples, rows down, columns right, levels, height, width)
        self._windows = sliding_window_view(images, (height, width), axis=(1, 2))

    def __call__(self, epoch: int, part: np.ndarray) -> np.ndarray:
        """Samples of an epoch, from 0, uint8 (len(part), n_in)."""
        rng = np.random.default_rng([self._seed, epoch, 1])
        offsets = rng.integers(0, 2 * self._pixels + 1, (len(self._windows), 2))[part]
        moved = self._windows[part, offsets[:, 0], offsets[:, 1]]
        return np.ascontiguousarray(moved.transpose(0, 2, 3, 1)).reshape(len(part), -1)
