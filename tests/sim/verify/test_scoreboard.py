import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Record
from backspike.hdl.host_map import REGISTERS
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import (
    compare_memories,
    compare_records,
    compare_runs,
    explain_run,
)
from backspike.sim.verify.verification import verify_engine


def record(*spikes):
    steps, compartments = np.array(spikes, np.int64).reshape(-1, 2).T
    return Record(steps, compartments)


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (record((1, 4), (2, 0)), None),
        (record((1, 4)), "spike 1: expected step 2 compartment 0, got none"),
        (
            record((1, 4), (2, 0), (3, 3)),
            "spike 2: expected none, got step 3 compartment 3",
        ),
        (
            record((1, 5), (2, 0)),
            "spike 0: expected step 1 compartment 4, got step 1 compartment 5",
        ),
        (
            record((0, 4), (2, 0)),
            "spike 0: expected step 1 compartment 4, got step 0 compartment 4",
        ),
    ],
)
def test_records(got, message):
    assert compare_records(record((1, 4), (2, 0)), got) == message


@pytest.mark.parametrize(
    ("memory", "address", "value", "message"),
    [
        ("dense", 9, 1 << 10, "dense word 9, lanes from 0: lane 1 expected 0, got 2"),
        ("state", 3, 5 << 24, "state of compartment 3: v expected 0, got 5"),
        (
            "accumulators",
            18,
            7,
            "accumulator of compartment 2, slot 1: value expected 0, got 7",
        ),
        ("x_traces", 6, 9, "x_traces of axon 6: trace1 expected 0, got 9"),
        (
            "registers",
            list(REGISTERS).index("rows"),
            2,
            "register rows: value expected 0, got 2",
        ),
    ],
)
def test_memories(small, memory, address, value, message):
    expected, got = GoldenCore(small), GoldenCore(small)
    assert compare_memories(expected, got) is None
    got.write(memory, np.array([value], np.uint64), address)
    assert compare_memories(expected, got) == f"{message} (1 words differ)"


def test_reporting_is_not_compared(small):
    expected, got = GoldenCore(small), GoldenCore(small)
    got.write("registers", np.ones(1, np.uint64), list(REGISTERS).index("report"))
    assert compare_memories(expected, got) is None


class Broken(GoldenCore):
    """Goes wrong in the fifth step after loading."""

    def load(self, program):
        super().load(program)
        self.steps = 0

    def run(self, n_steps, stimulus=None, *, record=True):
        result = super().run(n_steps, stimulus, record=record)
        if self.steps <= 4 < self.steps + n_steps:
            self.damage()
        self.steps += n_steps
        return result

    def damage(self):
        state = self.read("state")
        state[2] ^= np.uint64(1)
        self.write("state", state)


class Miscounts(Broken):
    def damage(self):
        self._state.counters[7] += 1


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (Broken, r"^in step 4, state of compartment 2: u expected -?\d+, got -?\d+ \(1 words"),
        (Miscounts, r"^in step 4, counter spikes: expected \d+, got \d+$"),
    ],
)
def test_the_first_wrong_step_is_found(small, engine, message):
    rng = np.random.default_rng(1)
    program = random_program(rng, small)
    stimulus = random_stimulus(rng, program, 20)
    pair = GoldenCore(small), engine(small)
    assert compare_runs(*pair, program, stimulus, 20)[0]
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(explain_run(*pair, program, stimulus, 20))


def test_verification_reports_it(small):
    difference = verify_engine(GoldenCore(small), Broken(small), 1).difference
    assert "step by step: in step 4" in difference
    assert verify_engine(GoldenCore(small), GoldenCore(small), 1).difference is None
