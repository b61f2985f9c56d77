"""The equations of prototypes: who wins, what is learned, and what is left alone."""

import numpy as np
import pytest

from backspike.golden.prototypes.equations import classify, learn, winners
from backspike.golden.prototypes.options import MOST_ACTIVE, NEW, PIXEL
from backspike.golden.prototypes.options import PrototypeOptions as Options
from backspike.golden.prototypes.options import PrototypeState as State


def bits(*rows):
    return np.array([[int(c) for c in row] for row in rows], np.uint8)


def learned(x, classes, n_classes=2, **options):
    made = Options(**{"per_class": 2, **options})
    state = State.fresh(x.shape[1], n_classes, made, lanes=4, seed=1)
    learn(state, x, np.array(classes), made)
    return state


def test_new_neurons_of_the_class_take_the_first_samples_one_by_one():
    x = bits("110000", "001100", "000011")
    state = learned(x, [1, 1, 0], first=-5)
    assert np.array_equal(state.weights.T, PIXEL * x[[2, 2, 0, 1]] * [[1], [0], [1], [1]])
    assert state.bias.tolist() == [[-10, NEW, -10, -10]]


def test_the_closest_of_the_class_moves_and_no_other():
    x = bits("11110000", "00001111", "11111000")
    before = learned(x[:2], [1, 1])
    after = learned(x, [1, 1, 1], rate=1)
    differs = (before.weights != after.weights).any(axis=0)
    assert differs.tolist() == [False, False, True, False]
    # half the way from 64 1 to 64 x: only the fifth input is new to it
    assert after.weights[:, 2].tolist() == [64, 64, 64, 64, 32, 0, 0, 0]


def test_weights_become_the_mean_and_biases_half_of_its_square():
    rng = np.random.default_rng(1)
    often = np.concatenate([np.full(40, 0.9), np.full(40, 0.5), np.full(120, 0.05)])
    x = (rng.random((3000, 200)) < often).astype(np.uint8)
    state = learned(x, np.zeros(3000, int), 1, per_class=1, rate=6)
    mean = state.weights[:, 0] / PIXEL
    assert np.abs(mean - often).mean() < 0.05
    assert abs(state.bias[0, 0] / 2 + (mean @ mean) / 2) < 1.5


def test_what_is_learned_of_a_class_leaves_the_others_as_they_are():
    rng = np.random.default_rng(2)
    x = rng.integers(0, 2, (60, 30), np.uint8)
    options = Options(per_class=4)
    state = State.fresh(30, 3, options, lanes=4, seed=1)
    learn(state, x, np.arange(60) % 2, options)
    held = state.weights[:, :8].copy(), state.bias[:, :8].copy()
    learn(state, x, np.full(60, 2), options)
    assert np.array_equal(state.weights[:, :8], held[0])
    assert np.array_equal(state.bias[:, :8], held[1])
    assert state.weights[:, 8:].any()


def test_classes_are_those_of_the_winners():
    x = bits("1111100000", "0000011111")
    state = learned(x, [0, 1], first=-3)
    assert winners(state, x).tolist() == [[True, False, False, False], [False, False, True, False]]
    assert classify(state, x, 2).tolist() == [0, 1]
    between = bits("1100000011", "1111100001")
    assert classify(state, between, 2).tolist() == [-1, 0]  # two classes win; one is closer


def test_a_state_that_has_learned_nothing_knows_no_class():
    state = State.fresh(3, 2, Options(per_class=2), lanes=4, seed=1)
    assert classify(state, bits("111", "000"), 2).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.full((1, 6), 2, np.uint8), [0], "only 0 and 1"),
        (np.ones((1, 5), np.uint8), [0], "shape"),
        (np.ones((1, 6), np.uint8), [2], "0..1"),
    ],
)
def test_wrong_samples_are_refused(x, y, message):
    options = Options(per_class=2)
    state = State.fresh(6, 2, options, lanes=4, seed=1)
    with pytest.raises(ValueError, match=message):
        learn(state, x, np.array(y), options)


def test_too_many_inputs_are_refused():
    options = Options(per_class=1)
    state = State.fresh(MOST_ACTIVE + 1, 1, options, lanes=4, seed=1)
    with pytest.raises(ValueError, match=f"at most {MOST_ACTIVE}"):
        learn(state, np.ones((1, MOST_ACTIVE + 1), np.uint8), np.array([0]), options)
