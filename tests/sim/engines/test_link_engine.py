import numpy as np
import pytest

from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.hdl.host_map import COUNTER_BITS, MEMORIES, REGISTERS, Command
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.packets import ProtocolError, packet
from backspike.sim.verify.random_program import random_program
from backspike.sim.verify.verification import verify_engine


@pytest.fixture
def engine(small, golden_link):
    return LinkEngine(small, golden_link)


@pytest.mark.parametrize("seed", range(8))
def test_behaves_like_the_core_behind_it(small, engine, seed):
    assert verify_engine(GoldenCore(small), engine, seed).difference is None


def test_a_run_is_one_exchange(small, engine, golden_link):
    engine.load(random_program(np.random.default_rng(0), small))
    before = golden_link.exchanges
    engine.run(1000, Stimulus(np.arange(0, 1000, 10), np.zeros(100, np.int64)))
    assert golden_link.exchanges == before + 1


def test_without_a_record_nothing_is_reported(small, engine):
    program = random_program(np.random.default_rng(3), small)
    everything = Stimulus(np.repeat(np.arange(50), 4), np.tile(np.arange(4), 50))
    engine.load(program)
    assert engine.run(50, everything).steps.size
    spikes = engine.counters()["spikes"]
    assert engine.run(50, everything, record=False).steps.size == 0
    assert engine.counters()["spikes"] > spikes


def test_counters_count_from_construction_and_across_wraps(small, golden_link):
    counters = golden_link.core._state.counters
    counters[5] = (1 << COUNTER_BITS) - 3
    engine = LinkEngine(small, golden_link)
    assert set(engine.counters().values()) == {0}
    counters[5] = 7
    assert engine.counters()["steps"] == 10
    assert engine.counters()["steps"] == 10


@pytest.mark.parametrize(
    ("register", "message"),
    [
        ("identity", r"^no neurocore answers: its identity register is wrong$"),
        ("map_version", r"^version of the host map must be 0x\d+, but the core has 0x9$"),
        ("fingerprint", r"^fingerprint of the parameters must be 0x\w+, but the core has 0x9$"),
    ],
)
def test_another_core_is_refused(small, golden_link, register, message):
    golden_link.core._state.registers[list(REGISTERS).index(register)] = 9
    with pytest.raises(ProtocolError, match=message):
        LinkEngine(small, golden_link)


def test_a_program_for_another_core_is_refused(small, engine):
    other = Program(small.with_(lists=30), {}, {})
    with pytest.raises(ValueError, match=r"^program is for a core with fingerprint \w+, this one"):
        engine.load(other)


def test_after_an_interrupt_only_load_helps(small, engine, golden_link):
    program = random_program(np.random.default_rng(1), small)
    engine.load(program)
    engine.run(20)
    before = engine.counters()
    golden_link.interrupt = True
    with pytest.raises(KeyboardInterrupt):
        engine.run(10)
    with pytest.raises(RuntimeError, match=r"^the core was interrupted within a command"):
        engine.run(10)
    engine.load(program)
    assert golden_link.resets == 1
    assert engine.counters()["steps"] == before["steps"]
    engine.run(5)
    assert engine.counters()["steps"] == before["steps"] + 5


def test_a_refusal_is_an_error_and_the_engine_goes_on(engine):
    with pytest.raises(ProtocolError, match=r"READ_ONLY$"):
        engine._ask(packet(Command.WRITE, MEMORIES["counters"].number, [0, 0]))
    assert engine.read("rows").size
