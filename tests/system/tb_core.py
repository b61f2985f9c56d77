"""cocotb tests of the whole core against the golden one, over the host stream only."""

import os

import cocotb
import numpy as np

from backspike.golden.engine import Stimulus
from backspike.hdl.host_map import MEMORIES, REGISTERS, Command, ErrorCode, Response, header
from backspike.hdl.params import CoreParams
from backspike.sim.engines import packets
from backspike.sim.engines.cocotb_bfm import core_test
from backspike.sim.engines.schedule import schedule
from backspike.sim.verify.coverage import Coverage, core_cases
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import compare_memories, compare_records
from backspike.sim.verify.verification import verify_engine

PARAMS = CoreParams(
    compartments=16,
    input_axons=16,
    lists=24,
    dense_words=24,
    sparse_words=48,
    lanes=4,
    dendrite_lanes=2,
    delay_slots=4,
    acc_width=12,
    rules=2,
    microcode_words=32,
)
COVERAGE = Coverage(core_cases(PARAMS))
#: Random programs per test; with fewer, some cases are never seen.
RUNS = max(6, int(os.environ.get("N_SEEDS", "6")))


def commands(words):
    """Commands that a stream holds."""
    found, at = set(), 0
    while at < len(words):
        found.add(Command(int(words[at]) >> 24))
        at += 1 + (int(words[at]) & 0xFFFF)
    return found


@cocotb.test()
@cocotb.parametrize(idle=[0.0, 0.3], stall=[0.0, 0.5])
@core_test(PARAMS)
def random_programs(link, engine, golden, idle, stall):
    """Spikes, weights, traces, states and work counters of random programs."""
    link.gaps(idle, stall)
    COVERAGE.hit("gaps between words and answers", idle > 0 and stall > 0)
    first = int(1000 * idle + 10_000 * stall)
    for seed in range(first, first + RUNS):
        difference = verify_engine(golden, engine, seed, 20, COVERAGE).difference
        assert difference is None, f"seed {seed}: {difference}"


MALFORMED = {
    "an unknown command": (ErrorCode.UNKNOWN_COMMAND, 0x55070003, [1, 2, 3]),
    "command 0": (ErrorCode.UNKNOWN_COMMAND, 0, []),
    "a response": (ErrorCode.UNKNOWN_COMMAND, header(Response.DONE, 0, 1), [1]),
    "ADVANCE without steps": (ErrorCode.BAD_LENGTH, header(Command.ADVANCE, 0, 0), []),
    "ADVANCE of two": (ErrorCode.BAD_LENGTH, header(Command.ADVANCE, 0, 2), [1, 1]),
    "CLEAR with payload": (ErrorCode.BAD_LENGTH, header(Command.CLEAR, 0, 1), [0]),
    "SPIKE without axon": (ErrorCode.BAD_LENGTH, header(Command.SPIKE, 0, 0), []),
    "SPIKE_ROWS without row": (ErrorCode.BAD_LENGTH, header(Command.SPIKE_ROWS, 0, 1), [0]),
    "READ of one word": (ErrorCode.BAD_LENGTH, header(Command.READ, 6, 1), [0]),
    "WRITE without data": (ErrorCode.BAD_LENGTH, header(Command.WRITE, 6, 1), [0]),
    "half a word": (
        ErrorCode.BAD_LENGTH,
        header(Command.WRITE, MEMORIES["dense"].number, 4),
        [0, 1, 2, 3],
    ),
    "WRITE nowhere": (ErrorCode.UNKNOWN_MEMORY, header(Command.WRITE, 77, 2), [0, 1]),
    "READ from nowhere": (ErrorCode.UNKNOWN_MEMORY, header(Command.READ, 255, 2), [0, 1]),
    "WRITE behind the end": (ErrorCode.OUT_OF_RANGE, header(Command.WRITE, 6, 3), [3, 1, 1]),
    "WRITE at an address that wraps": (
        ErrorCode.OUT_OF_RANGE,
        header(Command.WRITE, 6, 3),
        [0xFFFFFFFF, 1, 1],
    ),
    "READ behind the end": (ErrorCode.OUT_OF_RANGE, header(Command.READ, 6, 2), [2, 3]),
    "READ of too much": (ErrorCode.OUT_OF_RANGE, header(Command.READ, 6, 2), [0, 0xFFFFFFFF]),
    "SPIKE of no axon": (ErrorCode.OUT_OF_RANGE, header(Command.SPIKE, 0, 2), [16, 0]),
    "SPIKE of an axon and no axon": (
        ErrorCode.OUT_OF_RANGE,
        header(Command.SPIKE, 0, 3),
        [1, 0x80000001, 2],
    ),
    "SPIKE_ROWS of no row": (
        ErrorCode.OUT_OF_RANGE,
        header(Command.SPIKE_ROWS, 0, 3),
        [3, 1, 1],
    ),
    "SPIKE_ROWS of no row, with an argument": (
        ErrorCode.OUT_OF_RANGE,
        header(Command.SPIKE_ROWS, MEMORIES["dense"].number, 3),
        [3, 1, 1],
    ),
    "WRITE of a counter": (
        ErrorCode.READ_ONLY,
        header(Command.WRITE, MEMORIES["counters"].number, 3),
        [0, 1, 1],
    ),
}

