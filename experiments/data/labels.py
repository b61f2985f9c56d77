"""Labels of any kind to the numbers and names of classes.

``--labels`` says how:

| | does |
| --- | --- |
| left out | texts as ``distinct``; integers as ``numbers`` |
| ``numbers`` | the label is the number of the class, from 0; every class has a training sample |
| ``distinct`` | each label of the training split is a class, in ascending or alphabetic order |
| ``cat,dog,...`` | names of the classes 0, 1, ...: the texts, or for the ascending numbers |
"""

import numpy as np

from backspike.experiments.data.source import DataError, Source, Split

__all__ = ["MAX_CLASSES", "number_classes"]

MAX_CLASSES = 1024
_SHOWN = 5  # labels that a message lists


def number_classes(name: str, source: Source, labels: str | None) -> tuple[Source, tuple[str, ...]]:
    """The source with labels int64 from 0, and the name of each class.

    Parameters
    ----------
    name : str
        Of the data, for messages.
    labels : str, optional
        The way, as the module says.

    Raises
    ------
    DataError
        If labels are of no use, or not all of a kind.
    """
    is_text = source.train.y.dtype.kind == "U"
    for split, (_, y) in source.splits().items():
        if (y.dtype.kind == "U") != is_text:
            kind = "texts" if is_text else "integers"
            raise DataError(f"{name}: y_{split} must be {kind} as y_train is, not {y.dtype}")
    if labels not in (None, "numbers", "distinct"):
        return _named(name, source, _names(name, str(labels)), is_text)
    if labels == "distinct" or (is_text and labels is None and not source.class_names):
        classes = np.unique(source.train.y)
        return _mapped(name, source, classes), tuple(map(str, classes))
    if is_text and source.class_names:
        return _named(name, source, source.class_names, is_text)
    if is_text:
        text = str(source.train.y[0])
        raise DataError(f"{name}: --labels numbers: the labels are texts such as {text!r}")
    return _numbers(name, source)


def _names(name: str, labels: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in labels.split(","))
    if len(names) < 2 or len(set(names)) < len(names) or not all(names):
        raise DataError(
            f"{name}: --labels must be numbers, distinct, or two or more names of classes, each "
            f"another, such as cat,dog, not {labels!r}"
        )
    return names


def _named(
    name: str, source: Source, names: tuple[str, ...], is_text: bool
) -> tuple[Source, tuple[str, ...]]:
    """The classes of these names, in their order."""
    if is_text:
        classes = np.array(names)
    else:
        classes = np.unique(source.train.y)
        if len(classes) != len(names):
            raise DataError(
                f"{name}: --labels names {len(names)} classes, y_train has {len(classes)} "
                f"({_shown(classes)})"
            )
    return _mapped(name, source, classes), names


def _mapped(name: str, source: Source, classes: np.ndarray) -> Source:
    """The source with the places of its labels among ``classes``."""
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"{name}: y_train must have up to {MAX_CLASSES} classes, not {len(classes)}"
        )
    order = np.argsort(classes)
    splits = {}
    for split, (x, y) in source.splits().items():
        places = np.searchsorted(classes, y, sorter=order).clip(max=len(classes) - 1)
        numbers = order[places]
        unknown = classes[numbers] != y
        if unknown.any():
            label = y[np.argmax(unknown)]
            raise DataError(f"{name}: y_{split} must be one of {_shown(classes)}, not {label}")
        splits[split] = Split(x, numbers.astype(np.int64))
    _check_all_learned(name, splits["train"].y, tuple(map(str, classes)))
    return source.with_splits(splits)


def _numbers(name: str, source: Source) -> tuple[Source, tuple[str, ...]]:
    """The labels as they are, checked; names from the file, if it has some."""
    end = len(source.class_names) or MAX_CLASSES
    for split, (_, y) in source.splits().items():
        for label in (y.min(), y.max()):
            if not 0 <= label < end:
                raise DataError(
                    f"{name}: y_{split} must be in 0..{end - 1}, not {label}{_hint(y, label)}"
                )
        if split == "train" and not source.class_names:
            end = int(y.max()) + 1
    names = source.class_names or tuple(map(str, range(end)))
    if not source.class_names:
        _check_all_learned(name, source.train.y, names)
    return source.with_splits({
        split: Split(x, y.astype(np.int64)) for split, (x, y) in source.splits().items()
    }), names


def _hint(y: np.ndarray, label: int) -> str:
    few = len(np.unique(y)) <= MAX_CLASSES and label != y.max()
    return "; --labels distinct makes a class of each label" if few else ""


def _check_all_learned(name: str, y: np.ndarray, names: tuple[str, ...]) -> None:
    """Raise unless every class has a training sample."""
    known = np.unique(y)
    missing = [n for n in range(len(names)) if n not in set(known.tolist())]
    if missing:
        first = names[missing[0]]
        raise DataError(
            f"{name}: class {first} has no sample in y_train, whose labels are "
            f"{_shown(np.array(names)[known])}; --labels distinct makes a class of each label"
        )
    if len(names) < 2:
        raise DataError(f"{name}: y_train must have two or more classes, not only {names[0]}")


def _shown(labels: np.ndarray) -> str:
    """The first of some labels, in words."""
    shown = ", ".join(map(str, labels[:_SHOWN]))
    return f"{shown}, ..." if len(labels) > _SHOWN else shown
