"""What a run says of itself in its files."""

import json

import pytest

from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.run_description import (
    Description,
    checked_settings,
    learning_in,
    read_description,
    read_object,
)
from backspike.golden.errors import UserError
from backspike.golden.nbp.layer_shapes import dense_shapes
from backspike.golden.nbp.learning import PAPER, LearningOptions

SETTINGS = {"dataset": "digits", "circuit": "folded", "rule": None, "epochs": 3}


def test_a_description_is_read(tmp_path):
    source = {
        "dataset": "digits", "encoder": None, "labels": None, "scale": None, "inputs": None,
        "validation": 0.25,
    }  # fmt: skip
    found = read_description(tmp_path / "run.json", SETTINGS | {"validation": 0.25}, [4, 3])
    assert found == Description(source, "folded", None, dense_shapes((4, 3)))


def test_convolutions_are_read_with_their_image(tmp_path):
    values = SETTINGS | {"kernels": "8x3x3/2"}
    found = read_description(tmp_path / "run.json", values, [36, 72, 5, 3], [6, 6, 1])
    assert found.shapes == layer_shapes((6, 6, 1), "8x3x3/2", (36, 5, 3))


@pytest.mark.parametrize(
    ("kernels", "layers", "image", "message"),
    [
        ("8x3", [36, 3], [6, 6, 1], "kernels must be FILTERSxROWSxCOLUMNS, .*, not '8x3'"),
        ("8x3x3", [36, 3], None, "kernels '8x3x3' are for images: these inputs are none"),
        ("8x3x3", [36, 3], [6, 6], r"image must be height, .*, from 1 on, not \[6, 6\]"),
        ("8x3x3", [36, 3], [6, 6, 0], r"image must be height, .*, from 1 on, not \[6, 6, 0\]"),
        (
            "8x3x3/2",
            [36, 9, 3],
            [6, 6, 1],
            r"layers must be \[36, 72, 3\] with .*, not \[36, 9, 3\]",
        ),
    ],
)
def test_convolutions_that_are_not_those_of_the_layers_are_refused(
    tmp_path, kernels, layers, image, message
):
    file = tmp_path / "run.json"
    with pytest.raises(UserError, match=f"^RUN {file}: {message}$"):
        read_description(file, SETTINGS | {"kernels": kernels}, layers, image)


def test_the_ways_to_learn_are_read_and_else_are_the_papers():
    written = {"margin": 256, "rate": [64, 256], "shifts": 1}
    assert learning_in(written) == LearningOptions(margin=256, rate=(64, 256))
    for bad in (None, {"margin": 100}, {"rate": []}, 3):
        assert learning_in(bad) == PAPER


def test_settings_are_read(tmp_path):
    file = tmp_path / "run.json"
    written = {"settings": SETTINGS, "layers": [4, 3], "command": "backspike train"}
    file.write_text(json.dumps(written))
    assert checked_settings(file) == written


@pytest.mark.parametrize("text", ["", "[1]", "[" * 100_000])
def test_what_is_no_object_is_refused(tmp_path, text):
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(UserError, match=r"its run\.json is not that of a run$"):
        read_object(file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"layers": [4, None]},
            "layers must be a list of .*, not \\[4, null\\]",
        ),
        ({"layers": [4]}, "layers must be a list of two sizes or more, .*, not \\[4\\]"),
        ({"layers": [4, True]}, "layers must be .*, not \\[4, true\\]"),
        ({"settings": None}, "settings must be an object with the options, not null"),
        ({"settings": {"circuit": "paper"}}, "dataset must be a text, not null"),
        ({"settings": {"dataset": "digits"}}, "circuit must be a text, not null"),
        ({"settings": SETTINGS | {"dataset": 3}}, "dataset must be a text, not 3"),
        ({"settings": SETTINGS | {"rule": []}}, r"rule must be a text, not \[\]"),
        ({"settings": SETTINGS | {"validation": 7}}, "validation must be a number .*, not 7"),
        ({"go_on": 3}, "go_on must be a text, not 3"),
    ],
)
def test_a_wrong_value_is_named_with_its_file(tmp_path, change, message):
    file = tmp_path / "run.json"
    file.write_text(json.dumps({"settings": SETTINGS, "layers": [4, 3]} | change))
    with pytest.raises(UserError, match=f"^RUN {file}: {message}$"):
        checked_settings(file)
