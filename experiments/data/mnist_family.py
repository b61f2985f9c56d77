"""MNIST and Fashion-MNIST: where their IDX files are, and what they must hold."""

import os
from pathlib import Path

import numpy as np
import pooch

from backspike.experiments.data.download import RemoteFile, fetch
from backspike.experiments.data.idx import read_idx
from backspike.experiments.data.source import DataError, Source, Split

__all__ = ["MNIST_FAMILY", "download_folder", "load_mnist_family"]

_MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
_FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
_FILES = (  # x_train, y_train, x_test, y_test
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_MNIST_MD5 = (  # of the uncompressed files: mirrors differ in their gzip headers
    "6bbc9ace898e44ae57da46a324031adb",
    "a25bea736e30d166cdddb491f175f624",
    "2646ac647ad5339dbf082846283269ea",
    "27ae3e4e09519cfbb04c329615203637",
)
_FASHION_MD5 = (  # of the gzipped files, as the data set's own page gives them
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "25c81989df183df01b3e8a0aad5dffbe",
    "bef4ecab320f06d8554ea6380940ec79",
    "bb300cfdad3c16e7a12a480ee83cd310",
)
MNIST_FAMILY = {
    "mnist": tuple(
        RemoteFile(name=f"{f}.gz", mirrors=_MNIST_MIRRORS, md5=md5, md5_of_content=True)
        for f, md5 in zip(_FILES, _MNIST_MD5, strict=True)
    ),
    "fashion-mnist": tuple(
        RemoteFile(name=f"{f}.gz", mirrors=_FASHION_MIRRORS, md5=md5, md5_of_content=False)
        for f, md5 in zip(_FILES, _FASHION_MD5, strict=True)
    ),
}
"""The data sets of this kind, and the files of each in the order of `Source`."""

CLASS_NAMES = {
    "mnist": tuple("0123456789"),
    "fashion-mnist": (
        *("T-shirt", "trouser", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
}
"""Names of the classes 0 to 9, as the data sets' own pages give them."""

_N_CLASSES = 10
_RAW = {"mnist": "MNIST/raw", "fashion-mnist": "FashionMNIST/raw"}  # as torchvision has them


def load_mnist_family(name: str, data_dir: Path | None, *, progress: bool = False) -> Source:
    """Images and labels of one of `MNIST_FAMILY`.

    Parameters
    ----------
    name : str
        ``mnist`` or ``fashion-mnist``.
    data_dir : Path, optional
        Folder of the files, or of a sub-folder ``name`` with them. Without it ``$BACKSPIKE_DATA``
        counts likewise, and without that they are downloaded to the user's cache.
    progress : bool
        Show a bar on stderr while downloading.

    Raises
    ------
    DataError
        If a file is missing, cannot be downloaded, is no IDX file, or does not fit the others.
    """
    if data_dir is None and (environment := os.environ.get("BACKSPIKE_DATA")):
        data_dir = Path(environment)
    if data_dir is None:
        folder = download_folder(name)
        paths = [fetch(file, folder, progress=progress) for file in MNIST_FAMILY[name]]
    else:
        paths = [_find(name, data_dir, file) for file in _FILES]
    arrays = [read_idx(path, 3 if "images" in path.name else 1) for path in paths]
    for images, labels, path in ((0, 1, paths[1]), (2, 3, paths[3])):
        if len(arrays[images]) != len(arrays[labels]):
            raise DataError(
                f"{path}: {len(arrays[labels])} labels for the {len(arrays[images])} images "
                f"of {paths[images].name}"
            )
        if not len(arrays[labels]):
            raise DataError(f"{path}: holds no labels")
        if (largest := arrays[labels].max()) >= _N_CLASSES:
            raise DataError(f"{path}: labels must be in 0..{_N_CLASSES - 1}, not {largest}")
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DataError(
            f"{paths[2]}: images must be {arrays[0].shape[1]}x{arrays[0].shape[2]} as those for "
            f"training, not {arrays[2].shape[1]}x{arrays[2].shape[2]}"
        )
    x_train, y_train, x_test, y_test = arrays
    train, test = (
        Split(x[..., np.newaxis], y.astype(np.int64))
        for x, y in ((x_train, y_train), (x_test, y_test))
    )
    return Source(train, test, white=255, class_names=CLASS_NAMES[name])


def download_folder(name: str) -> Path:
    """Folder of the files of data set ``name`` once they are downloaded."""
    return Path(pooch.os_cache("backspike")) / name


def _find(name: str, data_dir: Path, file: str) -> Path:
    """The file in ``data_dir/name``, torchvision's folder or ``data_dir`` itself.

    It may be gzipped or not, and have a dot before ``idx``. The files of MNIST and Fashion-MNIST
    have the same names, so a folder named after one data set is not searched for the other.
    """
    if not data_dir.is_dir():
        raise DataError(f"{name}: there is no folder {data_dir}")
    folders = [data_dir / name, data_dir / _RAW[name]]
    known = {of: {of, raw.partition("/")[0]} for of, raw in _RAW.items()}
    called = data_dir.parent.name if data_dir.name == "raw" else data_dir.name
    if not any(called in names for of, names in known.items() if of != name):
        folders += [data_dir, data_dir / "raw"]
    for folder in folders:
        for stem in (file, file.replace("-idx", ".idx")):
            for path in (folder / f"{stem}.gz", folder / stem):
                if path.is_file():
                    return path
    searched = ", ".join(str(folder) for folder in folders[:-1])
    raise DataError(f"{name}: no {file}.gz (nor {file}) in {searched} or {folders[-1]}")
