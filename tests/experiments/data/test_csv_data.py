"""A user's own data in a ``.csv``."""

import re

import numpy as np
import pytest

from backspike.experiments.data.csv_data import load_csv
from backspike.experiments.data.source import DataError


def written(folder, text, encoding="utf-8"):
    path = folder / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "columns", "y"),
    [
        ("1,2,0\n3,4,1\n", (), [0, 1]),
        ("1;2;a\r\n3;4;b\r\n", (), ["a", "b"]),
        ("a\tb\tc\n1\t2\t5\n3\t4\t6\n", ("a", "b"), [5, 6]),
        ('Label,a,b\nx, 1, 2\n\n"y, z",3,4', ("a", "b"), ["x", "y, z"]),
        ("0,1,class\n1,2,x\n3,4,y\n", ("0", "1"), ["x", "y"]),
    ],
)
def test_a_line_is_a_sample(tmp_path, text, columns, y):
    for encoding in ("utf-8", "utf-8-sig"):
        source = load_csv(written(tmp_path, text, encoding))
        assert source.train.x.tolist() == [[1, 2], [3, 4]]
        assert source.train.y.tolist() == y
        assert source.columns == columns
        assert source.test is None


def test_a_column_may_name_the_split(tmp_path):
    text = "f,split,label\n1,train,0\n2,test,1\n3,Train,1\n4,val,0\n"
    source = load_csv(written(tmp_path, text))
    assert source.train.x.tolist() == [[1], [3]]
    assert source.test.y.tolist() == [1]
    assert source.validation.x.tolist() == [[4]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", " is empty: it has no line of a sample"),
        ("a,b\n", " is empty: it has no line of a sample"),
        ("1,2,0\n3,1\n", ": line 2 has 2 columns, the first has 3"),
        ("a,b,label\n1,,0\n", ": line 2, column 'b': features must be numbers, not ''"),
        ("1,x,0\n", ": line 1, column 2: features must be numbers, not 'x'"),
        ("1,nan,0\n", ": line 1, column 2: features must be numbers, not 'nan'"),
        ("1,2,\n", ": line 1 has no label"),
        ("label\n1\n", ": no column of features beside that of the labels"),
        (
            "f,split,label\n1,other,0\n",
            ": line 2: split must be one of train, test, val, not 'other'",
        ),
        ("f,split,label\n1,test,0\n", ": no line whose split is train"),
    ],
)
def test_what_cannot_be_used_is_explained(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(DataError, match=f"^{re.escape(str(path) + message)}$"):
        load_csv(path)


def test_what_cannot_be_read_is_explained(tmp_path):
    with pytest.raises(DataError, match=r"no such file$"):
        load_csv(tmp_path / "none.csv")
    with pytest.raises(DataError, match=r"not a text in UTF-8 \(byte 0\)$"):
        load_csv(written(tmp_path, "ü,1\n", "latin-1"))


def test_numbers_too_large_for_labels_are_texts(tmp_path):
    source = load_csv(written(tmp_path, f"1,{10**30}\n2,5\n"))
    assert source.train.y.dtype.kind == "U"
    assert np.array_equal(source.train.y, [str(10**30), "5"])
