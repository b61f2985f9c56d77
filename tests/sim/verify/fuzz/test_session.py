"""Sessions of random words: what they notice."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.golden_host import GoldenHost
from backspike.hdl.host_map import COUNTERS, Command, Response, header
from backspike.sim.engines import packets
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.fuzz.session import Fault, Session

P = next(core for core in covering_cores() if core.learning and core.counters)


class Tame(GoldenHost):
    """As the RTL, it ends its steps whatever the words are; here by doing nothing in them."""

    def __init__(self):
        super().__init__(GoldenCore(P))

    def reset(self):
        self.__init__()

    def exchange(self, words):
        if not self.knows_steps and words[0] == header(Command.ADVANCE, 0, 1):
            step = (self.register("step") + int(words[1])) & 0xFFFFFFFF
            self.core.set_register("step", step)
            return np.array([header(Response.DONE, 0, 1), step], np.uint32)
        return super().exchange(words)


class Forgetful(Tame):
    """Loses the refused packet's length in one answer of ERROR."""

    def exchange(self, words):
        answer = super().exchange(words)
        wrong = answer >> 24 == Response.ERROR.value
        answer[1:][wrong[:-1]] &= 0xFFFFFF00
        return answer


class Careless(Tame):
    """Changes a weight with a packet that it refuses."""

    def exchange(self, words):
        answer = super().exchange(words)
        if (answer >> 24 == Response.ERROR.value).any():
            self.core.write("dense", self.core.read("dense", 3, 1) ^ np.uint64(1), 3)
        return answer


class Overwriting(Tame):
    """Changes its program in steps that nobody can tell in advance."""

    def exchange(self, words):
        if not self.knows_steps and words[0] >> 24 == Command.ADVANCE.value:
            self.core.write("bias", self.core.read("bias", 1, 1) ^ np.uint64(1), 1)
        return super().exchange(words)


class Talkative(Tame):
    """Says a word more than it should."""

    def exchange(self, words):
        answer = super().exchange(words)
        return np.append(answer, np.uint32(5)) if words[0] >> 24 == 1 else answer


def test_a_core_that_does_as_the_host_map_says_passes():
    tally = Session(P, Tame(), 1).run(60)
    assert tally.packets > 100
    assert tally.words > 1000
    assert tally.refused > 20
    assert tally.images > 60
    assert tally.untold > 3


@pytest.mark.parametrize(
    ("core", "told"),
    [
        (Forgetful, r"^exchange \d+: .* must be answered by ee"),
        (Careless, r"^exchange \d+: dense word \d+, lanes from \d+: lane 0 expected "),
        (Overwriting, r"^exchange \d+: bias of compartment 1: mantissa expected"),
        (Talkative, r"^exchange \d+: 00000005 after the last answer$"),
    ],
)
def test_one_that_does_not_is_found_out(core, told):
    with pytest.raises(Fault, match=told):
        Session(P, core(), 1).run(100)


def test_cycles_are_not_compared_but_all_other_counters_are():
    class Counting(Tame):
        more = "cycles_learn"

        def exchange(self, words):
            self.core.set_counter(self.more, self.core.counters()[self.more] + 1)
            return super().exchange(words)

    Session(P, Counting(), 1).run(10)
    Counting.more = list(COUNTERS)[-1]
    with pytest.raises(Fault, match=r"^counters 16: value expected 0, got \d+$"):
        Session(P, Counting(), 1)._compare(packets.read(P, "counters", 3))
