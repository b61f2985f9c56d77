"""Loops of the host's protocol that numpy has no form for. numba kernels."""

import numpy as np

from backspike.golden.kernel_cache import kernel

__all__ = ["scan", "schedule_into"]


@kernel
def _length(head: int) -> int:
    """Length of a payload, from its header."""
    return np.int64(head) & 0xFFFF  # type: ignore[return-value]  # numba's int


@kernel
def scan(words: np.ndarray) -> tuple[np.ndarray, int]:
    """Follow packets by their lengths.

    Returns
    -------
    (numpy.ndarray, int)
        Where each payload starts, int64, and where the last packet ends: beyond the stream if it
        is cut short.
    """
    count = 0
    at = 0
    while at < words.size:
        at += 1 + _length(words[at])
        count += 1
    starts = np.empty(count, np.int64)
    at = 0
    for index in range(count):
        starts[index] = at + 1
        at += 1 + _length(words[at])
    return starts, at


@kernel
def _advance_into(out: np.ndarray, at: int, steps: int, most: int, head: int) -> int:
    """Append ADVANCE packets of at most ``most`` steps; returns the new end."""
    while steps > 0:
        now = min(steps, most)
        out[at] = head
        out[at + 1] = now
        at += 2
        steps -= now
    return at


@kernel
def schedule_into(
    out: np.ndarray,
    steps: np.ndarray,
    axons: np.ndarray,
    n_steps: int,
    lanes: int,
    most: int,
    heads: tuple[int, int, int],
) -> int:
    """Fill ``out`` with the packets of a run.

    Parameters
    ----------
    out : numpy.ndarray
        uint32; long enough for every spike on its own.
    steps, axons : numpy.ndarray
        Input spikes, int64, ascending in time.
    most : int
        Most steps of one ADVANCE.
    heads : (int, int, int)
        Headers without length of SPIKE and SPIKE_ROWS, and the header of ADVANCE.

    Returns
    -------
    int
        Words used.
    """
    if steps.size == 0:
        return _advance_into(out, 0, n_steps, most, heads[2])
    at = _advance_into(out, 0, steps[0], most, heads[2])
    begin = 0
    while begin < steps.size:
        step = steps[begin]
        end = begin
        low, high = axons[begin], axons[begin]
        while end < steps.size and steps[end] == step:
            low, high = min(low, axons[end]), max(high, axons[end])
            end += 1
        rows = high // lanes - low // lanes + 1
        if rows + 1 < end - begin:
            out[at] = heads[1] | (rows + 1)
            out[at + 1] = low // lanes
            bits = at + 2
            out[bits : bits + rows] = 0
            for k in range(begin, end):
                row = axons[k] // lanes - low // lanes
                out[bits + row] |= np.uint32(1) << np.uint32(axons[k] % lanes)
            at = bits + rows
        else:
            out[at] = heads[0] | (end - begin)
            for k in range(begin, end):
                out[at + 1 + k - begin] = axons[k]
            at += 1 + end - begin
        following = steps[end] if end < steps.size else n_steps
        at = _advance_into(out, at, following - step, most, heads[2])
        begin = end
    return at
