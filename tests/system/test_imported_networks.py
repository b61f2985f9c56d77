"""Imported networks on the RTL, one after the other on one core: every spike is the golden core's.

``N_SEEDS`` sets how many. Their golden spikes are held to the float graphs in
``tests/golden/nir/test_reference.py``.
"""

import os

from backspike.golden.nir.comparison import compare_engine
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.to_network import read_nir
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.random_graph import random_graph
from backspike.sim.verify.random_network import ROOMY

GRAPHS = int(os.environ.get("N_SEEDS", "48"))
RESETS = ("zero", "subtract", "delayed", "delayed-zero")
KINDS = ("IF", "Threshold"), ("LIF", "IF"), ("LIF", "CubaLIF", "IF")


def test_every_spike_is_that_of_the_golden_core():
    engine = VerilatorEngine(ROOMY)
    spikes = 0
    for seed in range(GRAPHS):
        graph = random_graph(seed, KINDS[seed // 4 % 3])
        imported = read_nir(graph, dt=1.0, reset=RESETS[seed % 4])
        samples = random_samples(imported, steps=30, rate=0.3, seed=seed, samples=2)
        found = compare_engine(imported, samples, engine)
        assert not found.different, f"seed {seed}"
        spikes += found.spikes
    engine.close()
    assert spikes > 500 * GRAPHS
