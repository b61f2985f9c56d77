"""The golden core as an engine: its memories, registers, counters and refusals."""

import numpy as np
import pytest
from amaranth import Shape

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.network.network import Network
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_program import random_program

EVERYTHING = CORE_PRESETS["tiny-loihi"].with_(noise=True)
SMALL = CoreParams(dynamics=False)


@pytest.mark.parametrize("p", [EVERYTHING, SMALL])
@pytest.mark.parametrize(
    "memory", [name for name in MEMORIES if name not in ("registers", "counters")]
)
def test_words_are_read_as_written(p, memory):
    if not MEMORIES[memory].exists(p):
        pytest.skip("the core lacks it")
    core, rng = GoldenCore(p), np.random.default_rng(1)
    before = core.read(memory)
    width = Shape.cast(MEMORIES[memory].layout(p)).width
    if MEMORIES[memory].dynamic or MEMORIES[memory].seeds:
        words = rng.integers(0, 1 << width, 1, dtype=np.uint64)
    else:
        words = random_program(rng, p).memories[memory][:1]
    core.write(memory, words, first=1)
    assert core.read(memory)[1] == words[0]
    assert np.delete(core.read(memory), 1).tolist() == np.delete(before, 1).tolist()
    depth = MEMORIES[memory].depth(p)
    with pytest.raises(ValueError, match=f"must be between 0 and {depth - 1} in memory '{memory}'"):
        core.write(memory, words, first=depth)


def test_registers_are_read_as_written():
    core = GoldenCore(EVERYTHING)
    before = dict(zip(REGISTERS, core.read("registers").tolist(), strict=True))
    most = [register.limits(EVERYTHING)[1] for register in REGISTERS.values()]
    core.write("registers", np.array(most, np.uint64))
    after = dict(zip(REGISTERS, core.read("registers").tolist(), strict=True))
    for name, register in REGISTERS.items():
        if name.startswith("reward") and "decay" not in name:
            assert after[name] == before[name], "what is written is added in the next step"
        elif not register.writable or not register.exists(EVERYTHING):
            assert after[name] == before[name]
        else:
            assert after[name] == register.limits(EVERYTHING)[1]
    assert before["fingerprint"] == EVERYTHING.fingerprint()


def test_a_reward_is_read_from_the_next_step_on():
    core = GoldenCore(EVERYTHING)
    for name, value in (("reward", -5), ("reward0", 7), ("reward0_decay", 65536)):
        core.set_register(name, value)
    number = list(REGISTERS).index
    for r1, r0 in ((-5, 7), (0, 7)):
        core.run(1)
        registers = core.read("registers")
        assert registers[number("reward")] == r1 & 0xFFFFFFFF
        assert registers[number("reward0")] == r0


def test_counters_are_numbers_by_name():
    core = GoldenCore(SMALL)
    core.run(3)
    assert list(core.counters()) == list(COUNTERS)
    assert core.counters()["steps"] == 3
    assert core.read("counters").tolist() == list(core.counters().values())
    core.clear()
    assert core.read("registers")[list(REGISTERS).index("step")] == 0
    core.close()


def test_a_program_for_another_core_is_refused():
    core = GoldenCore(SMALL)
    with pytest.raises(ValueError, match=r"^program is for a core with fingerprint [0-9a-f]{8}, "):
        core.load(Program(EVERYTHING, {}, {}))


def test_a_long_record_is_of_every_step():
    network = Network()
    network.population("p", 1, threshold=0, bias=5, decay_v=4096)
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    steps = 2 * 4096 + 5  # a run is done in parts
    record = core.run(steps)
    assert record.steps.tolist() == list(range(steps))
    assert not record.compartments.any()
