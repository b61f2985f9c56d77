"""Energy of a core's logic by its switching: a netlist of cells of a 180 nm library that learns.

An estimate, not a measurement: of cells that are not placed, without wires, glitches and a clock
tree. ``python -m backspike.bench.switching``
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.files import check_file
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.fpga.switching.cells import library_text, simulation_text, synthesise
from backspike.fpga.switching.energy import KINDS, energies, find_slews, memory_bits
from backspike.fpga.switching.liberty import read_library
from backspike.fpga.switching.toggles import PHASES, Activity, count_activity
from backspike.fpga.toolchain import find_tool
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.golden.errors import UserError
from backspike.golden.files import write_text
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train
from backspike.hdl.verilog import TOP
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import build_core

__all__ = ["AWAKE", "MEMORY_BIT", "Run", "compare", "figures", "measure"]

LAYERS = (256, 64, 10)
WARM_UP = 300  # samples learned by the equations first, so that not every sample is wrong
#: Phases in which the clock of a cluster must run: ``hdl.sequencer``, ``wake_layout``.
AWAKE = {
    "dendrite": ("host", "dendrite"),
    "accumulators": ("host", "dendrite", "delivery"),
    "delivery": ("host", "delivery", "learning"),
    "learning": ("host", "learning"),
}
#: Energy of a bit that is read or written in a memory, pJ: 10 pJ for 64 bits of 8 KB of SRAM in
#: 45 nm at 0.9 V (Horowitz, ISSCC 2014), times 4 for the capacitance, and 4 for the voltage.
MEMORY_BIT = 10 / 64 * (180 / 45) * (1.8 / 0.9) ** 2
#: Operations on a synapse, the counter that has their number, and their phase.
OPERATIONS = (
    ("delivered", "synaptic_ops", "delivery"),
    ("visited to learn", "synapses_visited", "learning"),
)
_NANO = 1e-3  # of a picojoule


class Run(NamedTuple):
    """Outcome of learning samples: spikes, weights, and counters of the core."""

    steps: np.ndarray
    compartments: np.ndarray
    weights: np.ndarray
    counts: dict[str, int]


def measure(samples: int, lanes: int) -> dict[str, Any]:
    """Energy of training samples of digits in the folded circuit.

    Raises
    ------
    RuntimeError
        If the netlist does anything else than the golden core.
    ToolError, BuildError
        If a tool is missing or fails.
    """
    library = read_library(library_text())
    find_tool("sta")  # before what takes minutes
    circuit, x, y = _circuit(lanes)
    params = circuit.program.params
    netlist = synthesise(params)
    transport = Library(build_core(simulation_text(netlist), TOP, trace=True, brief=True))
    with tempfile.TemporaryDirectory(prefix="backspike-") as folder:
        wave = Path(folder) / "core.vcd"
        with closing(LinkEngine(params, transport, "netlist")) as engine:
            run = _run(engine, circuit, x[: 1 + samples], y, _traced(transport, wave))
        compare(run, _run(GoldenCore(params), circuit, x[: 1 + samples], y, nullcontext()))
        enables = {ram.pins[pin][0] for ram in netlist.memories for pin in ("r_en", "w_en")}
        (clock,), wake = netlist.inputs["clk"], netlist.outputs["wake"]
        with wave.open() as lines:
            activity = count_activity(lines, netlist.nets, clock, wake, sorted(enables))
    counted = {name.removeprefix("cycles_"): count for name, count in run.counts.items()}
    learning = counted["trace"] + counted["learn"]
    assert [*activity.cycles[1:]] == [counted["dendrite"], counted["deliver"], learning]
    used = energies(netlist, library, find_slews(netlist), activity)
    return {
        "layers": list(LAYERS),
        "lanes": lanes,
        "samples": samples,
        "cells": len(netlist.cells),
        "registers": sum(cell.kind.startswith("DFF") for cell in netlist.cells),
        "memory_bits": sum(m.parameters["WIDTH"] * m.parameters["DEPTH"] for m in netlist.memories),
        **figures(used, memory_bits(netlist, activity), activity, run.counts, samples),
    }


def _circuit(lanes: int) -> tuple[LearningCircuit, np.ndarray, np.ndarray]:
    """The folded circuit on the smallest core of these lanes that holds it, and samples that follow
    those that it has learned."""
    data = load_dataset("digits")
    x, y = data.x_train, data.y_train
    weights = init_weights(LAYERS, seed=1)
    train(weights, x[:WARM_UP], y[:WARM_UP])
    return CIRCUITS["folded"].learn(weights, lanes), x[WARM_UP:], y[WARM_UP:]


@contextmanager
def _traced(transport: Library, wave: Path) -> Iterator[None]:
    """A waveform of what is run meanwhile."""
    transport.trace(wave)
    yield
    transport.end_trace()


def _run(
    core: Engine,
    circuit: LearningCircuit,
    x: np.ndarray,
    y: np.ndarray,
    watched: AbstractContextManager[None],
) -> Run:
    """Learn samples, all but the first of them ``watched``."""
    core.load(circuit.program)
    first = circuit.stimulus(x[:1], y[:1], first=True)
    core.run(circuit.lead + circuit.steps, first, record=False)
    before = core.counters()
    spikes = circuit.stimulus(x[1:], y[1 : len(x)], first=False)
    with watched:
        record = core.run(circuit.steps * (len(x) - 1), spikes)
    counts = {name: count - before[name] for name, count in core.counters().items()}
    return Run(record.steps, record.compartments, core.read("dense"), counts)


def compare(netlist: Run, golden: Run) -> None:
    """Raise unless spikes, weights and work are the same; the golden core has no cycles."""
    arrays = zip(netlist[:3], golden[:3], strict=True)
    work = [
        {name: count for name, count in run.counts.items() if not name.startswith("cycles_")}
        for run in (netlist, golden)
    ]
    if not all(np.array_equal(a, b) for a, b in arrays) or work[0] != work[1]:
        raise RuntimeError("the netlist and the golden core differ")


def figures(
    used: Mapping[str, np.ndarray],
    bits: Mapping[str, np.ndarray],
    activity: Activity,
    counts: Mapping[str, int],
    samples: int,
) -> dict[str, Any]:
    """Figures of a sample, energies in nJ.

    Parameters
    ----------
    used : mapping of str to numpy.ndarray
        As of :func:`backspike.fpga.switching.energy.energies`.
    bits : mapping of str to numpy.ndarray
        As of :func:`backspike.fpga.switching.energy.memory_bits`.
    activity : Activity
    counts : mapping of str to int
        What the core counted.
    samples : int
    """
    clock = KINDS.index("clock")
    gated = {
        cluster: sum(parts[PHASES.index(name), clock] for name in AWAKE.get(cluster, PHASES))
        for cluster, parts in used.items()
    }
    cells = {name: parts * _NANO / samples for name, parts in used.items()}
    of_phase = np.sum(list(cells.values()), axis=0)
    memory = {name: both.sum(axis=1) / samples for name, both in bits.items()}
    memory_phase = np.sum(list(memory.values()), axis=0)
    cycles, total = activity.cycles.sum(), of_phase.sum()
    stored = float(memory_phase.sum() * MEMORY_BIT * _NANO)
    in_phase = {
        name: {
            "cycles": activity.cycles[n] / samples,
            **dict(zip(KINDS, of_phase[n].tolist(), strict=True)),
            "memory_bits": float(memory_phase[n]),
        }
        for n, name in enumerate(PHASES)
    }
    of_cluster = {
        name: {
            **dict(zip(KINDS, parts.sum(axis=0).tolist(), strict=True)),
            "memory_bits": float(memory[name].sum()) if name in memory else 0.0,
        }
        for name, parts in sorted(cells.items())
    }
    return {
        "phases": in_phase,
        "clusters": of_cluster,
        "nj_per_sample": float(total),
        "nj_clock": float(of_phase[:, clock].sum()),
        "nj_clock_gated": float(sum(gated.values()) * _NANO / samples),
        "nj_memories": stored,
        "pj_per_cycle": float(total * samples / cycles / _NANO),
        "operations": {
            name: {
                "count": counts[counter] / samples,
                "pj": _each(of_phase[PHASES.index(phase)], counts[counter] / samples, "clock"),
                "pj_with_clock": _each(of_phase[PHASES.index(phase)], counts[counter] / samples),
            }
            for name, counter, phase in OPERATIONS
        },
    }


def _each(nanojoule: np.ndarray, count: float, without: str | None = None) -> float:
    """Energy, pJ, of each of some operations, ``without`` one kind; 0 where there were none."""
    kept = [energy for kind, energy in zip(KINDS, nanojoule, strict=True) if kind != without]
    return float(sum(kept) / _NANO / count) if count else 0.0


def show(result: Mapping[str, Any]) -> None:
    """Print what was found."""
    console = Console(width=100, highlight=False)
    console.print(
        f"folded circuit {'-'.join(map(str, result['layers']))}, {result['lanes']} lanes: "
        f"{result['cells']:,} cells of OSU's 180 nm library at 1.8 V, {result['registers']:,} of "
        f"them registers, and memories of {result['memory_bits']:,} bits; {result['samples']} "
        "training samples, with the spikes and weights of the golden core"
    )
    for what in ("phases", "clusters"):
        table = Table(what, "cycles", "logic, nJ", "registers, nJ", "clock, nJ", "memory, bits")
        for column in table.columns[1:]:
            column.justify = "right"
        for name, row in result[what].items():
            values = [f"{row[kind]:,.2f}" for kind in KINDS]
            cycles = f"{row['cycles']:,.0f}" if "cycles" in row else ""
            table.add_row(name, cycles, *values, f"{row['memory_bits']:,.0f}")
        console.print(table)
    console.print(
        f"a sample: {result['nj_per_sample']:,.1f} nJ, of which the clock {result['nj_clock']:,.1f}"
        f", or {result['nj_clock_gated']:,.1f} if it rests where a cluster has no work\n"
        f"memories, by a model: {result['nj_memories']:,.1f} nJ more\n"
        f"a cycle: {result['pj_per_cycle']:,.1f} pJ"
    )
    for name, row in result["operations"].items():
        console.print(
            f"a synapse {name}: {row['pj']:,.1f} pJ, with the clock {row['pj_with_clock']:,.1f}; "
            f"{row['count']:,.1f} a sample"
        )


@click.command(help=__doc__)
@click.option("--samples", default=10, show_default=True, type=click.IntRange(min=1))
@click.option("--lanes", default=2, show_default=True, type=int)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the results here.")
def main(samples: int, lanes: int, file: Path | None) -> None:
    """Measure and print."""
    try:
        if file is not None:
            check_file("--json", file)
        result = measure(samples, lanes)
    except UserError as error:
        raise click.ClickException(str(error)) from None
    show(result)
    if file is not None:
        write_text(file, json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
