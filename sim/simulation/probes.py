"""Probes: what of a network is recorded, by name, and the words of a core that hold it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.compiler.synapse_places import SynapseValue
from backspike.golden.errors import UserError, check_int, check_text
from backspike.golden.names import UnknownNameError
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Population
from backspike.hdl.host_map import MEMORIES, REGISTERS, REWARDS
from backspike.hdl.keywords import names_keywords
from backspike.hdl.packing import unpack_array

__all__ = ["Probe", "Probes", "Source", "make_probes", "sources", "unknown_probe"]

Probes = Iterable["str | Probe"] | Mapping[str, int]

#: Units of a voltage or a current in a weight unit.
_STATE_UNIT = 64
_SYNAPSE_VALUES: dict[str, SynapseValue] = {"w": "dense", "tag": "tags", "delay": "delays"}


@names_keywords
@dataclass(frozen=True, eq=False)
class Probe:
    """Something that is recorded while a network runs.

    Parameters
    ----------
    name : str
        ``v:hidden`` and so on; see :meth:`~.simulation.Simulation.run` for all.
    every : int
        It is recorded after every so many steps of the simulation: after steps ``every - 1``,
        ``2 * every - 1``, ...
    neurons : int, slice or array-like of int, optional
        Neurons of the population or input, in that order; else all.

    Raises
    ------
    TypeError, ValueError
        If ``every`` is no integer of 1 and more.
    """

    name: str
    every: int = 1
    neurons: object = None

    def __post_init__(self) -> None:
        check_text("name of a probe", self.name)
        check_int(f"every of probe {self.name!r}", self.every, 1, 1 << 62)


@dataclass(frozen=True, eq=False)
class Source:
    """Place of what can be probed.

    Attributes
    ----------
    memory : str
        Of the core.
    first, count : int
        Host words of it.
    decode : callable
        From these words, uint64, to the values, any shape.
    neurons : int or None
        Values by neuron, if they are; else no neurons can be chosen.
    """

    memory: str
    first: int
    count: int
    decode: Callable[[np.ndarray], np.ndarray]
    neurons: int | None = None


def sources(network: Network, program: Program) -> dict[str, Source]:
    """Everything that can be probed in the memories of a core, by name."""
    found: dict[str, Source] = {}
    groups = {**network.populations, **network.inputs}
    if program.params.dynamics:
        stateful = [name for name, made in network.populations.items() if made.watches is None]
        for field in ("v", "u"):
            for name in stateful:
                first, size = program.populations[name]
                found[f"{field}:{name}"] = _neurons(program, "state", field, first, size)
    for trace in ("x1", "x2", "y1", "y2", "y3"):
        for name, group in groups.items():
            if (source := _trace(program, trace, name, group)) is not None:
                found[f"{trace}:{name}"] = source
    for kind, memory in _SYNAPSE_VALUES.items():
        for name in program.placements:
            if (synapses := _synapses(network, program, name, kind, memory)) is not None:
                found[f"{kind}:{name}"] = synapses
    for name, transpose in network.transposes.items():
        if transpose.connection in network.connections:
            forward = found[f"w:{transpose.connection}"]
            found[f"w:{name}"] = _backwards(forward, transpose.negate)
    if program.params.learning:
        for name, (channel, trace) in REWARDS.items():
            if REGISTERS[name].exists(program.params):
                found[f"{trace}:{channel}" if channel else trace] = _reward(name)
    return found


def _neurons(program: Program, memory: str, field: str, first: int, size: int) -> Source:
    """A field of the words of some neurons; voltages and currents in weight units."""
    layout: Any = MEMORIES[memory].layout(program.params)

    def decode(words: np.ndarray) -> np.ndarray:
        values = unpack_array(layout, words)[field]
        return values / _STATE_UNIT if memory == "state" else values.astype(np.int16)

    return Source(memory, first, size, decode, size)


def _trace(program: Program, trace: str, name: str, group: object) -> Source | None:
    """A trace of a group, where the core has it and the program moves it."""
    p, side, field = program.params, trace[0], f"trace{trace[1]}"
    memory = f"{side}_traces"
    if not MEMORIES[memory].exists(p) or int(trace[1]) > getattr(p, f"{side}_kinds"):
        return None
    if isinstance(group, Population):
        first, size = program.populations[name]
    elif side == "x":
        first, size = program.inputs[name]
        first += p.compartments
    else:
        return None
    begin = program.registers[f"{side}_first"]
    moved = range(begin, begin + program.registers[f"{side}_rows"])
    if first // p.lanes not in moved or (first + size - 1) // p.lanes not in moved:
        return None
    return _neurons(program, memory, field, first, size)


def _synapses(
    network: Network, program: Program, name: str, kind: str, value: SynapseValue
) -> Source | None:
    """Weights in the network's units, tags or delays of a connection, where it has them."""
    p = program.params
    place, home = program.placements[name], program.memory_of(name, value)
    scale: np.ndarray | float = 1.0
    if name in network.connections:
        connection = network.connections[name]
        if kind != "w" and getattr(connection, f"{kind}s") is None:
            return None
        scale = np.ldexp(1.0, connection.exponents)
    elif kind != "w":
        return None
    else:
        scale = np.ldexp(1.0, network.convolutions[name].exponent)
    first, words = place.span(p.lanes)
    groups = 1 if home == "sparse" else p.lanes // p.dense_group

    def decode(read: np.ndarray) -> np.ndarray:
        if not read.size:
            return np.zeros(place.shape)
        values = place.gather(program.synapses(read, home, value), first)
        return values * scale if kind == "w" else values

    return Source(home, first * groups, words * groups, decode)


