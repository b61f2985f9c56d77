"""Edits: what may be, and errors that name field, value, range, and the character of a rule."""

import pytest

from backspike.lab.edits import EditError, Mistake, checked, described
from backspike.lab.presets import SCENES

STDP, NEURON, DIGITS = (SCENES[name] for name in ("stdp-window", "single-neuron", "digits"))


def test_edits_take_the_place_of_first_values():
    edits = {"rule": "dw = x0*y0", "impulse": 5, "tau_x": 3}
    values = checked(STDP, edits)
    assert values == STDP.values | {"rule": "dw = x0*y0", "impulse": 5, "tau_x": 3.0}
    assert isinstance(values["tau_x"], float)
    assert checked(STDP, {}) == STDP.values


@pytest.mark.parametrize(
    ("scene", "field", "value", "message"),
    [
        (NEURON, "threshold", 0, "threshold must be a whole number from 1 to 2000, not 0"),
        (NEURON, "threshold", 1.5, "threshold must be a whole number from 1 to 2000, not 1.5"),
        (NEURON, "threshold", "9", "threshold must be a whole number from 1 to 2000, not '9'"),
        (NEURON, "threshold", True, "threshold must be a whole number from 1 to 2000, not True"),
        (NEURON, "rate", float("nan"), "spikes of an input must be a number from 0 to 1, not nan"),
        (NEURON, "weight", 3, "weight of the excitation must be a multiple of 2, not 3"),
        (DIGITS, "picture", "01", "picture must be 64 pixels, 0 or 1 each"),
        (DIGITS, "picture", "2" * 64, "picture must be 64 pixels, 0 or 1 each"),
        (DIGITS, "picture", None, "picture must be 64 pixels, 0 or 1 each"),
        (STDP, "rule", 3, "learning rule must be a text of at most 1000 characters"),
        (STDP, "rule", "x" * 1001, "learning rule must be a text of at most 1000 characters"),
    ],
)
def test_what_cannot_be_is_told_with_its_range(scene, field, value, message):
    with pytest.raises(EditError) as error:
        checked(scene, {field: value})
    assert error.value.mistakes == [Mistake(field, message)]


def test_an_error_of_a_rule_has_its_character_and_one_line():
    with pytest.raises(EditError) as error:
        checked(STDP, {"rule": "dw = x1*y0 - q*y0", "impulse": 999, "more": 1})
    rule, impulse, more = error.value.as_data()
    assert (rule["field"], rule["position"]) == ("rule", 13)
    assert rule["message"].startswith("rule: unknown variable 'q'")
    assert "\n" not in rule["message"]
    assert impulse["field"] == "impulse"
    assert more == {
        "field": None,
        "message": "stdp-window has no field 'more'",
        "position": None,
    }


def test_a_rule_that_needs_more_than_the_core_has_is_refused():
    rule = "dw = " + " + ".join(f"{n}*x1*y0*w" for n in range(1, 60))
    with pytest.raises(EditError, match="instructions of a rule: the network needs 120"):
        checked(STDP, {"rule": rule})


def test_a_rule_is_described_by_its_microcode_and_cost():
    told = described(STDP, "dw = 2^-3*x1*y0 - 2^-3*x0*y1")
    assert len(told["rows"]) == 6
    assert told["fields"][:2] == ["op", "factor"]
    assert told["facts"][0].startswith("cycles: 2 a word")
    assert "traces: x1, y1" in told["added"]
    assert len(told["cells"]) == 4
    with pytest.raises(EditError):
        described(STDP, None)
