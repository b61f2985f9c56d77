"""Metaplasticity for nBP: synapses that become firm with use.

Each synapse has a plasticity u of its own, which is ``levels`` at first. Errors are those of
`backspike.golden.nbp.equations`, with what `backspike.golden.nbp.learning` has beyond them; what
is new is the probability with which a step is taken, and that it falls whenever one is asked for::

    W += 2 with probability u / levels where an error says +2; likewise -2
    u -= wear u^2 / 128, rounded at random, there

On average u / levels is then ``1 / (1 + n / c)`` after n such errors, with ``c = 128 / (wear
levels)``, until u is 0 and the synapse stays as it is. What has often been corrected is thus kept,
by what learns new things elsewhere. On a core, u is ``levels - t``: the tag t counts the use.

Synapses with few levels, whose plasticity falls at random, are those of S. Fusi, P. Drew and
L. Abbott, "Cascade models of synaptically stored memories", Neuron 45 (2005); a probability of
updates that falls with use, on such hardware, is that of F. Zohora et al., "Probabilistic
metaplasticity for continual learning with memristors in spiking networks", Scientific Reports 14
(2024). There it also falls with the weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.arguments import check_inputs, check_labels, check_random, check_weights
from backspike.golden.nbp.backward_kernels import backpropagate, output_error
from backspike.golden.nbp.forward_kernels import Scratch, forward_sample
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.golden.nbp.update_kernels import draw_bits, error_words
from backspike.golden.nbp.variants import VARIANTS, UpdateRule

__all__ = ["Metaplasticity", "train_metaplastic"]


@dataclass(frozen=True)
class Metaplasticity:
    """Pace at which synapses become firm.

    Attributes
    ----------
    levels : int
        Plasticity at first: a power of 2 from 1 to 128.
    wear : int
        How fast it falls: 1 to ``128 / levels``.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    levels: int = 8
    wear: int = 1

    def __post_init__(self) -> None:
        check_int("levels", self.levels, 1, 128)
        if self.levels & (self.levels - 1):
            raise ValueError(f"levels must be a power of 2, not {self.levels}")
        check_int("wear", self.wear, 1, 128 // self.levels)

    def rule(self, step: int) -> str:
        """The rule, rounded at random, of synapses whose errors say ``step``, 2 or -2."""
        u = f"({self.levels} - t)"
        part = 128 * step // self.levels
        return f"dw = {part}*2^-7*x0*y0*{u}; dt = {self.wear}*2^-7*x0*y0*{u}*{u}"


def train_metaplastic(
    weights: Sequence[np.ndarray],
    tags: Sequence[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    random: np.ndarray,
    *,
    metaplasticity: Metaplasticity,
    learning: LearningOptions,
    phase: TrainingPhase,
) -> int:
    """Train weights and tags in place, one sample after another.

    Parameters
    ----------
    weights : sequence of numpy.ndarray
        As from `init_weights`.
    tags : sequence of numpy.ndarray
        Use of each weight so far, int16 of the same shapes, 0 to ``levels``.
    x : numpy.ndarray
        Inputs, uint8 0 or 1, ``(n, n_in)``.
    y : numpy.ndarray
        Labels, ``(n,)``.
    random : numpy.ndarray
        Generators, as from `learning.random_states`. All of them advance once for each word of
        weights that an error reaches: as there, but words with a positive error come first.
    metaplasticity : Metaplasticity
    learning : LearningOptions
        What else to do beyond the paper: no rate.
    phase : TrainingPhase
        Its ``rivals``; no layer is frozen.

    Returns
    -------
    int
        Samples whose output spikes were the one-hot target before their own update.

    Raises
    ------
    TypeError, ValueError
        If an array does not fit, a rate is given or a layer is to be frozen.
    """
    if learning.rate is not None or phase.frozen:
        raise ValueError("rate and frozen must be left out with metaplasticity")
    circuit = VARIANTS["circuit"]
    layers = check_weights(weights, circuit, writeable=True)
    for number, (w, t) in enumerate(zip(weights, tags, strict=True), 1):
        if t.dtype != np.int16 or t.shape != w.shape:
            raise TypeError(f"tags of W{number} must be an int16 array of shape {w.shape}")
    rule = circuit._replace(
        weak=learning.weak, strong=learning.strong, dead_zone=learning.dead_zone
    )
    return _train_samples(
        tuple(weights),
        tuple(tags),
        check_inputs(x, layers),
        check_labels(y, len(x), layers),
        rule,
        phase.rivals_of(layers[-1]),
        check_random(random, needed=True),
        (metaplasticity.levels, metaplasticity.wear),
        Scratch.for_layers(layers),
    )


@kernel
def _train_samples(
    weights: tuple[np.ndarray, ...],
    tags: tuple[np.ndarray, ...],
    x: np.ndarray,
    y: np.ndarray,
    rule: UpdateRule,
    rivals: np.ndarray,
    random: np.ndarray,
    pace: tuple[int, int],
    scratch: Scratch,
) -> int:
    """Learn samples; ``pace`` are levels and wear. Returns the number of exact outputs."""
    hits, last = 0, len(weights) - 1
    for k in range(y.size):
        forward_sample(weights, x[k], scratch)
        hits += output_error(scratch.s[last], y[k], rule, rivals, scratch.d[last])
        for up in range(last):
            above = last - up
            d, d_below = scratch.d[above], scratch.d[above - 1]
            backpropagate(weights[above], d, scratch.s[above - 1], rule, d_below)
        for up in range(1, len(weights) + 1):
            layer = up % len(weights)  # W2, W3, ..., then W1: in the order of a core's axons
            index, count = scratch.active[layer], scratch.n_active[layer]
            w, t, d = weights[layer], tags[layer], scratch.d[layer]
            _update(w, t, index, count, d, rule, random, pace)
    return hits


@kernel
def _update(
    w: np.ndarray,
    t: np.ndarray,
    index: np.ndarray,
    count: int,
    d: np.ndarray,
    rule: UpdateRule,
    random: np.ndarray,
    pace: tuple[int, int],
) -> None:
    """Learn the synapses of active inputs, in words of all lanes: errors + and then errors -.

    Weight and tag share a random number: 8 bits round the one, 7 of them the other.
    """
    (levels, wear), lanes = pace, random.size
    low, high, scale = np.int16(rule.low), np.int16(rule.high), 256 // levels
    first, signs = error_words(d, lanes, 1)
    bits = np.empty((first.size, lanes), np.uint8)
    for k in range(count):
        draw_bits(random, bits)
        for n in range(first.size):
            weights = w[index[k], first[n] : first[n] + lanes]
            tags = t[index[k], first[n] : first[n] + lanes]
            sign, fraction = signs[n], bits[n]
            for lane in range(weights.size):
                u = np.int16(levels - tags[lane]) * np.int16(sign[lane])  # 0: nothing moves
                moved = np.int16(np.int16(scale * u) + np.int16(fraction[lane])) >> 8
                weights[lane] = min(max(np.int16(weights[lane] + 2 * moved), low), high)
                worn = np.int16(np.int16(wear * u * u) + np.int16(fraction[lane] & 127)) >> 7
                tags[lane] += np.int16(worn)
