"""Way from a file's inputs to spikes: fitted on a training split, kept with what was learned."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backspike.experiments.data.encoders import Images, parse_encoder
from backspike.experiments.data.scaling import Scale, fit_scale
from backspike.experiments.data.source import DataError, Source, Split

__all__ = ["Preparation", "as_images", "check_numbers", "split_images"]

#: Encoders of images, of images in black and white, and of features.
_IMAGE_ENCODER, _TWO_TONES, _TABLE_ENCODER = "thermometer:4", "threshold:0.5", "thermometer:8"
_CHANNELS = (1, 3, 4)
_SHAPES = "(n, features), (n, height, width) or (n, channels, height, width)"


@dataclass(frozen=True, eq=False)
class Preparation:
    """Scale and encoder of a training split, and what else predictions need.

    Attributes
    ----------
    shape : tuple of int
        Height, width and channels of a sample; features are one row.
    is_table : bool
        True if the inputs are features, not images.
    scale : Scale, optional
        None if the inputs are binary.
    encoder : str, optional
        None if binary inputs are taken as they are.
    class_names : tuple of str
        Of the classes 0, 1, ....
    columns : tuple of str
        Of the features, if they have any.
    """

    shape: tuple[int, int, int]
    is_table: bool
    scale: Scale | None
    encoder: str | None
    class_names: tuple[str, ...]
    columns: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        name: str,
        source: Source,
        class_names: tuple[str, ...],
        *,
        is_table: bool,
        encoder: str | None = None,
        scale: str | None = None,
    ) -> "Preparation":
        """The preparation of a source of images, as :func:`as_images` makes them.

        Raises
        ------
        DataError
            If there is no such scale, or no such encoder.
        """
        shape = source.train.x.shape[1:]
        binary = all(((x == 0) | (x == 1)).all() for x, _ in source.splits().values())
        fitted = None
        if not binary or scale is not None:
            fitted = fit_scale(name, source, scale)
        if encoder is None and not binary:
            two = len(np.unique(source.train.x)) <= 2
            encoder = _TABLE_ENCODER if is_table else _TWO_TONES if two else _IMAGE_ENCODER
        return cls(shape, is_table, fitted, encoder, class_names, source.columns)

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Spikes of images, uint8 0 or 1, ``(n, height, width, levels)``.

        Raises
        ------
        DataError
            If the encoder cannot be applied.
        """
        images = self.scale(x) if self.scale else Images(x, 1)
        if self.encoder is None:
            return np.ascontiguousarray(images.pixels, dtype=np.uint8)
        return parse_encoder(self.encoder)(images)

    def inputs(self, name: str, x: np.ndarray) -> np.ndarray:
        """Spikes of samples as a file has them, uint8 ``(n, n_in)``.

        Raises
        ------
        DataError
            If they are not of the shape that was learned, or no numbers.
        """
        check_numbers(name, x)
        if self.is_table or (x.ndim == 2 and x[0].size == np.prod(self.shape)):
            images = x.reshape(len(x), *([1, -1, 1] if self.is_table else self.shape))
        else:
            images = as_images(name, x, "images" if x.ndim == 3 else None)
        if images.shape[1:] != self.shape:
            raise DataError(
                f"{name}: a sample must have {self.described}, not the shape {x.shape[1:]}"
            )
        if self.scale is None and not ((x == 0) | (x == 1)).all():
            raise DataError(f"{name}: inputs must be 0 or 1, as in training")
        spikes = self.encode(images)
        return spikes.reshape(len(x), -1)

    @property
    def described(self) -> str:
        """Kind and number of the inputs, in words."""
        height, width, channels = self.shape
        if self.is_table:
            return f"{width} features"
        return f"{height}x{width} pixels" + (f" of {channels} channels" if channels > 1 else "")

    def __str__(self) -> str:
        parts = [self.described]
        if self.scale:
            parts.append(f"scale {self.scale}")
        parts.append(f"encoder {self.encoder}" if self.encoder else "binary")
        return ", ".join(parts)

    def arrays(self) -> dict[str, np.ndarray]:
        """Content of a file that :meth:`from_arrays` reads."""
        made = {
            "shape": np.array(self.shape),
            "is_table": np.array(self.is_table),
            "encoder": np.array(self.encoder or ""),
            "class_names": np.array(self.class_names, str),
            "columns": np.array(self.columns, str),
        }
        if self.scale:
            made |= {"scale": np.array(self.scale.name), "scale_values": self.scale.values}
        return made

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Preparation":
        """The preparation that :meth:`arrays` wrote; raises KeyError, TypeError or ValueError."""
        height, width, channels = map(int, arrays["shape"])
        scale = None
        if "scale" in arrays:
            scale = Scale(str(arrays["scale"]), arrays["scale_values"])
        return cls(
            (height, width, channels),
            bool(arrays["is_table"]),
            scale,
            str(arrays["encoder"]) or None,
            tuple(map(str, arrays["class_names"])),
            tuple(map(str, arrays["columns"])),
        )


