"""Random runs of two engines against each other."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.coverage import Coverage, core_cases
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.verification import verify, verify_engine

TINY = CORE_PRESETS["tiny"]
#: One that Amaranth's simulator soon clears and reads.
SMALL = TINY.with_(
    lanes=2,
    dendrite_lanes=1,
    compartments=8,
    input_axons=8,
    lists=16,
    dense_words=16,
    sparse_words=16,
)


class Forgetful(GoldenCore):
    """A core that loses a bit of one weight at the end of a run."""

    def run(self, n_steps, stimulus=None, *, record=True):
        spikes = super().run(n_steps, stimulus, record=record)
        self.write("dense", self.read("dense")[:1] ^ np.uint64(1 << 3))
        return spikes


@pytest.mark.parametrize("rules", [False, True])
def test_equal_engines_do_the_same(rules):
    coverage = Coverage(core_cases(TINY))
    before = len(coverage.missing())
    results = [
        verify_engine(GoldenCore(TINY), GoldenCore(TINY), seed, 20, coverage, rules=rules)
        for seed in range(5)
    ]
    assert [result.seed for result in results] == list(range(5))
    assert all(result.difference is None and result.steps == 20 for result in results)
    assert sum(result.spikes for result in results) > 5
    assert sum(result.synapses_changed for result in results)
    assert len(coverage.missing()) < before


def test_a_difference_names_its_word_and_its_step():
    result = verify_engine(GoldenCore(TINY), Forgetful(TINY), 1, 20)
    assert result.difference.startswith("dense word 0, ")
    assert "; step by step: " in result.difference


@pytest.mark.parametrize(
    ("simulator", "params"), [("verilator", covering_cores()[0]), ("amaranth", SMALL)]
)
def test_simulators_agree_with_the_golden_core(simulator, params):
    told = []
    results = verify(simulator, 7, 2, params=params, n_steps=5, on_run=told.append)
    assert results == told
    assert [result.seed for result in results] == [7, 8]
    assert [result.difference for result in results] == [None, None]


def test_an_unknown_simulator_is_refused():
    with pytest.raises(ValueError, match=r"^simulator must be one of verilator, icarus, amaranth"):
        verify("spice")
