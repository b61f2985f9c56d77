"""Currents, voltages and spikes of independent Loihi emulators, on the golden core and the RTL."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.network import Network
from backspike.hdl.layouts import state_layout, unpack_array
from backspike.sim.amaranth_engine import AmaranthEngine
from backspike.sim.engine import Stimulus

VECTORS = (
    Path(os.environ.get("BACKSPIKE_VECTORS", Path(__file__).parents[3] / "shared" / "vectors"))
    / "loihi"
)
pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="recorded vectors are absent: set BACKSPIKE_VECTORS"
)

# Lava has no refractory time in fixed point, so S5 is held against nengo-loihi alone.
CASES = [
    ("S1_nbp_gated", ("lava", "nengo")),
    ("S2_leaky_mixed", ("lava", "nengo")),
    ("S3_integrator_neg", ("lava", "nengo")),
    ("S5_refract3", ("nengo",)),
]


def build(case):
    """The network of a case, and its input spikes."""
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
        weights = np.array(group["w"]).T * 2.0 ** group["w_exp"]
        source = network.input(f"in{number}", len(weights))
        network.connect(f"group{number}", source, cells, weights, pattern="all-to-all")
        rasters[f"in{number}"] = np.array(group["spikes"])
    program = compile_network(network, lanes=2, dendrite_lanes=1)
    steps, axons = [], []
    for name, raster in rasters.items():
        axon, step = np.nonzero(raster)
        steps.append(step)
        axons.append(axon + program.inputs[name][0])
    return program, np.concatenate(steps), np.concatenate(axons)


@pytest.mark.parametrize("engine", [GoldenCore, AmaranthEngine])
@pytest.mark.parametrize(("name", "emulators"), CASES)
def test_lif(name, emulators, engine):
    cases = json.loads((VECTORS / "lif_stimuli.json").read_text())
    (case,) = [case for case in cases if case["name"] == name]
    program, steps, axons = build(case)
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
    core.close()
    for emulator in emulators:
        expected = json.loads((VECTORS / f"lif_{emulator}.json").read_text())[name]
        for variable in ("u", "v", "spikes"):
            got, want = np.array(rows[variable]), np.array(expected[variable])
            bad = np.argwhere(got != want)
            assert not len(bad), f"{emulator} {variable} first differs at step, cell {bad[0]}"
    assert np.any(rows["u"])
