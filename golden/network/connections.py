"""What joins groups of neurons: connections, and other uses of their synapses."""

from dataclasses import dataclass

import numpy as np

from backspike.golden.network.neurons import Part, Population
from backspike.golden.network.weights import Pattern, expand_pairs
from backspike.golden.rules.microcode import CompiledRule
from backspike.hdl.layouts import SignMode

__all__ = ["Connection", "Reward", "Share", "Teacher", "Transpose"]


@dataclass(frozen=True, eq=False)
class Connection:
    """Synapses from one group of neurons to another.

    Attributes
    ----------
    weights : numpy.ndarray
        Stored weights, -256 to 255, int16: (sources, targets) all-to-all, (1, targets)
        one-to-all, else (synapses,). A spike adds ``floor(weight * 2**exponent)``.
    exponents : numpy.ndarray
        int8: one for all, shape (), or one per weight.
    pairs : numpy.ndarray
        Neurons of source and target, int64, shape (synapses, 2); without rows in the patterns
        that need none.
    delay : int
        Time steps beyond the one that every spike takes.
    delays, tags : numpy.ndarray, optional
        Delays of the single synapses instead, and their tags, int16, shaped as the weights.
    rule : CompiledRule, optional
        What the synapses learn by.
    sign : SignMode
        Which weights learning may reach.
    lsb : int
        Learning keeps weights multiples of ``2**lsb``.
    """

    name: str
    source: Part
    target: Part
    pattern: Pattern
    weights: np.ndarray
    exponents: np.ndarray
    pairs: np.ndarray
    delay: int
    delays: np.ndarray | None
    tags: np.ndarray | None
    rule: CompiledRule | None
    sign: SignMode
    lsb: int

    def synapses(self) -> tuple[np.ndarray, np.ndarray]:
        """Neuron of the source and neuron of the target of each weight, in row order, int64."""
        return expand_pairs(self.pattern, self.pairs, self.source.size, self.target.size)


@dataclass(frozen=True, eq=False)
class Teacher:
    """Neurons whose spikes and traces the rule of a connection takes for those of its targets.

    With ``negate``, ``dw`` is subtracted.
    """

    connection: str
    by: Population
    negate: bool


@dataclass(frozen=True, eq=False)
class Transpose:
    """Spikes of ``source`` that go back through the synapses of a connection, to ``target``.

    Neuron ``j`` of the source adds the weights of all synapses onto neuron ``j`` of the
    connection's target; with ``negate``, it subtracts them.
    """

    name: str
    connection: str
    source: Part
    target: Part
    delay: int
    negate: bool


@dataclass(frozen=True, eq=False)
class Share:
    """Spikes of ``source`` that go through the synapses of a connection as well, to ``target``.

    Neuron ``k`` of the source takes the list of neuron ``k`` of the connection's source; with
    ``negate``, it subtracts the weights.
    """

    connection: str
    source: Part
    target: Part
    negate: bool


@dataclass(frozen=True, eq=False)
class Reward:
    """Neurons whose spikes add ``value`` to the reward ``trace``, r0 or r1, of the next step, of
    the channel ``reinforcement``."""

    source: Part
    value: int
    trace: str
    reinforcement: int
