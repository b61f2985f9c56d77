"""Cores of many shapes in Verilator, against the golden core, on random programs."""

import os
import random

import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams, Overflow
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.coverage import Coverage, core_cases
from backspike.sim.verify.verification import verify, verify_engine

RUNS = int(os.environ.get("N_SEEDS", "25"))
SMALL = CoreParams(
    compartments=32,
    input_axons=16,
    lists=32,
    dense_words=32,
    sparse_words=64,
    lanes=4,
    dendrite_lanes=2,
    delay_slots=8,
    acc_width=14,
    rules=2,
    microcode_words=32,
)
SHAPES = {
    "one lane, 5-bit weights": SMALL.with_(lanes=1, dendrite_lanes=1, acc_width=12, weight_bits=5),
    "eight lanes, 8-bit weights": SMALL.with_(lanes=8, dendrite_lanes=8, weight_bits=8),
    "sums that wrap, two slots, noise": SMALL.with_(
        overflow=Overflow.WRAP, acc_width=12, delay_slots=2, dendrite_lanes=1, noise=True
    ),
    "no learning, noise": SMALL.with_(learning=False, acc_width=18, noise=True),
    "no traces, no random numbers": SMALL.with_(traces=False, stochastic=False),
    "dense words in memory with one port": SMALL.with_(single_port=True),
    "four reinforcement channels": SMALL.with_(more_factors=True, reinforcements=4),
    "one lane, sums alone decide, two operations": SMALL.with_(
        lanes=1, dendrite_lanes=1, dynamics=False, operations=2, traces=False, stochastic=False
    ),
    "sums that wrap alone decide": SMALL.with_(
        overflow=Overflow.WRAP, acc_width=18, dynamics=False, epochs=False
    ),
    "compact": SMALL.with_(compact=True, lanes=2, traces=False, stochastic=False),
    "compact, one lane, one port, everything": SMALL.with_(
        compact=True, single_port=True, lanes=1, dendrite_lanes=1, more_factors=True, tags=True
    ),
    "compact, without columns, delays": SMALL.with_(compact=True, columns=False, delays=True),
    "nothing is counted, four operations": SMALL.with_(counters=False, operations=4),
    "no random numbers, 16 rules": SMALL.with_(stochastic=False, rules=16, microcode_words=128),
}


@pytest.mark.parametrize("params", SHAPES.values(), ids=SHAPES)
def test_every_shape_matches(params):
    engine, golden = VerilatorEngine(params, patience=1 << 22), GoldenCore(params)
    coverage = Coverage(core_cases(params))
    rng = random.Random(1)
    for seed in range(RUNS):
        engine.library.gaps(seed, rng.choice([0, 0.5]), rng.choice([0, 0.5]))
        assert verify_engine(golden, engine, seed, 25, coverage).difference is None
    assert not [case for case in coverage.missing() if "delay" in case or "list" in case]
    engine.close()


@pytest.mark.parametrize("simulator", ["verilator", "amaranth"])
def test_verify(simulator):
    told = []
    params = SHAPES["eight lanes, 8-bit weights"]
    results = verify(simulator, 7, 2, params=params, n_steps=5, on_run=told.append)
    assert results == told
    assert [result.seed for result in results] == [7, 8]
    assert [result.difference for result in results] == [None, None]


def test_an_unknown_simulator_is_refused():
    with pytest.raises(ValueError, match=r"^simulator must be one of verilator, icarus, amaranth"):
        verify("spice")
