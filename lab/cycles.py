"""The cycles of one step of the real RTL: its phase, some wires, values, and the blocks at work."""

import re
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from vcd.reader import TokenKind, tokenize

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.image import image_memories
from backspike.golden.compiler.program import Program
from backspike.golden.network.network import Network
from backspike.lab.blocks import BOXES
from backspike.lab.scene import Built, Scene
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.engines.verilator_build import BuildProgress
from backspike.sim.simulation.inputs import Inputs
from backspike.sim.waves.rewriter import CYCLE
from backspike.sim.waves.write_waves import write_waves

__all__ = ["WIRES", "cycles_of"]


class Wire(NamedTuple):
    """A wire of the core that is shown: its words, its block, its module, and its name there."""

    label: str
    block: str
    module: str
    name: str


#: Wires by the way of a spike: from a row of compartments to the weights that are written.
WIRES = (
    Wire("a row is updated", "compartments", "dendrite.walk", "o__valid"),
    Wire("neurons of a row fired", "compartments", "dendrite", "fired__valid"),
    Wire("spikes are reported", "spike reports", "host.reporter", "o__valid"),
    Wire("an axon is found", "scanner", "delivery.scanner", "o__valid"),
    Wire("its list is fetched", "list fetch", "delivery.lists.lists", "o__valid"),
    Wire("a plan is made", "planner", "delivery.planner", "o__valid"),
    Wire("a word is asked for", "walker", "delivery.walker", "o__valid"),
    Wire("a word is delivered", "synapses", "delivery", "deliver__valid"),
    Wire("a sum is written", "accumulators", "accumulators.sums", "write__en"),
    Wire("traces of a row move", "traces", "learning.traces", "move__valid"),
    Wire("a rule is set up", "rule set-up", "learning.engine.setup", "run__busy"),
    Wire("a word learns", "words", "learning.engine", "issued__valid"),
    Wire("weights are written", "lanes", "learning.engine", "learned__en"),
)
#: Voltages that are shown, of those that change in the step, and as many weights.
_MOST_VALUES = 4
#: Numbers that Amaranth and yosys put behind names that are used twice.
_TWICE = re.compile(r"\$\d+$")
#: Units of a voltage in a weight unit.
_STATE_UNIT = 64
_NUMBER = 32


@dataclass
class _Seen:
    """Changes of one variable: the cycle of each, and the value from then on."""

    path: tuple[str, ...]
    changes: list[tuple[int, Any]] = field(default_factory=list)


def cycles_of(
    scene: Scene, built: Built, step: int, progress: BuildProgress | None = None
) -> dict[str, Any]:
    """Run a scene's network in Verilator up to a step, and tell that one cycle by cycle.

    ``progress`` is told of builds of simulators.

    Returns
    -------
    dict
        As JSON may have it: ``step``, ``cycles``; ``phases`` and ``values`` as (cycle, value) from
        which they hold; ``wires``, 0 or 1 likewise; ``blocks``, by box of the diagram how many of
        its wires change in each cycle.

    Raises
    ------
    ValueError
        If the network does not fit the core.
    """
    program = compile_network(built.network, scene.core)
    inputs = Inputs(built.inputs, program.inputs, 0, scene.steps)
    *parts, (begin, _) = [part for part in scene.parts if part[0] <= step]
    program = _after(program, inputs, parts, progress)
    stimulus = inputs.stimulus(inputs.events(begin, step + 1))
    with tempfile.TemporaryDirectory(prefix="backspike-lab-") as folder:
        path = Path(folder) / "step.vcd"
        steps = step - begin, step - begin  # the core counts them from its last rest
        waves = write_waves(
            program, stimulus, path, steps=steps, simulator="verilator", progress=progress
        )
        seen, work = _read(path, waves.cycles)
    found = {variable.path: variable.changes for variable in seen}
    return {
        "step": step,
        "cycles": waves.cycles,
        "phases": found["network", "phase"],
        "wires": [
            {"label": wire.label, "block": wire.block, "changes": found[_place(wire)]}
            for wire in WIRES
        ],
        "values": _values(found, built.network),
        "blocks": {name: work[name] for name in BOXES},
    }


def _after(
    program: Program,
    inputs: Inputs,
    parts: list[tuple[int, int]],
    progress: BuildProgress | None,
) -> Program:
    """The program with what the RTL has in its memories at rest after some parts of a scene."""
    if not parts:
        return program
    with closing(VerilatorEngine(program.params, progress)) as engine:
        engine.load(program)
        for begin, end in parts:
            engine.run(end - begin, inputs.stimulus(inputs.events(begin, end)), record=False)
            engine.clear()
        words = {name: engine.read(name) for name, _ in image_memories(program)}
    return replace(program, memories=words)


