"""CIFAR-10 in its binary files: colour images of 32x32, a byte of label before those of each."""

import os
from pathlib import Path

import numpy as np

from backspike.experiments.data.source import DataError, Source, Split
from backspike.golden.array_file import ArrayFileError, check_room

__all__ = ["CIFAR_10", "load_cifar_10"]

CIFAR_10 = "cifar-10"
"""Name of the data set, and of a folder in which it is looked for."""

_TRAIN = tuple(f"data_batch_{n}.bin" for n in range(1, 6))
_TEST = "test_batch.bin"
_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
#: Planes of red, green and blue, rows and columns of an image.
_PLANES = 3, 32, 32
_RECORD = 1 + 3 * 32 * 32
_ARCHIVE = "cifar-10-binary.tar.gz of https://www.cs.toronto.edu/~kriz/cifar.html"
_UNPACKED = "cifar-10-batches-bin"


def load_cifar_10(data_dir: Path | None) -> Source:
    """Images ``(n, 32, 32, 3)``, red, green and blue, and labels.

    Parameters
    ----------
    data_dir : Path, optional
        Folder of the files, or one with a sub-folder ``cifar-10`` or ``cifar-10-batches-bin`` that
        has them. Without it ``$BACKSPIKE_DATA`` counts likewise.

    Raises
    ------
    DataError
        If a file is missing, cannot be read, or does not hold whole samples of ten classes.
    """
    folder = _folder(data_dir)
    train = [_read(folder / name) for name in _TRAIN]
    for name, split in zip(_TRAIN, train, strict=True):
        if len(split.y) != len(train[0].y):
            raise DataError(
                f"{folder / name}: must hold {len(train[0].y)} samples as {_TRAIN[0]} does, not "
                f"{len(split.y)}"
            )
    x, y = (np.concatenate(parts) for parts in zip(*train, strict=True))
    return Source(Split(x, y), _read(folder / _TEST), white=255, class_names=_CLASSES)


def _folder(data_dir: Path | None) -> Path:
    """The folder that has the files."""
    if data_dir is None and (environment := os.environ.get("BACKSPIKE_DATA")):
        data_dir = Path(environment)
    if data_dir is None:
        raise DataError(
            f"{CIFAR_10}: name the folder of its files with --data-dir or $BACKSPIKE_DATA; they "
            f"are in {_ARCHIVE}"
        )
    if not data_dir.is_dir():
        raise DataError(f"{CIFAR_10}: there is no folder {data_dir}")
    folders = [data_dir, *(data_dir / name for name in (CIFAR_10, _UNPACKED))]
    folders.append(data_dir / CIFAR_10 / _UNPACKED)
    for folder in folders:
        if (folder / _TRAIN[0]).is_file():
            return folder
    searched = ", ".join(str(folder) for folder in folders[:-1])
    raise DataError(f"{CIFAR_10}: no {_TRAIN[0]} in {searched} or {folders[-1]}")


def _read(path: Path) -> Split:
    """Samples of a file."""
    try:
        size = path.stat().st_size
        check_room(size)
        content = np.fromfile(path, np.uint8)
    except (OSError, ArrayFileError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path}: cannot be read ({reason})") from None
    count, rest = divmod(len(content), _RECORD)
    if rest or not count:
        raise DataError(
            f"{path}: must hold samples of {_RECORD} bytes, at least one and all whole, not "
            f"{len(content)} bytes"
        )
    records = content.reshape(count, _RECORD)
    labels = records[:, 0].astype(np.int64)
    if (largest := labels.max()) >= len(_CLASSES):
        sample = int(labels.argmax())
        raise DataError(
            f"{path}: labels must be in 0..{len(_CLASSES) - 1}, not {largest} of sample {sample}"
        )
    images = np.moveaxis(records[:, 1:].reshape(count, *_PLANES), 1, 3)
    return Split(np.ascontiguousarray(images), labels)
