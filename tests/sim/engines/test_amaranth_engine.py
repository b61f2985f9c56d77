import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.sim.engines.amaranth_engine import AmaranthEngine, SimulatorLink
from backspike.sim.engines.packets import clear, echo
from backspike.sim.verify.verification import verify_engine


def test_answers_come_back(echo_link):
    words = np.concatenate([echo([1, 2, 3]), echo([])])
    assert echo_link.exchange(words).tolist() == [0x81000003, 1, 2, 3, 0x81000000]
    assert echo_link.exchange(echo([5])).tolist() == [0x81000001, 5]
    assert echo_link.cycles > 7


def test_a_hang_is_an_error_and_a_reset_ends_it(echo_link):
    with pytest.raises(TimeoutError, match=r"^the core hangs: no word in 100 cycles$"):
        echo_link.exchange(clear())
    echo_link.reset()
    assert echo_link.exchange(echo([4])).tolist() == [0x81000001, 4]


def test_a_core_matches_the_golden_one(small):
    engine = AmaranthEngine(small)
    assert verify_engine(GoldenCore(small), engine, 3, n_steps=12).difference is None
    engine.close()


@pytest.fixture
def echo_link(echo_design):
    return SimulatorLink(echo_design, patience=100)


@pytest.mark.parametrize("params", [None, 5, "tiny", GoldenCore])
def test_a_core_must_be_one(params):
    with pytest.raises(TypeError, match=r"^params must be a CoreParams, not "):
        AmaranthEngine(params)
