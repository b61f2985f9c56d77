"""Networks whose last layer learns: an import with a teacher, and an import of what was learned."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from backspike.golden.errors import UserError, check_int, check_number
from backspike.golden.names import free_name
from backspike.golden.network.connections import Connection
from backspike.golden.network.weights import Pattern
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.fold import Link, fold
from backspike.golden.nir.neurons import dynamics_of
from backspike.golden.nir.rewriting import links_onto, rewritten
from backspike.golden.nir.tally import never_fires
from backspike.golden.nir.timing import extra_delay
from backspike.golden.nir.to_network import NirImport, rounded_by
from backspike.golden.rules.microcode import compile_rule
from backspike.hdl.layouts import TRACE_MAX

__all__ = ["Taught", "TuningOptions", "relearned", "taught"]

#: Longest period and time constant, in steps.
_MOST_STEPS = 1000
#: Patterns of connections that have a teacher.
_WHOLE = (Pattern.ALL_TO_ALL, Pattern.ONE_TO_ALL)


@dataclass(frozen=True, kw_only=True)
class TuningOptions:
    """Constants of learning from a teacher: ``dw = rate*2^-7*x1*y0``, rounded at random, added when
    the teacher fires, and subtracted when the output does.

    Attributes
    ----------
    rate : int
        Step of a weight, as it is stored, in 1/128 of the trace of its source, 1 to 128.
    period : int
        Steps from a spike of the right neuron's teacher to the next one, 1 to 1000.
    impulse : int
        What a spike adds to a trace, 1 to 127, which is also the most that a trace holds.
    tau : float
        Time constant of traces in steps, 0 to 1000; 0 forgets after one step.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    rate: int = 4
    period: int = 4
    impulse: int = 32
    tau: float = 4.0

    def __post_init__(self) -> None:
        for name, most in (("rate", 128), ("period", _MOST_STEPS), ("impulse", TRACE_MAX)):
            check_int(name, getattr(self, name), 1, most)
        if not 0 <= check_number("tau", self.tau) <= _MOST_STEPS:
            raise ValueError(f"tau must be between 0 and {_MOST_STEPS} steps, not {self.tau}")


@dataclass(frozen=True, eq=False)
class Taught:
    """An import whose last layer learns.

    Attributes
    ----------
    imported : NirImport
        The same, but for the plastic connections and the teacher of its network.
    output : str
        Population that learns.
    target : str
        Input that drives the teacher, neuron by neuron.
    connections : tuple of str
        Connections that learn.
    """

    imported: NirImport
    output: str
    target: str
    connections: tuple[str, ...]


def taught(imported: NirImport, options: TuningOptions, seed: int = 0) -> Taught:
    """Give the output of a network a teacher; ``seed`` is that of the rounding.

    Weights stay as they are. What spikes of an output itself, or of a bias, come by does not learn.

    Raises
    ------
    UserError
        If the output is not one population that fires, or its connections cannot learn.
    """
    network = deepcopy(imported.network)
    network.seed = seed
    output = _output(imported)
    every = _connections(imported, output)
    learning = tuple(c.name for c in every if c.source.owner.name != output)
    population = network.populations[output]
    taken = {*network.inputs, *network.populations}
    target, teacher = (free_name(name, taken) for name in ("target", "teacher"))
    axons = network.input(target, population.size)
    teachers = network.population(teacher, population.size, threshold=1)
    joins = {*network.connections, *network.convolutions}
    way = free_name(f"{target} to {teacher}", joins)
    network.connect(way, axons, teachers, 2, pattern="one-to-one")
    network.traces(x1=(options.impulse, options.tau))
    rule = compile_rule(f"dw = {options.rate}*2^-7*x1*y0", rounding="stochastic")
    for name in learning:
        network.connections[name] = replace(network.connections[name], rule=rule)
        network.teach(name, teachers)
        network.teach(name, population, negate=True)
    return Taught(replace(imported, network=network), output, target, learning)


