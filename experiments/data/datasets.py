"""Data sets, as spikes: scikit-learn's digits, MNIST, Fashion-MNIST, or a user's own ``.npz``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backspike.experiments.data.encoders import Images, parse_encoder
from backspike.experiments.data.mnist_family import MNIST_FAMILY, load_mnist_family
from backspike.experiments.data.npz_data import load_npz
from backspike.experiments.data.source import DataError, Source

__all__ = ["DEFAULT_ENCODERS", "DataError", "Dataset", "load_dataset"]

DEFAULT_ENCODERS = {
    "digits": "thermometer:4",
    "mnist": "crop:4,threshold:0.5",
    "fashion-mnist": "threshold:0.5",
}
"""The known data sets, and how their images become spikes if nothing else is asked for."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A classification task on binary inputs, split for training and test."""

    name: str
    """Name of the data set, or path of the user's file."""
    x_train: np.ndarray
    """Training inputs, uint8 0 or 1, ``(n, n_in)``."""
    y_train: np.ndarray
    """Training labels, int64 ``(n,)``, 0 to ``n_classes - 1``."""
    x_test: np.ndarray
    """Test inputs, as ``x_train``."""
    y_test: np.ndarray
    """Test labels, as ``y_train``."""
    n_classes: int
    """Number of classes."""
    image_shape: tuple[int, int, int] | None
    """The picture that an input vector folds into, ``x.reshape(height, width, levels)``; None if it
    is none."""

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.x_train.shape[1])


def load_dataset(
    name: str,
    *,
    data_dir: Path | None = None,
    encoder: str | None = None,
    progress: bool = False,
) -> Dataset:
    """Load a data set and encode it.

    ``digits`` comes with scikit-learn: 1,797 images of 8x8, of which every fifth, counted class
    after class, is for test (360, the same share of every class) and the others are for training
    (1,437). ``mnist`` and ``fashion-mnist`` are read from their IDX files, gzipped or not, in
    ``data_dir`` or its sub-folder of that name; without ``data_dir`` from the folder that
    ``$BACKSPIKE_DATA`` names, likewise; without that they are downloaded once to the user's cache.
    A name that ends in ``.npz`` is a file of the user's with ``x_train``, ``y_train``, ``x_test``
    and ``y_test`` (see `backspike.experiments.data.npz_data`).

    Parameters
    ----------
    name : str
        ``digits``, ``mnist``, ``fashion-mnist`` or the path of an ``.npz``.
    data_dir : Path, optional
        Where the IDX files are.
    encoder : str, optional
        How images become spikes (see `backspike.experiments.data.encoders`); the default is that of
        `DEFAULT_ENCODERS`, or none for an ``.npz``, which must then be binary.
    progress : bool
        Show a bar on stderr while downloading.

    Raises
    ------
    DataError
        If there is no such data, or it cannot be used; one line that says why.
    """
    if name.endswith(".npz"):
        source = load_npz(Path(name))
    elif name == "digits":
        source = _digits()
    elif name in MNIST_FAMILY:
        source = load_mnist_family(name, data_dir, progress=progress)
    else:
        known = ", ".join(DEFAULT_ENCODERS)
        raise DataError(f"there is no data set {name!r}; known are {known}, and FILE.npz by path")
    return _encode(name, source, encoder or DEFAULT_ENCODERS.get(name))


def _encode(name: str, source: Source, encoder: str | None) -> Dataset:
    if encoder is None and not source.is_binary:
        raise DataError(
            f"{name}: the inputs are not binary; name an encoder, such as threshold:0.5 "
            "or thermometer:4"
        )
    encode: Callable[[Images], np.ndarray] = (
        parse_encoder(encoder) if encoder is not None else lambda images: images.pixels
    )
    is_flat = source.x_train.ndim == 2
    spikes = []
    for x in (source.x_train, source.x_test):
        pixels = x[:, np.newaxis, :, np.newaxis] if is_flat else x[..., np.newaxis]
        spikes.append(encode(Images(pixels, source.full_scale)))
    height, width, levels = spikes[0].shape[1:]
    x_train, x_test = (x.reshape(len(x), -1) for x in spikes)
    return Dataset(
        name=name,
        x_train=x_train,
        y_train=source.y_train.astype(np.int64),
        x_test=x_test,
        y_test=source.y_test.astype(np.int64),
        n_classes=int(source.y_train.max()) + 1,
        image_shape=None if is_flat else (height, width, levels),
    )


def _digits() -> Source:
    from sklearn.datasets import load_digits  # slow to import, and only this data set needs it

    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8).astype(np.uint8)
    is_test = np.zeros(len(labels), bool)
    is_test[np.argsort(labels, kind="stable")[::5]] = True
    return Source(
        images[~is_test], labels[~is_test], images[is_test], labels[is_test], full_scale=16
    )
