"""Data sets, as spikes: digits of scikit-learn, MNIST, Fashion-MNIST, CIFAR-10, or own files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backspike.experiments.data.cifar import CIFAR_10, load_cifar_10
from backspike.experiments.data.csv_data import load_csv
from backspike.experiments.data.image_folder import load_images
from backspike.experiments.data.labels import number_classes
from backspike.experiments.data.mnist_family import MNIST_FAMILY, load_mnist_family
from backspike.experiments.data.npz_data import load_npz
from backspike.experiments.data.preparation import Preparation, split_images
from backspike.experiments.data.source import DataError, Source, Split
from backspike.experiments.data.splitting import check_validation, with_all_splits
from backspike.golden.errors import check_bool, check_path, check_text
from backspike.golden.names import unknown
from backspike.hdl.keywords import names_keywords

__all__ = [
    "DEFAULT_ENCODERS",
    "INPUTS",
    "IN_FOLDERS",
    "DataError",
    "Dataset",
    "load_dataset",
]

DEFAULT_ENCODERS = {
    "digits": "thermometer:4",
    "mnist": "crop:4,threshold:0.5",
    "fashion-mnist": "threshold:0.5",
    CIFAR_10: "thermometer:4",
}
"""The known data sets, and how their images become spikes if nothing else is asked for."""

IN_FOLDERS = (*MNIST_FAMILY, CIFAR_10)
"""Those of them that are read from a folder of files."""

INPUTS = ("images", "features")
"""What an array of three dimensions or more may be said to hold."""


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
    x_val: np.ndarray | None = None
    """Inputs to choose settings on, as ``x_train``; None without a validation split."""
    y_val: np.ndarray | None = None
    """Labels of these, as ``y_train``."""
    preparation: Preparation | None = None
    """The way from a file's inputs to these; None of data that were made as spikes."""

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.x_train.shape[1])

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes; their numbers, if they have no names."""
        return self.preparation.class_names if self.preparation else _digits_to(self.n_classes)

    @property
    def channels(self) -> int:
        """Channels of the images before they were encoded, such as red, green and blue."""
        return self.preparation.shape[2] if self.preparation else 1

    def arrays(self) -> tuple[np.ndarray, ...]:
        """All samples and labels, for a digest."""
        known = (self.x_train, self.y_train, self.x_test, self.y_test)
        if self.x_val is None or self.y_val is None:
            return known
        return (*known, self.x_val, self.y_val)


@names_keywords
def load_dataset(
    name: str | Path,
    *,
    data_dir: str | Path | None = None,
    encoder: str | None = None,
    labels: str | None = None,
    scale: str | None = None,
    inputs: str | None = None,
    validation: float | None = None,
    progress: bool = False,
) -> Dataset:
    """Load a data set and encode it.

    ``digits`` comes with scikit-learn: 1,797 images of 8x8, of which every fifth, counted class
    after class, is for test (360, the same share of every class) and the others are for training
    (1,437). ``mnist`` and ``fashion-mnist`` are read from their IDX files, gzipped or not, in
    ``data_dir`` or its sub-folder of that name; without ``data_dir`` from the folder that
    ``$BACKSPIKE_DATA`` names, likewise; without that they are downloaded once to the user's cache.
    ``cifar-10`` is read likewise, and never downloaded (see `backspike.experiments.data.cifar`).
    Other names are of files of the user's: ``.npz``, ``.csv`` or a folder of images (see
    `backspike.experiments.data.npz_data`, `csv_data` and `image_folder`).

    Parameters
    ----------
    name : str or Path
        ``digits``, ``mnist``, ``fashion-mnist``, ``cifar-10``, or the path of the user's data.
    data_dir : Path, optional
        Folder of the files of one of `IN_FOLDERS`.
    encoder : str, optional
        How images become spikes (see `backspike.experiments.data.encoders`); the default is that of
        `DEFAULT_ENCODERS`, of own data that of `backspike.experiments.data.preparation`.
    labels, scale : str, optional
        See `backspike.experiments.data.labels` and `backspike.experiments.data.scaling`.
    inputs : str, optional
        One of `INPUTS`, for arrays that may be either.
    validation : float, optional
        Share of the training split, of each class, that is set aside to choose settings on.
    progress : bool
        Show a bar on stderr while downloading.

    Raises
    ------
    TypeError
        If an argument is of another kind.
    DataError
        If there is no such data, or it cannot be used; one line that says why.
    """
    name = str(check_path("the data", name))
    folder = None if data_dir is None else check_path("data_dir", data_dir)
    texts = {"encoder": encoder, "labels": labels, "scale": scale, "inputs": inputs}
    for what, text in texts.items():
        if text is not None:
            check_text(what, text)
    if inputs is not None and inputs not in INPUTS:
        raise unknown("inputs", inputs, INPUTS)
    check_validation(validation)
    if folder is not None and name not in IN_FOLDERS:
        raise DataError(f"data_dir {folder} is for {', '.join(IN_FOLDERS)}, not for {name}")
    check_bool("progress", progress)
    source = split_images(name, _load(name, folder, progress), inputs)
    is_table = inputs == "features" or source.train.x.shape[1] == 1
    source, class_names = number_classes(name, source, labels)
    source = with_all_splits(name, source, validation)
    preparation = Preparation.fit(
        name,
        source,
        class_names,
        is_table=is_table,
        encoder=DEFAULT_ENCODERS.get(name) if encoder is None else encoder,
        scale=scale,
    )
    return _encoded(name, source, preparation)


def _load(name: str, data_dir: Path | None, progress: bool) -> Source:
    """Inputs and labels as they are."""
    if name == "digits":
        return _digits()
    if name in MNIST_FAMILY:
        return load_mnist_family(name, data_dir, progress=progress)
    if name == CIFAR_10:
        return load_cifar_10(data_dir)
    loaders = {".npz": load_npz, ".csv": load_csv}
    path = Path(name)
    if path.suffix.lower() in loaders:
        return loaders[path.suffix.lower()](path)
    if path.is_dir():
        return load_images(path)
    known = ", ".join(DEFAULT_ENCODERS)
    raise DataError(
        f"there is no data set {name!r}; known are {known}, and by path FILE.npz, FILE.csv and a "
        "FOLDER of images"
    )


def _encoded(name: str, source: Source, preparation: Preparation) -> Dataset:
    arrays: dict[str, np.ndarray] = {}
    levels: tuple[int, ...] = ()
    for split, (x, y) in source.splits().items():
        try:
            spikes = preparation.encode(x)
        except DataError as error:
            raise DataError(f"{name}: {error}") from None
        levels = spikes.shape[1:]
        arrays |= {f"x_{split}": spikes.reshape(len(x), -1), f"y_{split}": y}
        if not spikes.any() and split == "train":
            raise DataError(
                f"{name}: no input of x_train, in {x.min():g}..{x.max():g}, ever spikes with "
                f"{preparation}: choose another --scale or --encoder"
            )
        if split == "train" and name not in DEFAULT_ENCODERS and (spikes == spikes[0]).all():
            raise DataError(f"{name}: all samples of x_train are alike with {preparation}")
    return Dataset(
        name=name,
        **arrays,
        n_classes=len(preparation.class_names),
        image_shape=None if preparation.is_table else (levels[0], levels[1], levels[2]),
        preparation=preparation,
    )


def _digits_to(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))


def _digits() -> Source:
    from sklearn.datasets import load_digits  # slow to import, and only this data set needs it

    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8).astype(np.uint8)
    is_test = np.zeros(len(labels), bool)
    is_test[np.argsort(labels, kind="stable")[::5]] = True
    return Source(
        Split(images[~is_test], labels[~is_test]), Split(images[is_test], labels[is_test]), white=16
    )