def _backwards(forward: Source, negate: bool) -> Source:
    """Weights as a way back uses them: (sources of the way back, targets of it)."""

    def decode(words: np.ndarray) -> np.ndarray:
        weights = forward.decode(words).T
        return -weights if negate else weights

    return Source(forward.memory, forward.first, forward.count, decode)


def _reward(register: str) -> Source:
    """A reward trace."""

    def decode(words: np.ndarray) -> np.ndarray:
        return np.array(REGISTERS[register].value(int(words[0])), np.int16)

    return Source("registers", list(REGISTERS).index(register), 1, decode)


def make_probes(
    probes: Probes, known: Mapping[str, Source], spiking: Iterable[str]
) -> dict[str, tuple[Probe, np.ndarray | None]]:
    """Probes by name, with the neurons that they are of; None is all.

    Parameters
    ----------
    probes : iterable of str or Probe, or mapping of str to int
        Of a mapping, the values say every how many steps.
    known : mapping of str to Source
    spiking : iterable of str
        Names of spikes, which are always recorded.

    Raises
    ------
    UnknownNameError
        If something cannot be probed; the message lists what can.
    TypeError, UserError
        If neurons are chosen that are not there, or of something that has none.
    """
    if isinstance(probes, str | Probe):
        probes = [probes]
    if isinstance(probes, Mapping):
        probes = [Probe(name, every) for name, every in probes.items()]
    if not isinstance(probes, Iterable):
        raise TypeError(
            "probes must be a list of names and Probes, or a mapping of names to steps, such as "
            f"{{'v:hidden': 10}}, not {probes!r:.60}"
        )
    made: dict[str, tuple[Probe, np.ndarray | None]] = {}
    always = [f"spikes:{name}" for name in spiking]
    for entry in probes:
        probe = Probe(entry) if isinstance(entry, str) else entry
        if not isinstance(probe, Probe):
            raise TypeError(f"probe must be a name or a Probe, not {probe!r}")
        if probe.name in always:
            continue
        if probe.name not in known:
            raise unknown_probe(probe.name, [*always, *known])
        made[probe.name] = probe, _chosen(probe, known[probe.name].neurons)
    return made


def unknown_probe(name: object, known: Iterable[str]) -> UnknownNameError:
    """The error for something that cannot be probed; lists by kind what can."""
    kinds: dict[str, list[str]] = {}
    for other in known:
        kind, _, owner = other.partition(":")
        kinds.setdefault(kind, []).append(owner)
    listed = []
    for kind, owners in kinds.items():
        named = [owner for owner in owners if owner]
        listed += [kind] * ("" in owners) + [f"{kind}:{{{', '.join(named)}}}"] * bool(named)
    return UnknownNameError(f"probe must be one of {', '.join(listed)}, not {name!r}")


def _chosen(probe: Probe, size: int | None) -> np.ndarray | None:
    """Numbers of the neurons of a probe, int64, or None for all."""
    if probe.neurons is None:
        return None
    if size is None:
        raise UserError(f"neurons of probe {probe.name!r} must be left out: it is of no neurons")
    if isinstance(probe.neurons, slice):
        return np.arange(size)[probe.neurons]
    chosen = np.atleast_1d(np.asarray(probe.neurons))
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or not chosen.size:
        raise TypeError(f"neurons of probe {probe.name!r} must be integers, not {probe.neurons!r}")
    for neuron in (chosen.min(), chosen.max()):
        check_int(f"neuron of probe {probe.name!r}", neuron, 0, size - 1)
    return chosen.astype(np.int64)
