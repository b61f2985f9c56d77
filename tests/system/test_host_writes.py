"""Whatever a host writes: refused, or the same on the RTL and the golden core; never a hang.

``N_SEEDS`` sets how many programs; the core is that of ``test_random_rules``.
"""

import os

import numpy as np
import pytest
from amaranth import Shape

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import write_register
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines import packets
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import compare_memories, compare_records

RUNS = int(os.environ.get("N_SEEDS", "60"))
SMALL = CORE_PRESETS["tiny-loihi"].with_(
    compartments=16, input_axons=8, lists=16, dense_words=16, sparse_words=16, delay_slots=8
)
WRITABLE = [name for name, r in REGISTERS.items() if r.writable and r.exists(SMALL)]


@pytest.fixture(scope="module")
def engine():
    engine = VerilatorEngine(SMALL, patience=1 << 18)
    yield engine
    engine.close()


def written_alike(rng, golden, engine):
    """Write a word or a register at random to both, or to neither."""
    if rng.random() < 0.5:
        name = str(rng.choice(WRITABLE))
        value = int(rng.integers(*REGISTERS[name].limits(SMALL), endpoint=True))
        for core in (golden, engine):
            write_register(core, name, value)
        return f"register {name} = {value}"
    # Rows that share sums must agree on the one that clears them: no word says so by itself.
    others = [name for name in MEMORIES if name not in ("registers", "counters", "rows")]
    memory = str(rng.choice(others))
    width = Shape.cast(MEMORIES[memory].layout(SMALL)).width
    any_word = int(rng.integers(0, 1 << width, dtype=np.uint64))
    words = np.array([rng.choice([0, any_word, any_word])], np.uint64)
    address = int(rng.integers(MEMORIES[memory].depth(SMALL)))
    refused = []
    for core in (golden, engine):
        try:
            core.write(memory, words, address)
        except ValueError as error:
            refused.append(str(error))
    assert len(refused) in (0, 2)
    assert len(set(refused)) <= 1
    return f"word {address} of {memory} = {int(words[0]):#x}"


def test_the_rtl_does_what_the_golden_core_does(engine):
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        program = random_program(rng, SMALL)
        golden = GoldenCore(SMALL)
        for core in (golden, engine):
            core.load(program)
        done = [written_alike(rng, golden, engine) for _ in range(4)]
        in_use = int(golden.read("registers")[list(REGISTERS).index("input_rows")])
        program.registers["input_rows"] = in_use
        stimulus = random_stimulus(rng, program, 6)
        records = [core.run(6, stimulus) for core in (golden, engine)]
        difference = compare_records(*records) or compare_memories(golden, engine)
        assert difference is None, f"seed {seed}, {'; '.join(done)}: {difference}"


def test_no_register_stops_the_rtl(engine):
    """Past the host's checks, as another host could."""
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        program = random_program(rng, SMALL)
        engine.load(program)
        for name in rng.choice(WRITABLE, 5):
            word = rng.choice([0xFFFFFFFF, 0x7FFF, int(rng.integers(1 << 32))])
            number = list(REGISTERS).index(name)
            engine._ask(packets.write(SMALL, "registers", np.array([word], np.uint64), number))
        engine.run(3)
    engine.load(program)
    golden = GoldenCore(SMALL)
    golden.load(program)
    assert compare_memories(golden, engine) is None
