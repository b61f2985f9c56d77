"""Currents, voltages and spikes of independent Loihi emulators, on the golden core and the RTL."""

import json
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import VerilatorEngine

VECTORS = Path(__file__).parents[1] / "vectors" / "loihi"
#: Accumulators of 16 bits and currents that wrap, as on the chip.
WRAP = {"overflow": "wrap", "acc_width": 16}

# Lava has no refractory time in fixed point, shifts the sum of a step where a weight has a negative
# exponent, and does not wrap accumulators: S5 to S7 are held against nengo-loihi alone.
CASES = [
    ("S1_nbp_gated", ("lava", "nengo"), {}),
    ("S2_leaky_mixed", ("lava", "nengo"), {}),
    ("S3_integrator_neg", ("lava", "nengo"), {}),
    ("S5_refract3", ("nengo",), {}),
    ("S6_wexp_minus3", ("nengo",), {}),
    ("S7_u_overflow", ("nengo",), WRAP),
    ("S1_nbp_gated", ("nengo",), WRAP),
]


def build(case):
    """The network of a case, and the spikes of its inputs."""
    network = Network()
    cells = network.population(
        "cells",
        case["n"],
        decay_u=case["decay_u"],
        decay_v=case["decay_v"],
        threshold=case["vth_mant"],
        bias=case["bias_mant"] * 2 ** case["bias_exp"] / 64,
        refractory=case["refract"],
    )
    rasters = {}
    for number, group in enumerate(case["groups"]):
        exponent = group["w_exp"]
        weights = np.array(group["w"]).T * 2.0**exponent
        source = network.input(f"in{number}", len(weights))
        network.connect(
            f"group{number}", source, cells, weights, pattern="all-to-all", exponent=exponent
        )
        rasters[f"in{number}"] = np.array(group["spikes"])
    return network, rasters


def stimuli():
    """What the cases are, by name."""
    return {case["name"]: case for case in json.loads((VECTORS / "lif_stimuli.json").read_text())}


@cache
def core_of_all(**options):
    """A core of these options that holds any of the cases: built once."""
    cores = [
        compile_network(build(case)[0], lanes=2, dendrite_lanes=1, **options).params
        for name, case in stimuli().items()
        if name in [row[0] for row in CASES]
    ]
    sizes = {
        field.name: max(getattr(core, field.name) for core in cores)
        for field in fields(CoreParams)
        if type(getattr(cores[0], field.name)) in (int, bool)
    }
    return cores[0].with_(**sizes)


@pytest.mark.parametrize("engine", [GoldenCore, VerilatorEngine])
@pytest.mark.parametrize(("name", "emulators", "options"), CASES)
def test_lif(name, emulators, options, engine):
    case = stimuli()[name]
    network, rasters = build(case)
    program = compile_network(network, core_of_all(**options))
    found = {group: np.nonzero(raster) for group, raster in rasters.items()}
    axons = np.concatenate([a + program.inputs[group][0] for group, (a, _) in found.items()])
    steps = np.concatenate([step for _, step in found.values()])
    core = engine(program.params)
    core.load(program)
    first, n = program.populations["cells"]
    rows = {"u": [], "v": [], "spikes": []}
    for step in range(case["T"]):
        now = axons[steps == step]
        record = core.run(1, Stimulus(np.zeros(len(now), np.int64), now))
        state = unpack_array(state_layout(program.params), core.read("state"))
        rows["u"].append(state["u"][first : first + n].tolist())
        rows["v"].append(state["v"][first : first + n].tolist())
        rows["spikes"].append(record.raster(1, first, n)[0].astype(int).tolist())
    assert (core.counters()["saturations"] > 0) == (name == "S7_u_overflow")
    core.close()
    for emulator in emulators:
        expected = json.loads((VECTORS / f"lif_{emulator}.json").read_text())[name]
        for variable in ("u", "v", "spikes"):
            got, want = np.array(rows[variable]), np.array(expected[variable])
            bad = np.argwhere(got != want)
            assert not len(bad), f"{emulator} {variable} first differs at step, cell {bad[0]}"
    assert np.any(rows["u"])
