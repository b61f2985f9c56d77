"""The inner loops of nBP, compiled by numba: one sample, then loops over samples.

Everything is integer: weights int16 ``(n_pre, n_post)``, sums int32. Inputs and activities travel
as lists of the indices that are active, so that a sum costs one addition per active input and
target. The rows of a weight matrix are contiguous over the targets, so that sums and updates run
as vector instructions. `backspike.golden.nbp.equations` checks every argument; these functions
check nothing.
"""

from typing import NamedTuple

import numpy as np

from backspike.golden.core.random_bank import xorshift
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.units import HALF_THETA

__all__ = [
    "Rule",
    "Scratch",
    "evaluate_samples",
    "forward_samples",
    "learn_sample",
    "train_samples",
]


class Rule(NamedTuple):
    """What differs between the circuit and the authors' rehearsal of it."""

    hi_above: int
    """``h_hi`` is ``s > hi_above``."""
    low: int
    """Smallest weight."""
    high: int
    """Largest weight."""
    update_first: bool
    """Backpropagate through weights that this sample has already changed."""
    own_backward: bool
    """Backpropagate ``d-`` through ``-W^T`` as a matrix of its own, as the paper's circuit does."""
    fixed_backward: bool = False
    """Backpropagate through matrices that never learn."""
    direct: bool = False
    """Each of them takes the error of the output itself to its layer."""
    weak: tuple[int, int] = (0, HALF_THETA)
    """An output that is the target has an error where ``weak[0] < s <= weak[1]``."""
    strong: tuple[int, int] = (HALF_THETA, 2 * HALF_THETA)
    """Another has one where ``strong[0] < s <= strong[1]``."""
    dead_zone: int = 0
    """An error that comes back counts where its magnitude is larger."""
    frozen: int = 0
    """So many layers of weights, from the first on, do not learn."""
    rate: int = 0
    """A step is taken with probability ``rate / 256``; with 0 always, and nothing is drawn."""


class Scratch(NamedTuple):
    """Working arrays of one sample; a tuple has one entry per layer of neurons."""

    s: tuple[np.ndarray, ...]
    """Weighted sums, int32 (n,)."""
    d: tuple[np.ndarray, ...]
    """``d+ - d-``, int16 (n,)."""
    active: tuple[np.ndarray, ...]
    """Indices of active neurons, int64 (n,), the input first; the first ``n_active`` are valid."""
    n_active: np.ndarray
    """Number of active neurons per entry of ``active``, int64."""

    @classmethod
    def for_layers(cls, layers: tuple[int, ...]) -> "Scratch":
        """Zeroed arrays for a network of ``layers`` sizes, the input first."""
        return cls(
            s=tuple(np.zeros(n, np.int32) for n in layers[1:]),
            d=tuple(np.zeros(n, np.int16) for n in layers[1:]),
            active=tuple(np.zeros(n, np.int64) for n in layers),
            n_active=np.zeros(len(layers), np.int64),
        )


@kernel
def _list_active(x: np.ndarray, index: np.ndarray) -> int:
    """Write the positions of the ones of ``x`` to ``index``; returns how many."""
    count = 0
    for i in range(x.size):
        index[count] = i
        count += x[i]
    return count


@kernel
def _sum_rows(w: np.ndarray, index: np.ndarray, count: int, s: np.ndarray) -> None:
    """``s = W x``: add up the rows of the active inputs, eight at a time."""
    s[:] = 0
    k = 0
    while k + 8 <= count:
        a, b, c, d = w[index[k]], w[index[k + 1]], w[index[k + 2]], w[index[k + 3]]
        e, f, g, h = w[index[k + 4]], w[index[k + 5]], w[index[k + 6]], w[index[k + 7]]
        for j in range(s.size):
            s[j] += np.int16(a[j] + b[j] + c[j] + d[j] + e[j] + f[j] + g[j] + h[j])
        k += 8
    while k < count:
        row = w[index[k]]
        for j in range(s.size):
            s[j] += row[j]
        k += 1


@kernel
def _fire(s: np.ndarray, index: np.ndarray) -> int:
    """List the neurons that spike, ``h = H(s - theta/2)``; returns how many."""
    count = 0
    for j in range(s.size):
        index[count] = j
        count += s[j] > HALF_THETA
    return count


