"""Changes of weights and tags of a network that learns over time. numba kernels.

The order of everything is that of a core's learning engine, so that random numbers agree: hidden
neurons, then inputs. Each source has lists that only learn, which come first, and one that delivers
for each of its matrices. Of a matrix, the lists are for marks, negative and positive errors, and to
forget the marks; without tags, for negative and for positive errors.
"""

import numpy as np

from backspike.golden.core.arith import saturate
from backspike.golden.core.random_bank import draw
from backspike.golden.kernel_cache import kernel
from backspike.golden.temporal.state import Constants, Layer, Matrix, State
from backspike.hdl.layouts import COEFFICIENT_BITS, FRACTION_BITS, TAG_BITS

__all__ = ["learn"]


@kernel
def learn(c: Constants, state: State, forget: bool) -> None:
    """Learn what the epoch says; with ``forget``, tags are zeroed then."""
    for k in range(c.n - 1):
        layer = state.hidden[k]
        for i in range(layer.v.size):
            for delivers in (False, True):
                _learn_source(c, state, k, i, layer.place + i, delivers, forget)
    hidden, first = state.hidden[0], state.forward[0]
    for i in range(first.weights.shape[0]):
        for delivers in (False, True):
            _learn_hidden(c, state, first, hidden, i, state.x_place + i, delivers, forget)


@kernel
def _learn_source(
    c: Constants, state: State, k: int, i: int, place: int, delivers: bool, forget: bool
) -> None:
    """Learn the synapses of hidden neuron ``i`` of layer ``k``, by some of its lists."""
    recurrent, forward = state.recurrent[k], state.forward[k + 1]
    if recurrent.weights.size:
        _learn_hidden(c, state, recurrent, state.hidden[k], i, place, delivers, forget)
    if k + 1 < c.n - 1:
        _learn_hidden(c, state, forward, state.hidden[k + 1], i, place, delivers, forget)
    elif _is_visited(state, place):
        outputs = state.outputs
        trace = state.out_traces[place] if c.out_impulse else state.traces[place]
        step = c.rate_out * trace
        if delivers:
            _learn_row(c, forward.weights[i], outputs.plus, step, state.random)
        else:
            _learn_row(c, forward.weights[i], outputs.minus, -step, state.random)


@kernel
def _is_visited(state: State, place: int) -> bool:
    """Tell if a source has anything to be learned from: a spike, or a trace."""
    return state.seen[place] or (state.traces[place] | state.out_traces[place]) != 0


@kernel
def _learn_hidden(
    c: Constants,
    state: State,
    matrix: Matrix,
    layer: Layer,
    i: int,
    place: int,
    delivers: bool,
    forget: bool,
) -> None:
    """Learn the synapses of source ``i`` onto a hidden layer, by some of its lists."""
    seen, trace, random = state.seen[place], state.traces[place], state.random
    step = saturate(matrix.coefficient * trace - matrix.spent * seen, COEFFICIENT_BITS)
    row = matrix.weights[i]
    if not c.tagged:
        if _is_visited(state, place):
            if delivers:
                _learn_row(c, row, layer.plus, step, random)
            else:
                _learn_row(c, row, layer.minus, -step, random)
    elif not delivers:
        tags = matrix.tags[i]
        _mark_row(c, tags, layer.boxed, step, random)
        _learn_row_from_tags(c, row, tags, layer.minus, -c.rate, random)
        _learn_row_from_tags(c, row, tags, layer.plus, c.rate, random)
    elif forget:
        matrix.tags[i] = 0


@kernel
def _learn_row(
    c: Constants, row: np.ndarray, chosen: np.ndarray, step: int, random: np.ndarray
) -> None:
    """Add ``step``, in 1/128, to the weights of chosen targets, rounding at random."""
    for first in range(0, row.size, c.lanes):
        last = min(first + c.lanes, row.size)
        if not chosen[first:last].any():
            continue
        draw(random)
        for j in range(first, last):
            if chosen[j]:
                row[j] = _rounded(c, row[j], step, random[j - first])


@kernel
def _learn_row_from_tags(
    c: Constants,
    row: np.ndarray,
    tags: np.ndarray,
    chosen: np.ndarray,
    rate: int,
    random: np.ndarray,
) -> None:
    """Likewise; a step is ``rate`` times the tag."""
    for first in range(0, row.size, c.lanes):
        last = min(first + c.lanes, row.size)
        if not chosen[first:last].any():
            continue
        draw(random)
        for j in range(first, last):
            if chosen[j]:
                row[j] = _rounded(c, row[j], rate * tags[j], random[j - first])


@kernel
def _rounded(c: Constants, weight: int, step: int, drawn: np.uint32) -> int:
    """A weight after a step in 1/128, even and within its rails."""
    exact = (np.int64(weight) << FRACTION_BITS) + step + ((np.int64(drawn) >> 16) & 255)
    even = int(exact >> FRACTION_BITS) & -2
    return min(max(even, c.low), c.high)


@kernel
def _mark_row(
    c: Constants, tags: np.ndarray, chosen: np.ndarray, mark: int, random: np.ndarray
) -> None:
    """Let all tags leak, and add ``mark``, in 1/128, to those of chosen targets."""
    for first in range(0, tags.size, c.lanes):
        draw(random)
        for j in range(first, min(first + c.lanes, tags.size)):
            tag = np.int64(tags[j])
            exact = (tag << FRACTION_BITS) + mark * chosen[j] - c.leak * tag
            exact += (np.int64(random[j - first]) >> 16) & 127
            tags[j] = saturate(exact >> FRACTION_BITS, TAG_BITS)
