"""The network in a waveform: what the registers and memories of the core say of it, by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.errors import UserError
from backspike.golden.names import unknown
from backspike.hdl.layouts import sparse_layout, state_layout
from backspike.hdl.payloads import row_spikes_layout
from backspike.hdl.sequencer import PHASES
from backspike.sim.waves.names import vcd_names
from backspike.sim.waves.save_files import Shown

__all__ = ["Key", "NetworkSignal", "View", "Weight"]

#: Place in the core: submodules, and the signal or the row of a memory.
Key = tuple[str | int, ...]
#: A connection, and the index of a weight in its matrix.
Weight = tuple[str, tuple[int, ...]]

#: Weights of a connection that are shown beside those that are chosen.
MOST_WEIGHTS = 1024
#: Bits of a number in a waveform.
_NUMBER = 32
_STEP: Key = ("sequencer", "registers__step")
_PHASES: dict[Key, str] = {("sequencer", f"in_{name}"): name.upper() for name in PHASES}
_VALID: Key = ("dendrite", "fired__valid")
_FIRED: Key = ("dendrite", "fired__spikes")


@dataclass(eq=False)
class NetworkSignal:
    """A signal of the network.

    Attributes
    ----------
    path : tuple of str
        Scopes and name.
    width : int
        Bits; a text has 1.
    id : str
        Of the VCD.
    kind : {"wire", "integer", "string"}
        Viewers show an integer as a signed number.
    value : int or str
    changes : int
        Changes within the waveform.
    """

    path: tuple[str, ...]
    width: int
    id: str
    kind: str
    value: int | str
    changes: int = 0

    def line(self) -> str:
        """Its value as a line of a VCD."""
        if isinstance(self.value, str):
            return f"s{self.value} {self.id}"
        return f"b{self.value:b} {self.id}"


@dataclass(frozen=True)
class _Part:
    """Bits of a row of a memory, a signed number, that a signal shows, shifted left."""

    signal: NetworkSignal
    offset: int
    width: int
    shift: int = 0

    def of(self, row: int) -> int:
        value = row >> self.offset & ((1 << self.width) - 1)
        if value >> (self.width - 1):
            value -= 1 << self.width
        return value << self.shift & ((1 << _NUMBER) - 1)


@dataclass
class _Rows:
    """Signals of the spikes of the axons in each row: (signal, first lane, neurons, first bit)."""

    lanes: int
    of: dict[int, list[tuple[NetworkSignal, int, int, int]]] = field(default_factory=dict)

    def add(self, signal: NetworkSignal, first: int) -> None:
        """Take the spikes of ``signal`` from axon ``first`` on."""
        for row in range(first // self.lanes, (first + signal.width - 1) // self.lanes + 1):
            begin = max(first, row * self.lanes)
            end = min(first + signal.width, (row + 1) * self.lanes)
            entry = signal, begin - row * self.lanes, end - begin, begin - first
            self.of.setdefault(row, []).append(entry)


class View:
    """Signals of the network, worked out from changes in the core.

    Parameters
    ----------
    program : Program
        Names and places.
    neurons : iterable of (str, int)
        Neurons that are sure to be shown.
    weights : iterable of (str, tuple of int)
        Likewise: connection, and index of a weight. Of each connection, the first 1024 are shown.

    Attributes
    ----------
    signals : list of NetworkSignal
    keys : set of Key
        Places in the core that :meth:`take` wants to hear of.
    step : int
        Time step that is being run.
    running : bool
        It is, and the core does not wait for its host.

    Raises
    ------
    UserError
        If there is no such neuron or weight.
    """

    def __init__(
        self,
        program: Program,
        neurons: Iterable[tuple[str, int]] = (),
        weights: Iterable[Weight] = (),
    ) -> None:
        self._program = program
        self.signals: list[NetworkSignal] = []
        self.states: dict[tuple[str, int, str], NetworkSignal] = {}
        self.spikes: dict[str, NetworkSignal] = {}
        self.weights: dict[Weight, NetworkSignal] = {}
        self._parts: dict[Key, list[_Part]] = {}
        self._now: dict[Key, int] = dict.fromkeys((_STEP, _VALID, _FIRED, *_PHASES), 0)
        self._dirty: set[NetworkSignal] = set()
        self.step, self.running = 0, False
        self._step = self._add(("step",), _NUMBER, "integer")
        self._phase = self._add(("phase",), 1, "string", PHASES[0].upper())
        self._rows = _Rows(program.params.lanes)
        self._add_spikes()
        if program.params.dynamics:
            self._add_states()
        wanted = list(weights)
        for name, neuron in neurons:
            _check_neuron(program, name, neuron)
        for name, index in wanted:
            _check_weight(program, name, index)
        safe = vcd_names(program.placements)
        for name in program.placements:
            self._add_weights(name, safe[name], {index for other, index in wanted if other == name})
        self.keys = {*self._now, *self._parts}

    def take(self, key: Key, value: int) -> None:
        """Hear of a change in the core."""
        if key in self._now:
            self._now[key] = value
        for part in self._parts.get(key, ()):
            self._set(part.signal, part.of(value))

    def settle(self) -> None:
        """All changes of a time have been taken."""
        now = self._now
        phase = next((name for key, name in _PHASES.items() if now[key]), PHASES[0].upper())
        self._set(self._phase, phase)
        self.running = not now["sequencer", "in_host"]
        if now[_STEP] != self.step:
            self.step = now[_STEP]
            self._set(self._step, self.step)
            for signal in self.spikes.values():
                self._set(signal, 0)
        if now[_VALID]:
            layout = row_spikes_layout(self._program.params)
            bits = now[_FIRED] >> layout["bits"].offset
            row = now[_FIRED] & ((1 << layout["bits"].offset) - 1)
            for signal, lane, count, bit in self._rows.of.get(row, ()):
                fired = (bits >> lane & ((1 << count) - 1)) << bit
                assert isinstance(signal.value, int)
                self._set(signal, signal.value | fired)

    def changes(self) -> list[str]:
        """Lines of a VCD for all that has changed since the last call."""
        dirty, self._dirty = self._dirty, set()
        return [signal.line() for signal in self.signals if signal in dirty] if dirty else []

    def groups(
        self, neurons: Iterable[tuple[str, int]], weights: Iterable[Weight]
    ) -> dict[str, list[Shown]]:
        """Signals that viewers open on; without choice, the neuron and weight that change most."""
        busy = {
            (name, neuron): signal.changes
            for (name, neuron, what), signal in self.states.items()
            if what == "v"
        }
        moved = {name: signal.changes for name, signal in self.weights.items()}
        shown_neurons = list(neurons) or sorted(busy, key=lambda name: -busy[name])[:1]
        shown_weights = list(weights) or sorted(moved, key=lambda name: -moved[name])[:1]
        return {
            "step": [_shown(self._step), _shown(self._phase)],
            "spikes": [_shown(signal) for signal in self.spikes.values()],
            "neurons": [
                _shown(self.states[name, neuron, what], drawn=True)
                for name, neuron in shown_neurons
                for what in ("u", "v")
                if busy
            ],
            "weights": [_shown(self.weights[weight], drawn=True) for weight in shown_weights],
        }

    def _set(self, signal: NetworkSignal, value: int | str) -> None:
        if signal.value != value:
            signal.value = value
            signal.changes += 1
            self._dirty.add(signal)

    def _add(
        self, path: tuple[str, ...], width: int, kind: str = "wire", value: int | str = 0
    ) -> NetworkSignal:
        name = f"network{len(self.signals)}"
        signal = NetworkSignal(("network", *path), width, name, kind, value)
        self.signals.append(signal)
        return signal

    def _add_spikes(self) -> None:
        program = self._program
        base = program.params.compartments
        for kind, places in (("inputs", program.inputs), ("populations", program.populations)):
            safe = vcd_names(places)
            for name, (first, size) in places.items():
                signal = self._add((kind, safe[name], "spikes"), size)
                self.spikes[name] = signal
                self._rows.add(signal, first + (base if kind == "inputs" else 0))

    def _add_states(self) -> None:
        p, layout = self._program.params, state_layout(self._program.params)
        safe = vcd_names(self._program.populations)
        for name, (first, size) in self._program.populations.items():
            for neuron in range(size):
                row, bank = divmod(first + neuron, p.dendrite_lanes)
                key = "dendrite", "state", f"bank{bank}", row
                for what in ("u", "v"):
                    path = "populations", safe[name], f"{what}_{neuron}"
                    signal = self._add(path, _NUMBER, "integer")
                    self.states[name, neuron, what] = signal
                    self._parts.setdefault(key, []).append(_Part(signal, layout[what].offset, 24))

    def _add_weights(self, name: str, safe: str, wanted: set[tuple[int, ...]]) -> None:
        program, p = self._program, self._program.params
        place, home = program.placements[name], program.memory_of(name)
        first, words = place.span(p.lanes)
        if not words:
            return
        lanes = 1 if home == "sparse" else p.lanes
        # numbers of the lanes, from 1 on, instead of weights: 0 is where none is stored
        numbers = np.arange(first * lanes, (first + words) * lanes) + 1
        matrix = place.gather(numbers if home == "sparse" else numbers.reshape(words, lanes), first)
        shown = {tuple(map(int, i)) for i in np.argwhere(matrix)[:MOST_WEIGHTS]} | wanted
        for index in sorted(shown):
            word, bank = divmod(int(matrix[index]) - 1, lanes)
            path = "weights", safe, "_".join(("w", *map(str, index)))
            signal = self._add(path, _NUMBER, "integer")
            self.weights[name, index] = signal
            key: Key = "delivery", "synapses", "banks", home, f"bank{bank}", word
            part = _Part(signal, 0, p.weight_bits, p.weight_low)
            if home == "sparse":
                weight = sparse_layout(p)["weight"]
                part = _Part(signal, weight.offset, weight.width)
            self._parts.setdefault(key, []).append(part)


def _shown(signal: NetworkSignal, *, drawn: bool = False) -> Shown:
    return Shown(("backspike", *signal.path), signal.width, signal.kind, drawn)


def _check_neuron(program: Program, name: str, neuron: int) -> None:
    if name not in program.populations:
        raise unknown("population", name, program.populations)
    size = program.populations[name][1]
    if not 0 <= neuron < size:
        raise UserError(f"neuron of {name!r} must be between 0 and {size - 1}, not {neuron}")


def _check_weight(program: Program, name: str, index: tuple[int, ...]) -> None:
    if name not in program.placements:
        raise unknown("connection", name, program.placements)
    shape = program.placements[name].shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        sizes = " x ".join(map(str, shape))
        raise UserError(f"weight of {name!r} must be one of {sizes}, not {index}")