@kernel
def _output_error(s: np.ndarray, label: int, rule: Rule, rivals: np.ndarray, d: np.ndarray) -> bool:
    """``d2+ - d2-`` of the output layer; returns whether its spikes are the one-hot target."""
    exact = True
    for k in range(s.size):
        spike = s[k] > HALF_THETA
        exact &= spike == (k == label)
        d[k] = 0
        if k == label:
            d[k] += rule.weak[0] < s[k] <= rule.weak[1]
        else:
            d[k] -= rivals[k] and rule.strong[0] < s[k] <= rule.strong[1]
    return exact


@kernel
def _backpropagate(
    w: np.ndarray, d_post: np.ndarray, s: np.ndarray, rule: Rule, d: np.ndarray
) -> None:
    """``d = sign(W^T d_post)`` where the surrogate has a slope (h_lo & ~h_hi), else 0; and 0 in the
    dead zone."""
    for i in range(s.size):
        d[i] = 0
        if 0 < s[i] <= rule.hi_above:
            row = w[i]
            e = np.int32(0)
            for k in range(d_post.size):
                e += np.int32(row[k]) * np.int32(d_post[k])
            d[i] = np.int16(e > rule.dead_zone) - np.int16(e < -rule.dead_zone)


@kernel
def _backpropagate_copy(
    w: np.ndarray,
    minus_w: np.ndarray,
    d_post: np.ndarray,
    s: np.ndarray,
    hi_above: int,
    d: np.ndarray,
) -> None:
    """As `_backpropagate`, with what ``minus_w`` says where weights are taken negative.

    ``d+ = H(e+)`` and ``d- = H(e-)`` never meet: ``minus_w`` is ``-w`` or 2 less, so the two sums
    are at most 0 together.
    """
    for i in range(s.size):
        d[i] = 0
        if 0 < s[i] <= hi_above:
            up, down = np.int32(0), np.int32(0)
            for k in range(d_post.size):
                if d_post[k] > 0:
                    up += w[i, k]
                    down += minus_w[i, k]
                elif d_post[k] < 0:
                    up += minus_w[i, k]
                    down += w[i, k]
            d[i] = np.int16(up > 0) - np.int16(down > 0)


@kernel
def _update(
    w: np.ndarray, index: np.ndarray, count: int, d: np.ndarray, low: int, high: int, step: int
) -> None:
    """``W += step (d+ - d-) x^T``, clipped to ``[low, high]``: the rows of the active inputs."""
    low16, high16, step16 = np.int16(low), np.int16(high), np.int16(step)
    for k in range(count):
        row = w[index[k]]
        for j in range(d.size):
            row[j] = min(max(np.int16(row[j] + step16 * d[j]), low16), high16)


@kernel
def _draw(random: np.ndarray, bits: np.ndarray) -> None:
    """Advance every generator for each row of ``bits``, uint8, and
    keep bits 16 to 23 there."""
    for k in range(len(bits)):
        row = bits[k]
        for lane in range(random.size):
            random[lane] = state = xorshift(random[lane])
            row[lane] = np.uint8(np.uint32(state >> np.uint32(16)))


@kernel
def _update_at_random(
    w: np.ndarray,
    index: np.ndarray,
    count: int,
    d: np.ndarray,
    rule: Rule,
    random: np.ndarray,
) -> None:
    """As `_update`, a step taken with probability ``rule.rate / 256``.

    In the order of a core's learning engine: for each active input the words of ``random.size``
    targets in which some error is negative, then those in which some is positive. All generators
    advance with every word; half a weight, its step in 1/256 and 8 random bits are rounded down.
    """
    lanes = random.size
    words = (d.size + lanes - 1) // lanes
    first = np.empty(2 * words, np.int64)
    steps = np.zeros((2 * words, lanes), np.int16)
    used = 0
    for sign in (-1, 1):
        for start in range(0, d.size, lanes):
            hit = False
            for lane in range(min(lanes, d.size - start)):
                has = d[start + lane] == sign
                steps[used, lane] = sign * rule.rate if has else 0
                hit |= has
            if hit:
                first[used] = start
                used += 1
    bits = np.empty((used, lanes), np.uint8)
    low, high = np.int16(rule.low), np.int16(rule.high)
    for k in range(count):
        row = w[index[k]]
        _draw(random, bits)
        for n in range(used):
            step, fraction = steps[n], bits[n]
            part = row[first[n] : first[n] + lanes]
            for lane in range(part.size):
                moved = (step[lane] + np.int16(fraction[lane])) >> 8
                part[lane] = min(max(np.int16(part[lane] + 2 * moved), low), high)


