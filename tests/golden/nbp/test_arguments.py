"""Arguments of the nBP equations: every bad one is explained."""

import numpy as np
import pytest

from backspike.golden.nbp.arguments import check_random, layer_sizes
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.training import train

W = [np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)]
X = np.zeros((5, 4), np.uint8)
Y = np.zeros(5, np.int64)


def with_value(array, value):
    changed = array.copy()
    changed.flat[0] = value
    return changed


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([], X, Y), ValueError, r"^weights must hold at least one array, not 0$"),
        (([W[0].astype(int)], X, Y), TypeError, r"^W1 must be an int16 array, not int64$"),
        (([[[0, 2]]], X, Y), TypeError, r"^W1 must be an int16 array, not list$"),
        (
            ([W[0], np.zeros(3, np.int16)], X, Y),
            ValueError,
            r"^W2 must have shape \(n_pre, n_post\), not \(3,\)$",
        ),
        (
            ([W[0], W[0]], X, Y),
            ValueError,
            r"^W2 must have 3 rows, one per column of W1, not 4$",
        ),
        (
            ([np.zeros((3, 4), np.int16).T, W[1]], X, Y),
            ValueError,
            r"^W1 must be C-contiguous \(np.ascontiguousarray makes it so\)$",
        ),
        (
            ([W[0], read_only(W[1])], X, Y),
            ValueError,
            r"^W2 is read-only but is trained in place; pass a copy$",
        ),
        (([W[0], with_value(W[1], 256)], X, Y), ValueError, r"^W2 must be in -256..254, not 256$"),
        (
            ([with_value(W[0], -258), W[1]], X, Y),
            ValueError,
            r"^W1 must be in -256..254, not -258$",
        ),
        (([with_value(W[0], 7), W[1]], X, Y), ValueError, r"^W1 must hold even values, not 7$"),
        ((W, X.tolist(), Y), TypeError, r"^x must be a uint8 array, not list$"),
        ((W, X.astype(bool), Y), TypeError, r"^x must be a uint8 array, not bool$"),
        ((W, X[:, :3], Y), ValueError, r"^x must have shape \(n, 4\), not \(5, 3\)$"),
        ((W, X[0], Y), ValueError, r"^x must have shape \(n, 4\), not \(4,\)$"),
        ((W, with_value(X, 9), Y), ValueError, r"^x must hold only 0 and 1, not 9$"),
        ((W, X, Y.tolist()), TypeError, r"^y must be an array of integers, not list$"),
        ((W, X, Y / 1.0), TypeError, r"^y must be an array of integers, not float64$"),
        (
            (W, X, Y[:3]),
            ValueError,
            r"^y must have shape \(5,\), one label per row of x, not \(3,\)$",
        ),
        ((W, X, with_value(Y, 2)), ValueError, r"^y must be in 0..1, not 2$"),
        ((W, X, with_value(Y, -1)), ValueError, r"^y must be in 0..1, not -1$"),
        ((W, X, Y, np.array([5])), ValueError, r"^order must be in 0..4, not 5$"),
        (
            (W, X, Y, np.array([[0.5]])),
            TypeError,
            r"^order must be a 1-D array of integers, not 2-D float64$",
        ),
    ],
)
def test_bad_arguments_are_explained(arguments, error, message):
    with pytest.raises(error, match=message):
        train(*arguments)


def test_read_only_weights_can_be_evaluated():
    assert evaluate([read_only(w) for w in W], X, Y).membrane == 1.0


def test_layer_sizes():
    assert layer_sizes(W) == (4, 3, 2)


def test_generators_are_given_where_they_are_needed():
    states = np.array([1, 2], np.uint32)
    assert check_random(states, needed=True) is states
    assert not check_random(None, needed=False).size
    for random, needed, error, message in (
        (None, True, ValueError, r"^random must be given for learning with a rate$"),
        (states, False, ValueError, r"^random must be left out for learning without a rate$"),
        (states.astype(int), True, TypeError, r"^random must be a 1-D uint32 array, one state "),
        (states * 0, True, ValueError, r"^random must hold at least one state, and none of 0$"),
    ):
        with pytest.raises(error, match=message):
            check_random(random, needed=needed)
