"""Rules from random texts: every synapse of the RTL against the golden core's.

Many programs of up to four rules on a core with every factor and target, in Verilator;
``N_RULES`` sets how many. A difference names its seed.
``test_random_programs`` has fewer on each of many cores.
"""

import os

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.verification import verify_engine

RUNS = int(os.environ.get("N_RULES", "300"))
SMALL = CORE_PRESETS["tiny-loihi"].with_(
    compartments=16, input_axons=8, lists=16, dense_words=16, sparse_words=16, delay_slots=8
)


def test_every_synapse_is_that_of_the_golden_core():
    engine, golden = VerilatorEngine(SMALL, patience=1 << 22), GoldenCore(SMALL)
    changed = 0
    for seed in range(RUNS):
        result = verify_engine(golden, engine, seed, 10, rules=True)
        assert result.difference is None, f"seed {seed}: {result.difference}"
        changed += result.synapses_changed
    engine.close()
    assert changed > 10 * RUNS, "hardly a weight changed"
