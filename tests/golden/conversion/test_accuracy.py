"""Accuracy by steps: one run tells all, as runs of their own would."""

import numpy as np
import pytest

from backspike.golden.conversion.accuracy import accuracy_by_steps
from backspike.golden.conversion.convert import convert
from backspike.golden.conversion.layers import Dense, ReLU
from backspike.golden.errors import UserError
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.to_network import rounded_by


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(1)
    layers = [
        Dense(rng.normal(0, 0.5, (12, 6)), rng.normal(0, 0.1, 12)), ReLU(),
        Dense(rng.normal(0, 0.5, (3, 12)), rng.normal(0, 0.1, 3)),
    ]  # fmt: skip
    x = rng.random((40, 6))
    y = convert(layers, x).outputs(x).argmax(axis=1)
    y[:4] = (y[:4] + 1) % 3
    return layers, x, y


@pytest.mark.parametrize("read", ["spikes", "voltages"])
@pytest.mark.parametrize("code", ["regular", "bernoulli"])
def test_a_row_is_what_the_report_says_of_so_many_steps(case, read, code, monkeypatch):
    layers, x, y = case
    monkeypatch.setattr("backspike.golden.conversion.accuracy._MOST_NUMBERS", 6 * 2 * 32 * 7)
    made = convert(layers, x, read=read)
    told = []
    found = accuracy_by_steps(made, x, y, steps=(32, 8, 8), code=code, seed=5, progress=told.append)
    assert told == list(range(1, 41))
    assert [row.steps for row in found.rows] == [8, 32]
    assert (found.network, found.samples, found.limited) == (0.9, 40, 0.0)
    for row in found.rows:
        report = compare_nir(made.imported, made.coded(x, row.steps, y, code=code, seed=5))
        assert (row.graph, row.core) == (report.accuracy_float, report.accuracy_core)
    assert found.rows[1].agree > 0.8


def test_accuracy_comes_near_that_of_the_float_network(case):
    layers, x, y = case
    made = convert(layers, x, read="voltages")
    found = accuracy_by_steps(made, x, y, steps=(256,))
    assert abs(found.rows[0].core - 0.9) <= 0.05
    assert found.rows[0].agree >= 0.95


def test_without_labels_predictions_are_compared(case):
    layers, x, _ = case
    made = convert(layers, x)
    found = accuracy_by_steps(made, 3 * x, steps=[16])
    assert (found.network, found.rows[0].core, found.rows[0].graph) == (None, None, None)
    assert 0 < found.rows[0].agree <= 1
    assert found.limited == pytest.approx(np.mean(3 * x > x.max()))


def test_another_rounding_of_the_graph_can_be_asked_for(case):
    layers, x, y = case
    made = convert(layers, x)
    coarse = {
        name: type(choice)(scale=choice.scale / 512) for name, choice in
        made.imported.choices.items()
    }  # fmt: skip
    other = rounded_by(made.imported, coarse)
    exact, rough = (
        accuracy_by_steps(made, x, y, steps=(64,), imported=one).rows[0] for one in (None, other)
    )
    assert exact.graph == rough.graph
    assert rough.agree < exact.agree


def test_one_output_is_no_class():
    x = np.random.default_rng(1).random((5, 3))
    made = convert([Dense(np.ones((1, 3)))], x)
    with pytest.raises(UserError, match=r"^the network must have an output for each class, and ha"):
        accuracy_by_steps(made, x)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": ()}, "steps must have a number, and are none"),
        ({"steps": 8}, "steps must be a sequence of ints, not 8"),
        ({"steps": "8"}, "steps must be a sequence of ints, not '8'"),
        ({"imported": 7}, "imported must be a NirImport, not 7"),
        ({"steps": (0,)}, "steps must be between 1 and"),
        ({"code": "latency"}, "code must be one of regular, bernoulli, not 'latency'"),
        ({"y": np.zeros(3, int)}, "labels must be integers, one for each of the 40 samples, not i"),
        ({"y": np.zeros(40)}, "not float64 of shape"),
        ({"y": np.full(40, 3)}, "labels must be outputs, 0 to 2, not 3"),
        ({"x": np.zeros((40, 5))}, "x must have the shape of the calibration data"),
        ({"conversion": 7}, "conversion must be a Conversion, not 7"),
    ],
)
def test_what_is_wrong_is_one_line(case, changes, message):
    layers, x, y = case
    arguments = {"conversion": convert(layers, x), "x": x, "y": y, **changes}
    with pytest.raises((TypeError, ValueError), match=message) as raised:
        accuracy_by_steps(**arguments)
    assert raised.type is not UserError or "\n" not in str(raised.value)
