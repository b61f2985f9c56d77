"""Files of a sweep."""

import json

import pytest

from backspike.experiments.sweep_files import checked_options, read_curves
from backspike.golden.errors import UserError


def test_options_are_as_the_command_has_them(tmp_path):
    read = {
        "dataset": "digits", "validation": 0.25, "rate": [None, 9, [64, 256]],
        "margin": None, "hidden": [[4, 5], []],
        "kernels": [None, "8x3x3"], "seeds": [1], "jobs": None, "unknown": 3,
    }  # fmt: skip
    assert checked_options(tmp_path, read) == {
        "dataset": "digits", "validation": 0.25, "rate": (None, 9, (64, 256)),
        "margin": None, "hidden": ((4, 5), ()),
        "kernels": (None, "8x3x3"), "seeds": (1,), "jobs": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dataset", None), ("epochs", 0), ("epochs", "x"), ("preset", "own"), ("seeds", None),
        ("seeds", 3), ("seeds", [None]), ("seeds", [-1]), ("hidden", None), ("hidden", [4]),
        ("hidden", [[0]]), ("hidden", [None]), ("kernels", [3]),
        ("margin", 128), ("margin", [None]), ("rate", ["all"]), ("jobs", 0),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_file(tmp_path, name, value):
    file = tmp_path / "options.json"
    with pytest.raises(UserError, match=rf"^{file}: {name} must be .+, not "):
        checked_options(file, {name: value})


CURVES = {"train_exact": [0.5, 1], "exact": [0.5, 1], "spikes": [0, 0], "membrane": [0.5, 1]}


def test_curves_are_read(tmp_path):
    file = tmp_path / "point.json"
    file.write_text(json.dumps({"curves": CURVES}))
    assert read_curves(file) == CURVES


@pytest.mark.parametrize(
    "curves",
    [None, [], {"exact": [1]}, CURVES | {"exact": [1]}, CURVES | {"exact": [None, 1]},
     {name: [] for name in CURVES}],
)  # fmt: skip
def test_curves_that_are_none_are_refused(tmp_path, curves):
    file = tmp_path / "point.json"
    file.write_text(json.dumps({"curves": curves}))
    with pytest.raises(UserError, match=r"point\.json is damaged: delete it to run this again$"):
        read_curves(file)
