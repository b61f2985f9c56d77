"""The equations of learning by prototypes, in whole numbers: what the circuit does, bit for bit.

Every class has neurons of its own. One of them matches a binary input x by ``s = W x + B``. Its W
is 64 times the mean of the samples that it wins, and its B about ``-W W / 128``: then s is the
greater, the smaller the distance of x and that mean. The class of the greatest s is the answer.
While a sample of class c is learned, only neurons of c compete and learn::

    new neurons     those that never won; if there are any, s counts their places in the class
    winners         the greatest s and all within RESOLUTION of it
    W               += 2^-rate (64 x - W), rounded at random; 64 x with a first win
    B               down if W x + 2 B > 0, else up, so that B is -W x / 2 in half of all wins
"""

import numpy as np

from backspike.golden.core.random_bank import draw
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.arguments import check_inputs, check_labels
from backspike.golden.prototypes.options import (
    BIAS_EXPONENT,
    BOTTOM,
    MOST_ACTIVE,
    NEW,
    PIXEL,
    RANGE,
    RESOLUTION,
    PrototypeOptions,
    PrototypeState,
)

__all__ = ["classify", "learn", "winners"]

_CHUNK = 1024


def learn(state: PrototypeState, x: np.ndarray, y: np.ndarray, options: PrototypeOptions) -> None:
    """Learn samples, one after the other, in place.

    Parameters
    ----------
    state : PrototypeState
    x : numpy.ndarray
        Binary inputs, uint8, shape (samples, inputs).
    y : numpy.ndarray
        Classes, shape (samples,).
    options : PrototypeOptions

    Raises
    ------
    TypeError, ValueError
        If a shape, an input or a class does not fit.
    """
    layers = state.weights.shape[0], state.weights.shape[1] // options.per_class
    x, y = check_inputs(x, layers), check_labels(y, len(x), layers)
    if (most := int(x.sum(axis=1, dtype=np.int64).max(initial=0))) > MOST_ACTIVE:
        raise ValueError(f"x must have at most {MOST_ACTIVE} inputs on in a sample, not {most}")
    _learn_samples(
        state.weights, state.bias[0], state.random, x, y,
        options.per_class, options.rate, options.turn, 2 * options.first,
    )  # fmt: skip


def winners(state: PrototypeState, x: np.ndarray) -> np.ndarray:
    """Neurons that win where all classes compete, bool, shape (samples, neurons)."""
    w = state.weights.astype(np.float32)
    s = x.astype(np.float32) @ w + state.bias.astype(np.float32) * 2**BIAS_EXPONENT
    places = np.clip((s.max(axis=1) - 1 - BOTTOM) // RESOLUTION, 0, RANGE // RESOLUTION - 1)
    thresholds: np.ndarray = BOTTOM + RESOLUTION * places
    return s > thresholds[:, None]


def classify(state: PrototypeState, x: np.ndarray, n_classes: int) -> np.ndarray:
    """Class of each sample, int64; -1 where no neuron wins, or some of different classes do."""
    found = np.full(len(x), -1)
    for start in range(0, len(x), _CHUNK):
        won = winners(state, x[start : start + _CHUNK])
        classes = won.reshape(len(won), n_classes, -1).sum(axis=2) > 0
        one = classes.sum(axis=1) == 1
        found[start : start + _CHUNK][one] = classes[one].argmax(axis=1)
    return found


@kernel
def _learn_samples(
    weights: np.ndarray,
    bias: np.ndarray,
    random: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    per_class: int,
    rate: int,
    turn: int,
    first: int,
) -> None:
    sums = np.zeros(bias.size, np.int64)
    won, new = np.zeros(bias.size, np.bool_), np.zeros(bias.size, np.bool_)
    rich = np.zeros(bias.size, np.bool_)
    for k in range(len(y)):
        begin = y[k] * per_class
        own = slice(begin, begin + per_class)
        _match(weights[:, own], x[k], sums[own])
        _compete(sums[own], bias[own], won[own], new[own])
        for j in range(begin, begin + per_class):
            rich[j] = sums[j] + (bias[j] << (BIAS_EXPONENT + 1)) > 0
        _move(weights, x[k], won, new, rate, random)
        for j in range(begin, begin + per_class):
            if won[j]:
                turned = bias[j] - turn if rich[j] else bias[j] + turn
                bias[j] = first if new[j] else min(max(turned, -256), 255)
        won[own] = False


@kernel
def _match(weights: np.ndarray, x: np.ndarray, sums: np.ndarray) -> None:
    """Fill ``sums`` with ``W x``."""
    sums[:] = 0
    for i in range(x.size):
        if x[i]:
            for j in range(sums.size):
                sums[j] += weights[i, j]


@kernel
def _compete(sums: np.ndarray, bias: np.ndarray, won: np.ndarray, new: np.ndarray) -> None:
    """Tell which neurons of a class win, and which never did before."""
    best = BOTTOM
    for j in range(sums.size):
        new[j] = bias[j] == NEW
        best = max(best, _score(sums[j], bias[j], j))
    place = (best - 1 - BOTTOM) // RESOLUTION
    threshold = BOTTOM + RESOLUTION * min(max(place, 0), RANGE // RESOLUTION - 1)
    for j in range(sums.size):
        won[j] = _score(sums[j], bias[j], j) > threshold


@kernel
def _score(total: int, bias: int, place: int) -> int:
    """Match of a neuron; one that is new precedes others, and those behind it in its class."""
    bonus = (255 - place) * PIXEL if bias == NEW else 0
    return int(total + (bias << BIAS_EXPONENT) + bonus)


@kernel
def _move(
    weights: np.ndarray,
    x: np.ndarray,
    won: np.ndarray,
    new: np.ndarray,
    rate: int,
    random: np.ndarray,
) -> None:
    """Move the weights of winners towards an input; those of new ones to it.

    The generators advance for every input and word of ``random.size`` neurons in which one won.
    """
    lanes = random.size
    words = [begin for begin in range(0, won.size, lanes) if won[begin : begin + lanes].any()]
    for i in range(x.size):
        goal = PIXEL * x[i]
        for begin in words:
            draw(random)
            for j in range(begin, min(begin + lanes, won.size)):
                if won[j]:
                    w = np.int64(weights[i, j])
                    drawn = (np.int64(random[j - begin]) >> 16) & 127
                    exact = 128 * w + (128 >> rate) * (goal - w)
                    weights[i, j] = goal if new[j] else (exact + drawn) >> 7
