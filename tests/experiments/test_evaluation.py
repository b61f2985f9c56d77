"""Inference in a circuit reads the same classes as the equations do."""

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.evaluation import infer
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights


@pytest.mark.parametrize(
    ("name", "layers"),
    [("paper", (20, 12, 5)), ("folded", (20, 12, 5)), ("folded", (20, 9, 12, 5))],
)
def test_accuracy_is_that_of_the_equations(name, layers):
    weights = init_weights(layers, 3, 96)
    x = np.random.default_rng(1).integers(2, size=(60, 20), dtype=np.uint8)
    y = np.argmax(x[:, :5], axis=1)
    circuit, told = CIRCUITS[name].infer(weights, 4), []
    accuracy, counters = infer(circuit, GoldenCore(circuit.program.params), x, y, told.append)
    expected = evaluate(weights, x, y)
    assert accuracy == expected
    assert expected.membrane > 0
    assert told == [1] * 60
    assert counters["steps"] == circuit.steps + circuit.lead / 60
