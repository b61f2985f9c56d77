"""Cores whose memories return garbage for a word that is written while it is read.

They must do what the golden core does: synthesis is told that nobody uses such a word.
"""

from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.memory_collisions import CollisionEngine
from backspike.sim.verify.verification import verify_engine

EVERYTHING = CORE_PRESETS["tiny-loihi"].with_(
    input_axons=64, lists=192, dense_words=256, delay_slots=8, subtract=True, watch=True
)
CORES = {
    "everything": EVERYTHING,
    "compact, one port": EVERYTHING.with_(
        compact=True, single_port=True, lanes=2, dendrite_lanes=1, history=1
    ),
}
LAYERS = (12, 9, 3)


@pytest.fixture(scope="module", params=CORES.values(), ids=CORES)
def engine(request):
    engine = CollisionEngine(request.param)
    yield engine
    engine.close()


@pytest.mark.parametrize("rules", [False, True])
def test_random_programs(engine, rules):
    golden, changed = GoldenCore(engine.params), 0
    for seed in range(40):
        found = verify_engine(golden, engine, seed, 25, rules=rules)
        assert found.difference is None, f"seed {seed}: {found.difference}"
        changed += found.synapses_changed
    assert changed > 100


def test_a_circuit_learns_the_weights_of_the_equations(engine, compare):
    rng = np.random.default_rng(4)
    x = (rng.random((100, LAYERS[0])) < 0.4).astype(np.uint8)
    y = rng.integers(0, LAYERS[-1], 100)
    weights = [
        np.clip(rng.normal(90, 80, (n, m)), -256, 254).astype(np.int16) & -2
        for n, m in pairwise(LAYERS)
    ]
    compare(engine, weights, x, y)
