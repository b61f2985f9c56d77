"""Uses of synapses beside their own spikes: teachers, ways back, shares; and rewards."""

from dataclasses import dataclass

from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.neurons import Part, Population
from backspike.golden.rules.microcode import CompiledRule

__all__ = ["Lesson", "Reward", "Share", "Teacher", "Transpose"]


@dataclass(frozen=True, eq=False)
class Teacher:
    """Neurons whose spikes and traces the rule of a connection takes for those of its targets.

    With ``negate``, ``dw`` is subtracted. Without a rule of its own, that of the connection counts.
    """

    connection: str
    by: Population
    negate: bool
    rule: CompiledRule | None = None


@dataclass(frozen=True, eq=False)
class Lesson:
    """One pass of learning over a connection or a convolution: by its own targets, or by a teacher.

    ``by`` are the neurons whose spikes and traces are y; with ``negate``, changes are subtracted.
    """

    connection: Connection | Convolution
    by: Part
    negate: bool
    rule: CompiledRule


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
