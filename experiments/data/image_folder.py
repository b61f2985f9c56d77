"""A user's own images: a folder of each class, its name that of the class.

``FOLDER/train/cat/*.png``, ``FOLDER/test/cat/*.png``, and ``FOLDER/val`` likewise if there is one;
or ``FOLDER/cat/*.png``, of which a fifth is then set aside for test. All images have the same size;
colours become grey.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from backspike.experiments.data.source import DataError, Source, Split

__all__ = ["IMAGE_SUFFIXES", "class_folders", "image_files", "load_images", "stacked"]

IMAGE_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff")
"""Names of image files end with one of these, whatever their case."""


def load_images(folder: Path) -> Source:
    """Read all images below ``folder``.

    Raises
    ------
    DataError
        If a class has none, splits have other classes, or a file is no image or of another size.
    """
    names = {path.name for path in class_folders(folder)}
    if "train" not in names:
        classes = _classes(folder)
        return Source(_split(folder, classes, to_learn=True), class_names=classes)
    classes = _classes(folder / "train")
    splits = {}
    for name in ("train", "test", "val"):
        if name in names:
            for found in _classes(folder / name):
                if found not in classes:
                    raise DataError(f"{folder / name / found}: no such class in {folder / 'train'}")
            splits[name] = _split(folder / name, classes, to_learn=name == "train")
    return Source(splits["train"], splits.get("test"), splits.get("val"), class_names=classes)


def _read_image(path: Path) -> np.ndarray:
    """Grey values of an image, uint8 ``(height, width)``.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        with Image.open(path) as image:
            if image.mode.startswith("I;16"):
                return (np.asarray(image) >> 8).astype(np.uint8)
            return np.asarray(image.convert("L"), np.uint8)
    except UnidentifiedImageError:
        raise DataError(f"{path}: not an image") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from None


def image_files(folder: Path) -> list[Path]:
    """The images in a folder, by name; raises :class:`DataError` for files that are none."""
    found = []
    for path in _visible(folder):
        if path.suffix.lower() not in IMAGE_SUFFIXES:
            kinds = ", ".join(suffix[1:] for suffix in IMAGE_SUFFIXES)
            raise DataError(f"{path}: not an image by its name, which must end with {kinds}")
        found.append(path)
    return found


def stacked(files: list[Path]) -> np.ndarray:
    """Images of one size, uint8 ``(n, height, width, 1)``; raises :class:`DataError` for others."""
    images = [_read_image(path) for path in files]
    for path, image in zip(files, images, strict=True):
        if image.shape != images[0].shape:
            sizes = ["x".join(map(str, of.shape)) for of in (images[0], image)]
            raise DataError(f"{path}: must have {sizes[0]} pixels as {files[0]}, not {sizes[1]}")
    return np.stack(images)[..., np.newaxis]


def _visible(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))


def class_folders(folder: Path) -> list[Path]:
    """The folders in a folder, by name."""
    return [path for path in _visible(folder) if path.is_dir()]


def _classes(folder: Path) -> tuple[str, ...]:
    """Names of the classes in a folder."""
    found = class_folders(folder)
    if len(found) < 1:
        raise DataError(f"{folder}: no folder of images in it, one of each class")
    return tuple(path.name for path in found)


def _split(folder: Path, classes: tuple[str, ...], *, to_learn: bool) -> Split:
    """The images of all classes, in the order of their numbers."""
    files, y = [], []
    for number, name in enumerate(classes):
        of_class = image_files(folder / name) if (folder / name).is_dir() else []
        if not of_class and to_learn:
            raise DataError(f"{folder / name}: no images of this class to learn from")
        files += of_class
        y += [number] * len(of_class)
    if not files:
        raise DataError(f"{folder}: no images in it")
    return Split(stacked(files), np.array(y, np.int64))