@kernel
def forward_sample(weights: tuple[np.ndarray, ...], x: np.ndarray, scratch: Scratch) -> None:
    """The forward pass of one sample, into ``scratch`` (all but ``d``)."""
    scratch.n_active[0] = _list_active(x, scratch.active[0])
    for layer in range(len(weights)):
        s = scratch.s[layer]
        _sum_rows(weights[layer], scratch.active[layer], scratch.n_active[layer], s)
        scratch.n_active[layer + 1] = _fire(s, scratch.active[layer + 1])


@kernel
def forward_samples(
    weights: tuple[np.ndarray, ...],
    x: np.ndarray,
    scratch: Scratch,
    sums: tuple[np.ndarray, ...],
) -> None:
    """The weighted sums of every sample, into ``sums``: int32 ``(n, n_l)`` per layer."""
    for k in range(len(x)):
        forward_sample(weights, x[k], scratch)
        for layer in range(len(weights)):
            sums[layer][k] = scratch.s[layer]


@kernel
def learn_sample(
    weights: tuple[np.ndarray, ...],
    backward: tuple[np.ndarray, ...],
    x: np.ndarray,
    label: int,
    rule: Rule,
    rivals: np.ndarray,
    random: np.ndarray,
    scratch: Scratch,
) -> bool:
    """Train on one sample, in place; returns whether the output was exact before the update.

    ``backward`` holds what errors go back through, one array per array of ``weights`` (the first
    is never read): ``weights`` itself or, for a rule with ``own_backward``, what stands for
    ``-W``, or, for one with ``fixed_backward``, what stands for ``W``. ``random`` are the states of
    generators, uint32, one per lane, for a rule with a ``rate``.
    ``scratch.d`` of layers that no error reaches stays as it was: zero in a fresh scratch.
    """
    forward_sample(weights, x, scratch)
    last = len(weights) - 1
    exact = _output_error(scratch.s[last], label, rule, rivals, scratch.d[last])
    lowest = last + 1
    for up in range(len(weights) - rule.frozen):
        layer = last - up
        w, d = weights[layer], scratch.d[layer]
        sent = scratch.d[last] if rule.direct else d
        if not sent.any():
            break
        lowest = layer
        index, count = scratch.active[layer], scratch.n_active[layer]
        if rule.update_first:
            _update(w, index, count, d, rule.low, rule.high, 2)
        if layer > rule.frozen:
            below = layer - 1
            s, d_below = scratch.s[below], scratch.d[below]
            if rule.own_backward:
                _backpropagate_copy(w, backward[layer], d, s, rule.hi_above, d_below)
                _update(backward[layer], index, count, d, rule.low, rule.high, -2)
            else:
                _backpropagate(backward[layer], sent, s, rule, d_below)
        if not rule.update_first and rule.rate == 0:
            _update(w, index, count, d, rule.low, rule.high, 2)
    if rule.rate:
        for up in range(1, len(weights) + 1):
            layer = up % len(weights)
            if layer >= lowest:
                index, count = scratch.active[layer], scratch.n_active[layer]
                _update_at_random(weights[layer], index, count, scratch.d[layer], rule, random)
    return exact


@kernel
def train_samples(
    weights: tuple[np.ndarray, ...],
    backward: tuple[np.ndarray, ...],
    x: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    rule: Rule,
    rivals: np.ndarray,
    random: np.ndarray,
    scratch: Scratch,
) -> int:
    """`learn_sample` for every entry of ``order``; returns the number of exact outputs."""
    hits = 0
    for k in range(order.size):
        i = order[k]
        hits += learn_sample(weights, backward, x[i], y[i], rule, rivals, random, scratch)
    return hits


@kernel
def evaluate_samples(
    weights: tuple[np.ndarray, ...], x: np.ndarray, y: np.ndarray, scratch: Scratch
) -> tuple[int, int, int]:
    """Numbers of samples that are right by `exact`, by first spike and by largest sum."""
    exact, spikes, membrane = 0, 0, 0
    last = len(weights) - 1
    for k in range(y.size):
        forward_sample(weights, x[k], scratch)
        first_is_right = scratch.n_active[last + 1] > 0 and scratch.active[last + 1][0] == y[k]
        spikes += first_is_right
        exact += first_is_right and scratch.n_active[last + 1] == 1
        membrane += np.argmax(scratch.s[last]) == y[k]
    return exact, spikes, membrane