def _place(wire: Wire) -> tuple[str, ...]:
    return "core", *wire.module.split("."), wire.name


def _read(path: Path, cycles: int) -> tuple[list[_Seen], dict[str, list[int]]]:
    """Variables of a waveform that are shown, and how many wires of each block change by cycle."""
    shown = {_place(wire) for wire in WIRES}
    seen: dict[str, list[_Seen]] = {}
    blocks: dict[str, set[str]] = {}
    work = {name: [0] * cycles for name in BOXES}
    scope: list[str] = []
    cycle, changed = 0, set[str]()

    def settle() -> None:
        counts = Counter(name for key in changed for name in blocks.get(key, ()))
        for name, count in counts.items():
            work[name][cycle] += count
        changed.clear()

    with path.open("rb") as file:
        for token in tokenize(file):
            data: Any = token.data
            if token.kind is TokenKind.SCOPE:
                scope.append(_TWICE.sub("", data.ident))
            elif token.kind is TokenKind.UPSCOPE:
                scope.pop()
            elif token.kind is TokenKind.VAR:
                key, place = data.id_code, (*scope[1:], data.reference)
                if place in shown or place[0] == "network":
                    seen.setdefault(key, []).append(_Seen(place))
                if not data.reference.endswith(("clk", "rst")):
                    blocks.setdefault(key, set()).update(_boxes(place[:-1]))
            elif token.kind is TokenKind.CHANGE_TIME:
                settle()
                cycle = min(data // CYCLE, cycles - 1)
            elif token.kind in _CHANGES:
                if cycle:  # in the first one, all values are told
                    changed.add(data.id_code)
                for variable in seen.get(data.id_code, ()):
                    _take(variable.changes, cycle, _plain(data.value))
    settle()
    return [variable for variables in seen.values() for variable in variables], work


_CHANGES = {TokenKind.CHANGE_SCALAR, TokenKind.CHANGE_VECTOR, TokenKind.CHANGE_STRING}


def _plain(value: Any) -> Any:
    """A value as JSON may have it; what is not known is 0."""
    if isinstance(value, str) and set(value.lower()) <= set("01xz"):
        return int(re.sub("[xXzZ]", "0", value), 2)
    return value


def _take(changes: list[tuple[int, Any]], cycle: int, value: Any) -> None:
    """Note a value; of several in a cycle, the last one counts."""
    if changes and changes[-1][0] == cycle:
        changes.pop()
    if not changes or changes[-1][1] != value:
        changes.append((cycle, value))


@cache
def _boxes(scope: tuple[str, ...]) -> list[str]:
    """Boxes of the diagram to which the wires of a module of the core belong."""
    module = ".".join(scope[1:])
    return [
        name
        for name, box in BOXES.items()
        if scope[0] == "core" and any(_is_within(module, part) for part in box.modules)
    ]


def _is_within(module: str, part: str) -> bool:
    """True for a module, what is in it, and its numbered copies."""
    return re.match(rf"{re.escape(part)}\d*(\.|$)", module) is not None


def _values(
    found: dict[tuple[str, ...], list[tuple[int, Any]]], network: Network
) -> list[dict[str, Any]]:
    """The first voltages that change within the step, and the first weights, in weight units."""
    voltages, weights = [], []
    for path, changes in found.items():
        if path[0] != "network" or len(changes) < 2:
            continue
        *kind, name = path[1:]
        prefix, *place = name.split("_")
        if prefix == "v":
            voltages.append(_value("voltage of", kind[1], place, changes, 1 / _STATE_UNIT))
        elif prefix == "w":
            made = network.connections[kind[1]]
            exponents = np.broadcast_to(made.exponents, made.weights.shape)
            unit = 2.0 ** exponents[tuple(map(int, place))]
            weights.append(_value("weight of", kind[1], place, changes, unit))
    return voltages[:_MOST_VALUES] + weights[:_MOST_VALUES]


def _value(
    what: str, group: str, place: list[str], changes: list[tuple[int, Any]], unit: float
) -> dict[str, Any]:
    """A value as it is shown: its name, and its changes in weight units."""
    label = f"{what} {group} {' to '.join(place)}"
    return {"label": label, "changes": [(cycle, _signed(value) * unit) for cycle, value in changes]}


def _signed(value: int) -> int:
    return value - (1 << _NUMBER) if value >> (_NUMBER - 1) else value
