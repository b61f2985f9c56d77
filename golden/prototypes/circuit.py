"""The circuit of learning by prototypes: every spike of :mod:`~.equations`, on a core.

Neurons come in classes of equal size, and as often as there are thresholds and signs to tell apart.
A sample is a learning epoch of ``PROTOTYPE_STEPS`` steps; the host fires all inputs::

    step 0      x, the classes t that compete, and ``bias``, ``twice`` and ``new``
    step 1      match = W x + 2 B;  over = match > 0;  label, new
    step 2      match = W x + B - middle, more for new neurons
    step 2 k    above = match > 0, of the classes that compete, for k = 1, 2, ...
    step 2 k+1  found_k, if any neuron is above: the threshold rises, else it falls,
                by half as much as before
    step end-1  won = the neurons that are above at last; first, rich and poor, by what they
                were in step 1; and match is cleared
    end         W moves towards x where won, and becomes 64 x where first
                B falls where rich, rises where poor, and begins where first

To search for the best match, all matches fall or rise at once: a threshold that moves, until no
more than ``RESOLUTION`` is left to search; all that are above it then win. To infer, all classes
compete, ``new`` stays silent, and the core does not learn.
"""

from typing import Any

import numpy as np

from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Population
from backspike.golden.prototypes.options import (
    BIAS_EXPONENT,
    BOTTOM,
    MOST_ACTIVE,
    PIXEL,
    RANGE,
    RESOLUTION,
    TESTS,
    PrototypeOptions,
    PrototypeState,
)

__all__ = ["PROTOTYPE_STEPS", "prototype_circuit"]

PROTOTYPE_STEPS = 2 * TESTS + 4
"""Time steps of a sample."""

#: A match is cleared by a spike of its own: so many axons lift it by so much each, from wherever it
#: is to above a threshold that none reaches before.
CLEARING, CLEAR, FULL = 4, 255 << 7, MOST_ACTIVE * PIXEL
#: Weight of a clock's spike, which no number of neurons has without it.
CLOCK = 1 << 14


def prototype_circuit(
    state: PrototypeState, options: PrototypeOptions, *, seed: int = 0
) -> Network:
    """The circuit.

    Parameters
    ----------
    state : PrototypeState
        Its weights and biases are those at first.
    options : PrototypeOptions
    seed : int
        Of the random numbers, as in ``PrototypeState.fresh``.

    Returns
    -------
    Network
        Inputs ``in_x``, ``in_t`` and those of the host's clock; populations of the module; plastic
        connections ``W`` and ``bias``.
    """
    return _Circuit(state, options, seed).network


class _Circuit:
    """Builder of the circuit."""

    def __init__(self, state: PrototypeState, options: PrototypeOptions, seed: int) -> None:
        self.options = options
        n_in, self.size = state.weights.shape
        self.network = network = Network(epoch=PROTOTYPE_STEPS, seed=seed)
        x, bias = network.input("in_x", n_in), network.input("in_bias", 1)
        self.match = self._population("match", threshold=FULL, decay_v=0, vmin=22)
        self._learned(state, x, bias)
        label = self._label()
        over = self._above("over", label, gated_by="silence")
        above = self._above("above", label)
        new = self._new()
        self._search(above)
        self._learn(above, over, new)

    def _population(self, name: str, **constants: Any) -> Population:
        """A population with a neuron for each prototype."""
        return self.network.population(name, self.size, **constants)

    def _above(self, name: str, label: Population, **gating: Any) -> Population:
        """Neurons whose match is above 0."""
        return self._population(name, threshold=0, watches=self.match, gate=label, **gating)

    def _learned(self, state: PrototypeState, x: Input, bias: Input) -> None:
        """Synapses that learn, and what else the biases are for."""
        rate = self.options.rate
        self.network.connect(
            "W",
            x,
            self.match,
            state.weights,
            pattern="all-to-all",
            exponent=0,
            rule=f"dw = {PIXEL >> rate}*x0*y0 - 2^-{rate}*w*y0",
            rounding="stochastic",
            sign="excitatory",
        )
        self.network.connect(
            "bias",
            bias,
            self.match,
            state.bias * 2.0**BIAS_EXPONENT,
            pattern="one-to-all",
            exponent=BIAS_EXPONENT,
            rule=f"dw = {self.options.turn}*x0*y0",
            bits=9,
        )
        self.network.share("bias", self.network.input("in_twice", 1), self.match)
        once = self.network.input("in_once", 1)
        self.network.share("bias", once, self.match, negate=True)
        middle = BOTTOM + RANGE // 2
        self.network.connect("middle", once, self.match, -middle, pattern="one-to-all")

    def _label(self) -> Population:
        """Neurons of the classes that compete."""
        label = self._population("label", threshold=32)
        per_class = self.options.per_class
        classes = self.network.input("in_t", self.size // per_class)
        weights = np.repeat(64 * np.eye(classes.size, dtype=int), per_class, axis=1)
        self.network.connect("label", classes, label, weights, pattern="all-to-all")
        return label

    def _new(self) -> Population:
        """Neurons that have won nothing yet; within a class they win one after the other."""
        new = self._population("new", threshold=(255 << BIAS_EXPONENT))
        self.network.share("bias", self.network.input("in_new", 1), new, negate=True)
        places = np.arange(self.size) % self.options.per_class
        self.network.connect(
            "bonus", new, self.match, (255 - places) * PIXEL, pattern="one-to-one", exponent=6
        )
        return new

    def _search(self, above: Population) -> None:
        """The threshold: in each test it rises if a match is above it, and falls if none is."""
        network = self.network
        clock = network.input("in_test", TESTS)
        found = network.population("found", TESTS, threshold=CLOCK)
        network.connect("clock", clock, found, CLOCK, pattern="one-to-one")
        network.connect("any", above, found, 1, pattern="all-to-all", exponent=0)
        for k in range(TESTS):
            is_last = k == TESTS - 1
            fall = RESOLUTION if is_last else RANGE >> (k + 2)
            back = fall if is_last else 2 * fall
            network.connect(f"fall{k}", clock[k], self.match, fall, pattern="one-to-all", delay=1)
            network.connect(f"rise{k}", found[k], self.match, -back, pattern="one-to-all")

    def _learn(self, above: Population, over: Population, new: Population) -> None:
        """The winners, and what they learn."""
        network = self.network
        won = self._population("won", threshold=64)
        network.connect("best", above, won, 64, pattern="one-to-one")
        network.connect("go", network.input("in_go", 1), won, 64, pattern="one-to-all")
        clear = network.input("in_clear", CLEARING)
        network.connect("clear", clear, self.match, CLEAR, pattern="all-to-all")
        first, rich, poor = (
            self._population(name, threshold=64, sums_of=won, gate=gate, gated_by=by)
            for name, gate, by in (
                ("first", new, "spike"),
                ("rich", over, "spike"),
                ("poor", over, "silence"),
            )
        )
        network.teach("W", won)
        network.teach("W", first, rule=f"dw = {PIXEL}*x0*y0 - w*y0")
        network.teach("bias", rich, negate=True)
        network.teach("bias", poor)
        network.teach("bias", first, rule=f"dw = {2 * self.options.first}*x0*y0 - w*x0*y0")
