"""What a run says of itself in its files."""

import json

import pytest

from backspike.experiments.run_description import (
    Description,
    checked_settings,
    read_description,
    read_object,
)
from backspike.golden.errors import UserError

SETTINGS = {"dataset": "digits", "circuit": "folded", "rule": None, "epochs": 3}


def test_a_description_is_read(tmp_path):
    source = {
        "dataset": "digits", "encoder": None, "labels": None, "scale": None, "inputs": None,
        "validation": 0.25,
    }  # fmt: skip
    found = read_description(tmp_path / "run.json", SETTINGS | {"validation": 0.25}, [4, 3])
    assert found == Description(source, "folded", None, (4, 3))


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
