"""Forward pass of the nBP equations, of one sample and of many. numba kernels.

Everything is integer: weights int16 ``(n_pre, n_post)``, sums int32. Inputs and activities travel
as lists of the indices that are active, so that a sum costs one addition per active input and
target. The rows of a weight matrix are contiguous over the targets, so that sums and updates run
as vector instructions. Kernels check nothing: `backspike.golden.nbp.equations` and
`backspike.golden.nbp.training` check every argument.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.convolution_kernels import sum_kernels
from backspike.golden.nbp.layer_shapes import LayerShape, Links, dense_shapes
from backspike.golden.nbp.units import HALF_THETA

__all__ = ["Scratch", "evaluate_samples", "forward_sample", "forward_samples"]


class Scratch(NamedTuple):
    """Ways through a network, and working arrays of one sample; one entry per layer of neurons."""

    links: tuple[Links, ...]
    """Ways from the layer before."""
    s: tuple[np.ndarray, ...]
    """Weighted sums, int32 (n,)."""
    d: tuple[np.ndarray, ...]
    """``d+ - d-``, int16 (n,)."""
    active: tuple[np.ndarray, ...]
    """Indices of active neurons, int64 (n,), the input first; the first ``n_active`` are valid."""
    n_active: np.ndarray
    """Number of active neurons per entry of ``active``, int64."""

    @classmethod
    def for_layers(
        cls, layers: tuple[int, ...], shapes: Sequence[LayerShape] | None = None
    ) -> "Scratch":
        """Zeroed arrays for a network of layers of these sizes, the input first.

        ``shapes`` are those of the layers of weights; without them, all are matrices.
        """
        return cls(
            links=tuple(shape.links() for shape in shapes or dense_shapes(layers)),
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
def forward_sample(weights: tuple[np.ndarray, ...], x: np.ndarray, scratch: Scratch) -> None:
    """The forward pass of one sample, into ``scratch`` (all but ``d``)."""
    scratch.n_active[0] = _list_active(x, scratch.active[0])
    for layer in range(len(weights)):
        s, links = scratch.s[layer], scratch.links[layer]
        index, count = scratch.active[layer], scratch.n_active[layer]
        if links.is_dense:
            _sum_rows(weights[layer], index, count, s)
        else:
            sum_kernels(weights[layer], links, index, count, s)
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
