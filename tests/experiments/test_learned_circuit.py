"""Circuits of runs, and samples by choice."""

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.learned_circuit import (
    choose_sample,
    circuit_that_infers,
    lanes_for,
    of_run,
)
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.layer_shapes import dense_shapes


@pytest.mark.parametrize(
    ("circuit", "shapes", "expected"),
    [
        ("equations", dense_shapes((4, 3, 2)), "paper"),
        ("equations", dense_shapes((4, 3, 3, 2)), "folded"),
        ("equations", layer_shapes((8, 8, 1), "8x3x3", (64, 2)), "folded"),
        ("delta", dense_shapes((4, 2)), "delta"),
    ],
)
def test_the_circuit_is_that_of_the_run_or_one_that_can(circuit, shapes, expected):
    assert circuit_that_infers(circuit, shapes) == expected


@pytest.mark.parametrize(
    ("kernels", "lanes"), [(None, 16), ("32x3x3,64x3x3", 16), ("32x3x3,24x3x3", 8), ("5x3x3", 1)]
)
def test_a_core_has_the_lanes_that_filters_can_be_spread_over(kernels, lanes):
    assert lanes_for(layer_shapes((8, 8, 1), kernels, (64, 10))) == lanes


@pytest.fixture(scope="module")
def digits():
    """Digits, and weights that know nothing of them."""
    data = load_dataset("digits")
    return init_weights((data.n_in, 8, data.n_classes), 1), data


def test_a_sample_is_chosen_by_number_class_or_first_mistake(digits):
    weights, data = digits
    assert choose_sample("17", *digits) == 17
    chosen = choose_sample("class:7", *digits)
    assert data.y_test[chosen] == 7
    assert 7 not in data.y_test[:chosen]
    wrong = choose_sample("first mistake", *digits)
    found = forward(weights, data.x_test)[-1].argmax(axis=1)
    assert found[wrong] != data.y_test[wrong]
    assert np.array_equal(found[:wrong], data.y_test[:wrong])
    assert choose_sample("first-mistake", *digits) == wrong


@pytest.mark.parametrize("choice", ["-1", "360", "x", "", "class:10", "1.5"])
def test_others_are_refused(digits, choice):
    with pytest.raises(ValueError, match=r"^--sample "):
        choose_sample(choice, *digits)


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is not a run"):
        of_run(tmp_path, None)