def relearned(imported: NirImport, output: str, weights: Mapping[str, np.ndarray]) -> NirImport:
    """The import with other weights onto its output, in its graph as in its network.

    ``weights`` are as they are stored, by the names of connections, in their shapes. Exponents may
    be others in the network that is made; what a spike adds is the same.
    """
    folded, groups, dt = imported.folded, imported.groups, imported.conventions.dt
    sums: dict[_Way, np.ndarray] = {}
    for c in _connections(imported, output):
        made = replace(c, weights=weights.get(c.name, c.weights))
        sums[_way_of(c)] = sums.get(_way_of(c), 0) + _effective(made)

    def matrix(link: Link) -> np.ndarray:
        order = groups[link.source].order
        way = _way(imported, link)
        if way not in sums:
            return link.path.dense().reshape(len(order), -1)
        made = np.zeros(sums[way].shape)
        made[np.ix_(order, groups[output].order)] = sums[way]
        return made / _factor(imported, output)

    matrices = [matrix(link) for link in links_onto(folded, output)]
    changed = fold(rewritten(folded, output, matrices, dt), dt)
    choices = {**imported.choices, output: Choice(imported.choices[output].scale)}
    return rounded_by(replace(imported, folded=changed), choices)


#: Source of spikes, and steps that they take beyond one.
_Way = tuple[str, int]


def _way(imported: NirImport, link: Link) -> _Way:
    depths = {name: group.depth for name, group in imported.groups.items()}
    return link.source, max(0, extra_delay(link, depths))


def _way_of(connection: Connection) -> _Way:
    return connection.source.owner.name, connection.delay


def _connections(imported: NirImport, output: str) -> list[Connection]:
    """Connections onto an output from groups of the graph: biases may come by others."""
    return [
        c
        for c in imported.network.connections.values()
        if c.target.owner.name == output and c.source.owner.name in imported.groups
    ]


def _output(imported: NirImport) -> str:
    """Name of the population that is the first output.

    Raises
    ------
    UserError
        If it is none, or cannot learn.
    """
    name, shown = next(iter(imported.outputs.items()), ("", ()))
    if len(shown) != 1 or shown[0] not in imported.network.populations:
        raise UserError(
            f"output {name!r} must be one population to learn, not {', '.join(shown) or 'none'}"
        )
    (output,) = shown
    cannot = f"population {output!r} cannot learn: "
    if never_fires(imported, output):
        raise UserError(f"{cannot}it never fires, and learns by its own spikes")
    if not _factor(imported, output).all():
        raise UserError(f"{cannot}weights onto some of its neurons have no effect: a gain is 0")
    for convolution in imported.network.convolutions.values():
        if convolution.target.owner.name == output:
            raise UserError(
                f"{cannot}convolution {convolution.name!r} leads to it, whose weights are shared"
            )
    connections = _connections(imported, output)
    links = links_onto(imported.folded, output)
    for ways in (map(_way_of, connections), (_way(imported, link) for link in links)):
        for (source, _), count in Counter(ways).items():
            if count > 1:
                raise UserError(
                    f"{cannot}a weight from {source!r} is the sum of {count} synapses, and must "
                    "be one: import with synapses=1"
                )
    learning = [c for c in connections if c.source.owner.name != output]
    for c in learning:
        for reason in _reasons(c):
            raise UserError(f"{cannot}connection {c.name!r} {reason}")
    if not learning:
        raise UserError(f"{cannot}no other population has a weight onto it")
    return output


def _reasons(connection: Connection) -> Iterator[str]:
    """Reasons why a connection has no teacher."""
    if connection.pattern not in _WHOLE:
        yield f"must be all-to-all, and is {connection.pattern.value}"
    if connection.exponents.ndim:
        yield "must have one exponent for all weights, and has one for each"
    if connection.delays is not None:
        yield "must have one delay for all synapses, and has one for each"


def _factor(imported: NirImport, output: str) -> np.ndarray:
    """Weight units of the core for a weight of 1 in the graph, of each neuron in NIR's order."""
    conventions, scale = imported.conventions, imported.groups[output].scale
    assert scale is not None
    node = imported.folded.groups[output]
    reset = conventions.resets[output]
    return dynamics_of(node, conventions.dt, reset, conventions.integrator).gain * scale


def _effective(connection: Connection) -> np.ndarray:
    """Sums that spikes add, float64, (sources, targets)."""
    weights = connection.weights.astype(np.float64)
    made = np.zeros((connection.source.size, connection.target.size))
    values = np.floor(np.ldexp(weights, connection.exponents)).reshape(-1)
    np.add.at(made, connection.synapses(), values)
    return made
