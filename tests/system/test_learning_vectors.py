"""Traces, weights and tags of Lava's learning engine, on the golden core and the RTL.

Lava's random numbers are forced, so that every rounding goes down or up: register ``dither``.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.layouts import SignMode, x_trace_layout, y_trace_layout
from backspike.hdl.packing import pack_array, unpack_array
from backspike.sim.engines.verilator import VerilatorEngine

VECTORS = Path(__file__).parents[1] / "vectors" / "loihi"
DITHER = {"floor": 1, "ceil": 2}
SIGNS = {"mix": SignMode.MIXED, "exc": SignMode.EXCITATORY, "inh": SignMode.INHIBITORY}
TRACES = ("x1", "x2", "y1", "y2", "y3")


def cases():
    """Every rule of the stimuli that the runs of Lava have, too."""
    runs = {name: json.loads((VECTORS / f"learn_lava_{name}.json").read_text()) for name in DITHER}
    return [
        pytest.param(case, name, runs[name][case["name"]], id=f"{case['name']}-{name}")
        for case in json.loads((VECTORS / "learn_stimuli.json").read_text())
        for name in DITHER
        if case["name"] in runs[name]
    ]


def build(case):
    """Neurons that fire when they are driven, and plastic synapses too weak to matter.

    The third factor of Lava's three-factor rules is in y1 to y3, without an impulse, and passes
    through a decay of 65535 steps.
    """
    network = Network(epoch=case["t_epoch"], lava=True)
    cells = network.population("cells", case["n_post"], threshold=10000)
    pre, drive = network.input("pre", case["n_pre"]), network.input("drive", case["n_post"])
    network.connect("drive", drive, cells, 32640, pattern="one-to-one")
    network.connect(
        "plastic",
        pre,
        cells,
        np.array(case["w"]).T * 2.0**-8,
        exponent=-8,
        pattern="all-to-all",
        rule="; ".join(f"{name} = {case[name]}" for name in ("dw", "dt", "dd") if case[name]),
        rounding="stochastic",
        sign=SIGNS[case["sign"]],
        tags=None if case["tag1"] is None else np.array(case["tag1"]).T,
    )
    constants_of_case = case["traces"]
    constants = {
        n: (constants_of_case.get(f"{n}_impulse", 0), constants_of_case.get(f"{n}_tau", 0))
        for n in TRACES
    }
    constants |= dict.fromkeys(case["third"] or {}, (0, 65535))
    network.traces(**constants)
    # One core for all rules, which is built once.
    return compile_network(
        network,
        lanes=2,
        dendrite_lanes=1,
        compartments=8,
        input_axons=16,
        microcode_words=64,
        more_factors=True,
        history=max(8, 1 << (case["t_epoch"] - 1).bit_length()),
        tags=True,
        epochs=True,
        columns=False,
        weight_bits=9,
    )


class Run:
    """A case on an engine, step by step."""

    def __init__(self, case, engine, program):
        self.case, self.engine, self.program = case, engine, program
        self.params = program.params
        engine.load(program)
        first_cell, first_pre = program.populations["cells"][0], program.inputs["pre"][0]
        self.cells = slice(first_cell, first_cell + case["n_post"])
        first_pre += self.params.compartments
        self.pre = slice(first_pre, first_pre + case["n_pre"])

    def set(self, **registers):
        for name, value in registers.items():
            number = list(REGISTERS).index(name)
            self.engine.write("registers", np.array([value], np.uint64), number)

    def step(self, t):
        """One step; a driven neuron fires a step after its input."""
        pre, post = np.array(self.case["pre"]), np.array(self.case["post"])
        axons = [] if t < 0 else list(np.flatnonzero(pre[:, t]) + self.program.inputs["pre"][0])
        if t + 1 < post.shape[1]:
            axons += list(np.flatnonzero(post[:, t + 1]) + self.program.inputs["drive"][0])
        stimulus = Stimulus(np.zeros(len(axons), np.int64), np.array(axons, np.int64))
        self.engine.run(1, stimulus, record=False)

    def receive(self, t):
        """Overwrite traces by the third factor."""
        layout = y_trace_layout(self.params)
        columns = unpack_array(layout, self.engine.read("y_traces"))
        for name, values in self.case["third"].items():
            columns[f"trace{name[1]}"][self.cells] = np.array(values)[:, t]
        self.engine.write("y_traces", pack_array(layout, **columns))

    def state(self):
        """Traces, weights and tags, as Lava has them."""
        p = self.params
        x = unpack_array(x_trace_layout(p), self.engine.read("x_traces"))
        y = unpack_array(y_trace_layout(p), self.engine.read("y_traces"))
        found = {f"x{name[5]}": x[name][self.pre] for name in x if name.startswith("trace")}
        found |= {f"y{name[5]}": y[name][self.cells] for name in y if name.startswith("trace")}
        found["w"] = self.program.matrix(self.engine, "plastic").T
        if p.has_tags:
            found["t"] = self.program.matrix(self.engine, "plastic", "tags").T
        return found


@pytest.mark.parametrize("engine", ["golden", "verilator"])
@pytest.mark.parametrize(("case", "rounding", "expected"), cases())
def test_everything_is_as_in_lava_in_every_step(case, rounding, expected, engine):
    if engine == "verilator" and not shutil.which("g++"):
        pytest.skip("g++ is missing")
    program = build(case)
    core = GoldenCore(program.params) if engine == "golden" else VerilatorEngine(program.params)
    run = Run(case, core, program)
    # The first spikes of the neurons need a step before the first one.
    run.set(dither=DITHER[rounding], learn=0, epoch=1)
    run.step(-1)
    run.set(learn=1, epoch=case["t_epoch"])
    third = case["third"] or {}
    for t in range(case["T"]):
        if third:
            run.receive(t)
        run.step(t)
        for name, got in run.state().items():
            # What is received is overwritten again before anything reads it.
            if name not in third:
                assert got.tolist() == expected[name][t], f"{name} after step {t}"
    core.close()