def check_numbers(what: str, x: np.ndarray) -> None:
    """Raise :class:`DataError` unless ``x`` holds finite numbers, at least one of them."""
    if not x.size:
        raise DataError(f"{what} is empty: it has shape {x.shape}")
    if x.dtype.kind not in "buif":
        raise DataError(f"{what} must hold numbers, not {x.dtype}")
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        bad = ~np.isfinite(x).reshape(len(x), -1).all(axis=1)
        sample = int(np.argmax(bad))
        kind = "NaN" if np.isnan(x[sample]).any() else "an infinity"
        raise DataError(f"{what} holds {kind}, first in sample {sample}")


def as_images(what: str, x: np.ndarray, inputs: str | None) -> np.ndarray:
    """Samples as ``(n, height, width, channels)``; features are one row of one channel.

    Parameters
    ----------
    what : str
        Of the array, for messages.
    x : numpy.ndarray
        Features ``(n, features)``; images ``(n, height, width)``, ``(n, 1, height, width)``,
        ``(n, channels, height, width)`` or ``(n, height, width, channels)`` of 1, 3 or 4 channels.
    inputs : {"images", "features"}, optional
        ``features`` flattens whatever the shape is. Without it, an array of three dimensions is
        taken for images only if they are square: it may as well be a series of steps.

    Raises
    ------
    DataError
        If the shape is none of these.
    """
    if x.ndim < 2:
        raise DataError(f"{what} must have shape {_SHAPES}, not {x.shape}")
    if inputs == "features" or x.ndim == 2:
        if inputs == "images":
            raise DataError(f"{what} must have shape (n, height, width) for --inputs images")
        return x.reshape(len(x), 1, -1, 1)
    if x.ndim == 3 and (inputs == "images" or x.shape[1] == x.shape[2]):
        return x[..., np.newaxis]
    if x.ndim == 4 and x.shape[1] in _CHANNELS and x.shape[3] not in _CHANNELS:
        return np.moveaxis(x, 1, 3)
    if x.ndim == 4 and x.shape[3] in _CHANNELS:
        return x
    if x.ndim == 3:
        height, width = x.shape[1:]
        raise DataError(
            f"{what} has shape {x.shape}: for images of {height}x{width} say --inputs images, for "
            f"a series of {height} steps --circuit temporal, or --inputs features, which learns "
            "all steps as one input"
        )
    raise DataError(
        f"{what} must have shape {_SHAPES}, not {x.shape}; --inputs features flattens it"
    )


def split_images(name: str, source: Source, inputs: str | None) -> Source:
    """The source with checked splits of images, all of one shape.

    Raises
    ------
    DataError
        If an array is no such thing, or there are not as many labels as samples.
    """
    made: dict[str, Split] = {}
    for split, (x, y) in source.splits().items():
        what = f"{name}: x_{split}"
        check_numbers(what, x)
        if len(x) != len(y):
            raise DataError(
                f"{name}: {len(y)} labels in y_{split} for {len(x)} samples in x_{split}"
            )
        if x.shape[1:] != source.train.x.shape[1:]:
            raise DataError(
                f"{name}: a sample of x_{split} must have shape {source.train.x.shape[1:]} as in "
                f"x_train, not {x.shape[1:]}"
            )
        images = as_images(what, x, inputs)
        made[split] = Split(images.astype(np.uint8) if x.dtype == bool else images, y)
    return source.with_splits(made)
