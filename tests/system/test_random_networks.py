"""Random networks on the RTL, one after the other on one core, against golden cores that are new.

``N_SEEDS`` sets how many. ``tests/golden/compiler/test_compiler.py`` holds the golden core to plain
arithmetic by the same networks.
"""

import os
import random

import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.random_network import ROOMY, random_network, random_raster
from backspike.sim.verify.scoreboard import compare_records

RUNS = int(os.environ.get("N_SEEDS", "25"))


def stimulus(program, inputs):
    """Rasters of the inputs as one stimulus."""
    n_steps = len(next(iter(inputs.values())))
    axons = np.zeros((n_steps, ROOMY.input_axons), bool)
    for name, raster in inputs.items():
        first, size = program.inputs[name]
        axons[:, first : first + size] = raster
    return Stimulus(*np.nonzero(axons))


def test_a_network_does_on_any_core_what_it_does_on_a_new_golden_one():
    engine = VerilatorEngine(ROOMY)
    spikes = 0
    for seed in range(RUNS):
        network = random_network(random.Random(seed))
        program = compile_network(network, ROOMY)
        given = stimulus(program, random_raster(network, 30, seed))
        golden = GoldenCore(ROOMY)
        records = []
        for core in (golden, engine):
            core.load(program)
            records.append(core.run(30, given))
        difference = compare_records(*records)
        assert difference is None, f"seed {seed}: {difference}"
        spikes += records[0].steps.size
        for name in ("state", "x_traces", "y_traces", "random"):
            np.testing.assert_array_equal(engine.read(name), golden.read(name), err_msg=name)
        for memory in ("dense", "sparse", "tags", "delays"):
            if memory in program.memories:
                used = slice(len(program.memories[memory]))
                got, expected = engine.read(memory)[used], golden.read(memory)[used]
                np.testing.assert_array_equal(got, expected, err_msg=f"{memory} of seed {seed}")
    engine.close()
    assert spikes > 100 * RUNS
