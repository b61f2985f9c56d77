"""A sample that the paper's circuit gets wrong, and learns from."""

import numpy as np
import pytest

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.learning_circuits import PaperCircuit
from backspike.experiments.watched_sample import watch_sample
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights

COUNT = 10


@pytest.fixture(scope="module")
def watched():
    rng = np.random.default_rng(5)
    x, y = (rng.random((60, 40)) < 0.4).astype(np.uint8), rng.integers(0, 4, 60)
    weights = init_weights((40, 20, 4), 1, 60)
    circuit = PaperCircuit(weights, 4)
    told = []
    data = Dataset(
        name="random", x_train=x, y_train=y, x_test=x, y_test=y, n_classes=4, image_shape=None
    )
    found = watch_sample(
        circuit, weights, GoldenCore(circuit.program.params), data, COUNT, told.append
    )
    return found, data, told


def test_it_comes_after_those_that_were_learned(watched):
    found, _, told = watched
    assert found.number >= COUNT == sum(told)


def test_it_has_errors_of_both_kinds_that_go_back(watched):
    found, data, _ = watched
    label = data.y_train[found.number]
    step = {name: raster.nonzero() for name, raster in found.rasters.items()}
    assert not found.rasters["o"][3, label]
    assert list(step["d+"][0]) == [4]
    assert list(step["d+"][1]) == [label]
    assert set(step["d-"][0]) == {4}
    assert label not in step["d-"][1]
    assert found.rasters["h1"][7].any() or found.rasters["h1"][11].any()


def test_it_changes_weights_and_all_are_those_of_the_equations(watched):
    found, _, _ = watched
    assert found.changed["W1"] > 0
    assert found.changed["W2"] > 0
    assert found.mismatches == 0
