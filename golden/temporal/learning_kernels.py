"""Changes of weights and tags of a network that learns over time. numba kernels.

The order of everything is that of a core's learning engine, so that random numbers agree: hidden
neurons, then inputs. Each source has lists that only learn, which come first, and one that delivers
for each of its matrices. Of a matrix, the lists are for marks, negative and positive errors, and to
forget the marks; without tags, for negative and for positive errors.
"""

from typing import NamedTuple

import numpy as np

from backspike.golden.core.arith import saturate
from backspike.golden.core.random_bank import draw
from backspike.golden.kernel_cache import core_kernel
from backspike.golden.temporal.state import Constants, Layer, Matrix, State
from backspike.hdl.layouts import COEFFICIENT_BITS, FRACTION_BITS, TAG_BITS

__all__ = ["learn"]


class Pathway(NamedTuple):
    """Synapses of a layer of sources onto one of targets, and what these say."""

    matrix: Matrix
    tagged: bool
    traces: np.ndarray
    """Traces of the sources, of all that have some."""
    boxed: np.ndarray
    minus: np.ndarray
    plus: np.ndarray
    hits: np.ndarray
    """As those of a layer."""


@core_kernel
def learn(c: Constants, state: State, forget: bool) -> None:
    """Learn what the epoch says; with ``forget``, tags are zeroed then."""
    for layer in state.hidden:
        _note_words(c, layer.minus, layer.hits[0])
        _note_words(c, layer.plus, layer.hits[1])
        if c.tagged:
            _note_words(c, layer.boxed, layer.hits[2])
    outputs, last = state.outputs, c.n - 2
    _note_words(c, outputs.minus, outputs.hits[0])
    _note_words(c, outputs.plus, outputs.hits[1])
    for k in range(c.n - 1):
        layer = state.hidden[k]
        among = _onto(c, state, state.recurrent[k], layer)
        if k < last:
            onward = _onto(c, state, state.forward[k + 1], state.hidden[k + 1])
        else:
            traces = state.out_traces if c.out_impulse else state.traces
            onward = Pathway(
                state.forward[k + 1],
                False,
                traces,
                outputs.plus,
                outputs.minus,
                outputs.plus,
                outputs.hits,
            )
        _learn_layer(c, state, layer.place, layer.v.size, among, onward, forget)
    inward = _onto(c, state, state.forward[0], state.hidden[0])
    nothing = state.forward[0].weights[:0]
    none = _onto(c, state, Matrix(nothing, nothing, 0, 0, 0), state.hidden[0])
    _learn_layer(c, state, state.x_place, inward.matrix.weights.shape[0], none, inward, forget)


@core_kernel
def _onto(c: Constants, state: State, matrix: Matrix, layer: Layer) -> Pathway:
    """Synapses onto a hidden layer."""
    return Pathway(matrix, c.tagged, state.traces, layer.boxed, layer.minus, layer.plus, layer.hits)


@core_kernel
def _note_words(c: Constants, chosen: np.ndarray, hits: np.ndarray) -> None:
    """Note the words with a chosen target."""
    hits[:] = False
    for j in range(chosen.size):
        if chosen[j]:
            hits[j // c.lanes] = True


@core_kernel
def _learn_layer(
    c: Constants,
    state: State,
    place: int,
    size: int,
    among: Pathway,
    onward: Pathway,
    forget: bool,
) -> None:
    """Learn the synapses of the sources from ``place`` on, onto their own layer and the next."""
    # To hand arrays over takes longer than most sources do: only where there is something to learn.
    random, seen, traces, out_traces = state.random, state.seen, state.traces, state.out_traces
    has_among = among.matrix.weights.size > 0 and (among.tagged or among.hits.any())
    has_onward = onward.tagged or onward.hits.any()
    if not (has_among or has_onward):
        return
    for i in range(size):
        n = place + i
        visited = seen[n] or (traces[n] | out_traces[n]) != 0
        for delivers in (False, True):
            if has_among and (visited or among.tagged):
                _learn_source(c, among, i, n, seen[n], visited, random, delivers, forget)
            if has_onward and (visited or onward.tagged):
                _learn_source(c, onward, i, n, seen[n], visited, random, delivers, forget)


@core_kernel
def _learn_source(
    c: Constants,
    path: Pathway,
    i: int,
    place: int,
    seen: bool,
    visited: bool,
    random: np.ndarray,
    delivers: bool,
    forget: bool,
) -> None:
    """Learn the synapses of one source, by the lists that deliver or by the others."""
    matrix = path.matrix
    step = saturate(matrix.coefficient * path.traces[place] - matrix.spent * seen, COEFFICIENT_BITS)
    row = matrix.weights[i]
    if not path.tagged:
        if delivers:
            _learn_row(c, row, path.plus, path.hits[1], step, 0, row, random)
        else:
            _learn_row(c, row, path.minus, path.hits[0], -step, 0, row, random)
    elif not delivers:
        tags = matrix.tags[i]
        if visited or c.leak:
            _mark_row(c, tags, path.boxed, path.hits[2], step, random)
        _learn_row(c, row, path.minus, path.hits[0], 0, -matrix.rate, tags, random)
        _learn_row(c, row, path.plus, path.hits[1], 0, matrix.rate, tags, random)
    elif forget:
        matrix.tags[i] = 0


@core_kernel
def _learn_row(
    c: Constants,
    row: np.ndarray,
    chosen: np.ndarray,
    hits: np.ndarray,
    step: int,
    rate: int,
    tags: np.ndarray,
    random: np.ndarray,
) -> None:
    """Add ``step`` and ``rate`` times the tag, in 1/128, to the weights of chosen targets, rounding
    at random."""
    for word in range(hits.size):
        if hits[word]:
            draw(random)
            first = word * c.lanes
            for j in range(first, min(first + c.lanes, row.size)):
                if chosen[j]:
                    row[j] = _rounded(c, row[j], step + rate * tags[j], random[j - first])


@core_kernel
def _rounded(c: Constants, weight: int, step: int, drawn: np.uint32) -> int:
    """A weight after a step in 1/128, even and within its rails."""
    exact = (np.int64(weight) << FRACTION_BITS) + step + ((np.int64(drawn) >> 16) & 255)
    even = int(exact >> FRACTION_BITS) & -2
    return min(max(even, c.low), c.high)


@core_kernel
def _mark_row(
    c: Constants,
    tags: np.ndarray,
    chosen: np.ndarray,
    hits: np.ndarray,
    mark: int,
    random: np.ndarray,
) -> None:
    """Let all tags leak, and add ``mark``, in 1/128, to those of chosen targets."""
    for word in range(hits.size):
        if hits[word] or c.leak:
            draw(random)
            first = word * c.lanes
            for j in range(first, min(first + c.lanes, tags.size)):
                tag = np.int64(tags[j])
                exact = (tag << FRACTION_BITS) + mark * chosen[j] - c.leak * tag
                exact += (np.int64(random[j - first]) >> 16) & 127
                tags[j] = saturate(exact >> FRACTION_BITS, TAG_BITS)
