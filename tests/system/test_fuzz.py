"""Random words for the host link of cores in which every two features meet: the RTL in Verilator
against the golden host. ``N_SEEDS`` sets how many sessions.
"""

import os

import pytest

from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.fuzz.session import Session

SESSIONS = max(1, int(os.environ.get("N_SEEDS", "16")) // 16)


@pytest.mark.parametrize("number", range(len(covering_cores())))
def test_every_answer_and_every_memory_is_that_of_the_golden_host(number):
    params = covering_cores()[number]
    engine = VerilatorEngine(params, patience=1 << 20, brief=True)
    for seed in range(SESSIONS):
        engine.library.gaps(seed + 1, 0.3, 0.3)
        tally = Session(params, engine.library, 10_000 * (number + 1) + seed).run(40)
        assert tally.packets > 60
        assert tally.refused > 0
    engine.close()
