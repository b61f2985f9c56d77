"""Cores in which every two features meet, and wide ones, in Verilator, against the golden core.

Random programs, with microcode drawn at random and with rules compiled from random texts;
``N_SEEDS`` sets how many. A difference names its seed and its core.
"""

import os
import random

import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.coverage import Coverage, core_cases
from backspike.sim.verify.covering_array import program_cores
from backspike.sim.verify.verification import verify_engine

RUNS = int(os.environ.get("N_SEEDS", "16"))


@pytest.fixture(scope="module", params=program_cores(), ids=range(len(program_cores())))
def engine(request):
    engine = VerilatorEngine(request.param, patience=1 << 22, brief=True)
    yield engine
    engine.close()


def test_every_core_matches(engine):
    params = engine.params
    golden, coverage = GoldenCore(params), Coverage(core_cases(params))
    rng = random.Random(1)
    for seed in range(RUNS):
        engine.library.gaps(seed, rng.choice([0, 0.5]), rng.choice([0, 0.5]))
        difference = verify_engine(golden, engine, seed, 25, coverage).difference
        assert difference is None, f"seed {seed} of {params}: {difference}"
    engine.library.gaps(1, 0, 0)
    seen = "delay", "list", "reset", "watches"
    assert not [case for case in coverage.missing() if any(word in case for word in seen)]


def test_every_synapse_is_that_of_the_golden_core(engine):
    params = engine.params
    if not params.learning:
        pytest.skip("the core does not learn")
    golden, changed = GoldenCore(params), 0
    for seed in range(2 * RUNS):
        result = verify_engine(golden, engine, seed, 10, rules=True)
        assert result.difference is None, f"seed {seed} of {params}: {result.difference}"
        changed += result.synapses_changed
    assert changed > 2 * RUNS, "hardly a weight changed"
