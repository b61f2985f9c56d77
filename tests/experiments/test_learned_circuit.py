"""Circuits of runs, and samples by choice."""

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.learned_circuit import choose_sample, circuit_that_infers, of_run
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.initial_weights import init_weights


@pytest.mark.parametrize(
    ("circuit", "layers", "expected"),
    [
        ("equations", (4, 3, 2), "paper"),
        ("equations", (4, 3, 3, 2), "folded"),
        ("delta", (4, 2), "delta"),
    ],
)
def test_the_circuit_is_that_of_the_run_or_one_that_can(circuit, layers, expected):
    assert circuit_that_infers(circuit, layers) == expected


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