#: The core takes the axons of a SPIKE one by one: those before a bad one fire.
TAKEN = {"SPIKE of an axon and no axon": [1]}


@cocotb.test()
@core_test(PARAMS)
def malformed_commands(link, engine, golden):
    """Each is answered by its error, changes nothing, and the next command works."""
    link.gaps(0.1, 0.1)
    program = random_program(np.random.default_rng(5), PARAMS)
    program.registers["input_rows"] = PARAMS.input_rows
    for core in (golden, engine):
        core.load(program)
        core.run(3)
    for name, (code, head, payload) in MALFORMED.items():
        words = np.concatenate([np.array([head, *payload], np.uint32), packets.echo([7, 8])])
        answer = packets.parse(engine._transport.exchange(words))
        expected = [Response.ERROR.value, Response.ECHO.value]
        assert answer.operations.tolist() == expected, f"{name}: {answer}"
        assert answer.arguments[0] == code.value, f"{name}: error {answer.arguments[0]}"
        assert answer.payload(0).tolist() == [head], name
        assert answer.payload(1).tolist() == [7, 8], name
        COVERAGE.hit(f"error {code.name}")
        taken = Stimulus(np.zeros(1, np.int64), np.array(TAKEN[name])) if name in TAKEN else None
        records = [golden.run(1, taken), engine.run(1)]
        difference = compare_records(*records) or compare_memories(golden, engine)
        assert difference is None, f"after {name}: {difference}"
    difference = verify_engine(golden, engine, 6, 20, COVERAGE).difference
    assert difference is None, f"afterwards: {difference}"


@cocotb.test()
@core_test(PARAMS)
def read_only_registers(link, engine, golden):
    """Writing them changes nothing."""
    before = engine.read("registers")
    numbers = [n for n, register in enumerate(REGISTERS.values()) if not register.writable]
    for number in numbers:
        words = packets.write(PARAMS, "registers", np.array([12345], np.uint64), number)
        engine._transport.exchange(words)
    assert np.array_equal(engine.read("registers"), before)


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.4])
@core_test(PARAMS)
def back_to_back(link, engine, golden, stall):
    """A whole session as one stream: clear, load, run, read, without a pause between commands."""
    link.gaps(0.0, stall)
    rng = np.random.default_rng(11)
    program = random_program(rng, PARAMS)
    few = random_stimulus(rng, program, 12)
    axons = np.arange(program.registers["input_rows"] * PARAMS.lanes)
    steps = np.concatenate([few.steps, np.full(axons.size, 13), [15]])
    stimulus = Stimulus(steps, np.concatenate([few.axons, axons, [1]]))
    run = schedule(PARAMS, stimulus, 20)
    sent = commands(run)
    COVERAGE.hit("input spikes as rows", Command.SPIKE_ROWS in sent)
    COVERAGE.hit("input spikes as single axons", Command.SPIKE in sent)
    COVERAGE.hit("commands back to back")
    engine.clear()
    golden.load(program)
    random_words = golden.read("random")
    start = program.registers.get("step", 0)
    answer = packets.parse(
        engine._transport.exchange(
            np.concatenate([
                packets.echo([1]),
                packets.clear(),
                *(packets.write(PARAMS, *item) for item in program.memories.items()),
                packets.write(PARAMS, "random", random_words),
                packets.write_registers(PARAMS, program.registers | {"report": 1}),
                run,
                packets.read(PARAMS, "state"),
                packets.read(PARAMS, "dense"),
                packets.advance(0),
                packets.read(PARAMS, "accumulators"),
                packets.echo([]),
                packets.clear(),
                packets.read(PARAMS, "state"),
            ])
        )
    ).check()
    difference = compare_records(golden.run(20, stimulus), answer.record(PARAMS, start))
    assert difference is None, difference
    for name in ("dense", "accumulators"):
        assert np.array_equal(answer.data(PARAMS, name), golden.read(name)), name
    state = answer.data(PARAMS, "state").reshape(2, -1)
    assert np.array_equal(state[0], golden.read("state"))
    assert not state[1].any()


@cocotb.test()
async def coverage_is_full(dut):
    """Last of all: the tests above have seen every case that matters."""
    COVERAGE.check()
