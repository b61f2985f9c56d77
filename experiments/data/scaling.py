"""Numbers of any size to brightness, from 0 to 1: what an encoder takes.

``--scale`` says how:

| | does |
| --- | --- |
| a number | 0 is black, this is white, and nothing is beyond |
| ``range`` | the training split's smallest number is black, its largest white; of each feature, \
or of all pixels together |
| ``percentile`` | the share of the training samples whose feature (or pixel) is smaller, and half \
of those where it is the same |
| left out | binary inputs stay; bytes brighter than 127: 255; all within 0..1: 1; other images: \
``range``; other features: ``percentile`` |

Only the training split decides; samples of other splits may lie beyond.
"""

from dataclasses import dataclass

import numpy as np

from backspike.experiments.data.encoders import Images
from backspike.experiments.data.source import DataError, Source

__all__ = ["KNOTS", "Scale", "fit_scale"]

KNOTS = 1024
"""Values by which percentiles are found: quantiles of the training split, or all that it has."""


@dataclass(frozen=True, eq=False)
class Scale:
    """A way from numbers to brightness, fitted.

    Attributes
    ----------
    name : str
        ``white``, ``range`` or ``percentile``.
    values : numpy.ndarray
        ``white``: white, shape (); ``range``: black and white, ``(2, ...)``, the rest as of a
        sample of features, or one for all pixels; ``percentile``: rising values, ``(up to KNOTS,
        ...)``, the rest as of a sample.
    """

    name: str
    values: np.ndarray

    def __call__(self, x: np.ndarray) -> Images:
        """Brightness of samples ``(n, height, width, channels)``."""
        if self.name == "white":
            return Images(x, float(self.values))
        if self.name == "range":
            black, white = self.values
            return Images((x - black) / np.where(white > black, white - black, 1), 1)
        flat = x.reshape(len(x), -1)
        ranks = np.empty(flat.shape)
        knots = self.values.reshape(len(self.values), -1)
        for n in range(flat.shape[1]):
            sides = (np.searchsorted(knots[:, n], flat[:, n], side) for side in ("left", "right"))
            ranks[:, n] = sum(sides) / (2 * len(knots))
        return Images(ranks.reshape(x.shape), 1)

    def __str__(self) -> str:
        if self.name == "percentile":
            return "percentile"
        shown = [f"{value:g}" for value in np.ravel(self.values)[:: max(1, self.values.size // 2)]]
        if self.name == "white":
            return shown[0]
        return "range" if self.values.size > 2 else f"range {shown[0]}..{shown[1]}"


def fit_scale(name: str, source: Source, scale: str | None) -> Scale:
    """The scale of a source of images ``(n, height, width, channels)``, where features are one row.

    Parameters
    ----------
    name : str
        Of the data, for messages.
    scale : str, optional
        The way, as the module says.

    Raises
    ------
    DataError
        If there is no such way, or a sample is beyond white.
    """
    x = source.train.x
    is_table = x.shape[1] == 1
    if scale is None and source.white is not None:
        return Scale("white", np.array(source.white))
    if scale is None:
        scale = _default(source, is_table)
    if scale == "range":
        axes = 0 if is_table else None
        return Scale("range", np.array([x.min(axis=axes), x.max(axis=axes)], float))
    if scale == "percentile":
        count = min(len(x), KNOTS)
        at = ((np.arange(count) + 0.5) / count * len(x)).astype(int)
        return Scale("percentile", np.sort(x, axis=0)[at])
    white = _white(name, scale)
    for split, (inputs, _) in source.splits().items():
        if inputs.min() < 0 or inputs.max() > white:
            raise DataError(
                f"{name}: --scale {scale}: x_{split} must be in 0..{white:g}, "
                f"not {inputs.dtype} in {inputs.min():.10g}..{inputs.max():.10g}"
            )
    return Scale("white", np.array(white))


def _white(name: str, scale: str) -> float:
    try:
        white = float(scale)
    except ValueError:
        white = 0.0
    if not 0 < white < np.inf:
        raise DataError(
            f"{name}: --scale must be the number that is white, above 0, range or percentile, "
            f"not {scale!r}"
        )
    return white


def _default(source: Source, is_table: bool) -> str:
    """The way that suits the training split."""
    x = source.train.x
    low, high = x.min(), x.max()
    if x.dtype == np.uint8 and high > 127:
        return "255"
    beyond = any(s.x.min() < 0 or s.x.max() > 1 for s in source.splits().values())
    if low >= 0 and high <= 1 and not beyond:
        return "1"
    return "percentile" if is_table else "range"
