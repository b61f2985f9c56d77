"""A user's own data in a ``.csv``: a line per sample, a column per feature, one for the label.

Columns are separated by commas, semicolons or tabs. If the first line holds names, the label is in
the column ``label``, ``class``, ``target`` or ``species``, else in the last one. A column ``split``
may say ``train``, ``test`` or ``val`` of each sample. Labels are integers or texts, features are
numbers.
"""

import csv
import io
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.source import DataError, Source, Split

__all__ = ["Table", "load_csv", "read_csv"]

_LABELS = ("label", "class", "target", "species")
_SPLIT = "split"
_SPLITS = ("train", "test", "val")
_SEPARATORS = ",;\t"


class Table(NamedTuple):
    """Cells of a file."""

    names: tuple[str, ...]
    """Of the columns; none if the file has none."""
    lines: tuple[int, ...]
    """Number of each row's line in the file, from 1."""
    rows: list[list[str]]
    """As many cells each as there are columns."""

    def column(self, *names: str) -> int | None:
        """The first column with one of these names, whatever their case."""
        lower = [name.lower() for name in self.names]
        return next((lower.index(name) for name in names if name in lower), None)


def load_csv(path: Path) -> Source:
    """Read ``path``.

    Raises
    ------
    DataError
        If it cannot be read, a cell is no number, or a line has more or fewer than the others.
    """
    table = read_csv(path)
    width = len(table.rows[0])
    at_split, at_label = table.column(_SPLIT), table.column(*_LABELS)
    if at_label is None:
        at_label = max(n for n in range(width) if n != at_split)
    features = [n for n in range(width) if n not in (at_split, at_label)]
    if not features:
        raise DataError(f"{path}: no column of features beside that of the labels")
    x, y = numbers(path, table, features), labels(path, table, at_label)
    columns = tuple(table.names[n] for n in features) if table.names else ()
    if at_split is None:
        return Source(Split(x, y), columns=columns)
    purposes = np.array([row[at_split].strip().lower() for row in table.rows])
    unknown = ~np.isin(purposes, _SPLITS)
    if unknown.any():
        n = int(np.argmax(unknown))
        raise DataError(
            f"{path}: line {table.lines[n]}: split must be one of {', '.join(_SPLITS)}, "
            f"not {table.rows[n][at_split]!r}"
        )
    found = {name: Split(x[purposes == name], y[purposes == name]) for name in set(purposes)}
    if "train" not in found:
        raise DataError(f"{path}: no line whose split is train")
    return Source(found["train"], found.get("test"), found.get("val"), columns=columns)


def read_csv(path: Path) -> Table:
    """The cells of ``path``; raises :class:`DataError` as :func:`load_csv` does."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not a text in UTF-8 (byte {error.start})") from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    cells: list[list[str]] = []
    numbers_of: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                cells.append([cell.strip() for cell in row])
                numbers_of.append(reader.line_num)
    except csv.Error as error:
        raise DataError(f"{path}: line {reader.line_num}: {error}") from None
    names: tuple[str, ...] = ()
    if cells and _are_names(cells[0]):
        names = tuple(cells.pop(0))
        del numbers_of[0]
    if not cells:
        raise DataError(f"{path} is empty: it has no line of a sample")
    width = len(names or cells[0])
    for line, row in zip(numbers_of, cells, strict=True):
        if len(row) != width:
            raise DataError(f"{path}: line {line} has {len(row)} columns, the first has {width}")
    return Table(names, tuple(numbers_of), cells)


def numbers(path: Path, table: Table, columns: list[int]) -> np.ndarray:
    """Some columns as floats ``(rows, columns)``; raises :class:`DataError` for other cells."""
    x = np.empty((len(table.rows), len(columns)))
    for n, row in enumerate(table.rows):
        for at, column in enumerate(columns):
            if not _is_number(row[column]) or not math.isfinite(value := float(row[column])):
                name = repr(table.names[column]) if table.names else str(column + 1)
                raise DataError(
                    f"{path}: line {table.lines[n]}, column {name}: features must be numbers, "
                    f"not {row[column]!r}"
                )
            x[n, at] = value
    return x


def labels(path: Path, table: Table, column: int) -> np.ndarray:
    """A column as integers or, if not all of them are, texts."""
    texts = [row[column] for row in table.rows]
    for line, text in zip(table.lines, texts, strict=True):
        if not text:
            raise DataError(f"{path}: line {line} has no label")
    try:
        return np.array([int(text) for text in texts], np.int64)
    except (ValueError, OverflowError):
        return np.array(texts)


def _are_names(cells: list[str]) -> bool:
    """A line of names: one of them is known, or none is a number."""
    known = {*_LABELS, _SPLIT} & {cell.lower() for cell in cells}
    return bool(known) or not any(map(_is_number, cells))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
