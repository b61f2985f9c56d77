"""Options as fields of a dataclass."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from backspike.experiments.option import Option, checked_value, option, options_of
from backspike.golden.errors import UserError


@dataclass(frozen=True)
class Settings:
    count: int = option(int, default=3, help="how many", low=1)
    name: str | None = option(in_run=False)
    plain: bool = False


def test_a_field_has_its_option_and_its_default():
    assert Settings() == Settings(count=3, name=None, plain=False)
    assert options_of(Settings) == {
        "count": Option(int, 3, "how many", low=1),
        "name": Option(in_run=False),
    }


COUNT, SHARE = Option(int, 3, low=1), Option(float, low=0.25, high=0.5)
LANES, SWITCH = Option(int, choices=("1", "2")), Option(bool, False)
LISTED = Option(int, low=1, high=9, listed=True)
SIZES, WORDS = Option(tuple, (4,)), Option(default=(), choices=("a", "b"), multiple=True)


@pytest.mark.parametrize(
    ("known", "value", "expected"),
    [
        (COUNT, 2, 2),
        (SHARE, 0.5, 0.5),
        (SHARE, None, None),
        (LANES, 2, 2),
        (SWITCH, True, True),
        (SIZES, [4, 5], (4, 5)),
        (SIZES, (), ()),
        (WORDS, ["b"], ("b",)),
        (LISTED, 4, 4),
        (LISTED, [4, 9], (4, 9)),
        (Option(Path), "x", Path("x")),
    ],
)
def test_a_value_of_a_file_is_as_the_option_has_it(known, value, expected):
    found = checked_value("x", known, value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("known", "value", "message"),
    [
        (COUNT, None, "a whole number from 1 on, not null"),
        (COUNT, 0, "a whole number from 1 on, not 0"),
        (COUNT, 2.0, "a whole number from 1 on, not 2.0"),
        (COUNT, True, "a whole number from 1 on, not true"),
        (SHARE, float("nan"), "a number from 0.25 to 0.5, not NaN"),
        (SHARE, "0.5", 'a number from 0.25 to 0.5, not "0.5"'),
        (LANES, 3, "one of 1, 2, not 3"),
        (SWITCH, None, "true or false, not null"),
        (SWITCH, 1, "true or false, not 1"),
        (SIZES, 4, "a list of sizes of layers from 1 on, not 4"),
        (SIZES, [0], "a list of sizes of layers from 1 on, not [0]"),
        (WORDS, ["c"], 'a list of one of a, b, not ["c"]'),
        (LISTED, [4, 10], "a whole number from 1 to 9, or a list of such, not [4, 10]"),
        (LISTED, [], "a whole number from 1 to 9, or a list of such, not []"),
        (Option(), {"a": 1}, 'a text, not {"a": 1}'),
    ],
)
def test_a_value_of_another_kind_is_refused(known, value, message):
    with pytest.raises(UserError) as error:
        checked_value("run.json: it", known, value)
    assert str(error.value) == f"run.json: it must be {message}"
