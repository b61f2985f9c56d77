"""The nBP equations in plain numpy, one sample at a time, as one writes them from the paper.

This is what the compiled equations of `backspike.golden.nbp.equations` are measured against, and a
second opinion on what they compute. Its arrays are float32, in which every number here is exact:
numpy hands products of floats to BLAS and those of integers to a plain loop, so this is the faster
choice; so is one update of both signs per matrix, where the circuit makes two.
"""

import numpy as np

__all__ = ["train"]

THETA = 1024


def train(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> int:
    """Train one hidden layer, in place; the circuit's variant.

    Parameters
    ----------
    weights : list of np.ndarray
        ``W1`` (n_in, n_hid) and ``W2`` (n_hid, n_out), float32 holding even integers.
    x : np.ndarray
        Inputs, float32 0 or 1, ``(n, n_in)``.
    y : np.ndarray
        Labels ``(n,)``.

    Returns
    -------
    int
        Samples whose output spikes were the one-hot target before their own update.
    """
    w1, w2 = weights
    targets = np.eye(w2.shape[1], dtype=bool)
    hits = 0
    for x0, label in zip(x, y, strict=True):
        t = targets[label]
        s1 = x0 @ w1
        h, h_lo, h_hi = s1 > THETA / 2, s1 > 0, s1 > THETA
        s2 = h.astype(np.float32) @ w2
        o, o_lo, o_hi = s2 > THETA / 2, s2 > 0, s2 > THETA
        hits += bool((o == t).all())
        d2_pos = (t & ~o & o_lo).astype(np.float32)
        d2_neg = (o & ~t & ~o_hi).astype(np.float32)
        e1 = w2 @ (d2_pos - d2_neg)
        d1_pos = ((e1 > 0) & h_lo & ~h_hi).astype(np.float32)
        d1_neg = ((e1 < 0) & h_lo & ~h_hi).astype(np.float32)
        w2 += 2 * np.outer(h, d2_pos - d2_neg)
        np.clip(w2, -256, 254, out=w2)
        w1 += 2 * np.outer(x0, d1_pos - d1_neg)
        np.clip(w1, -256, 254, out=w1)
    return hits
