"""Random words for the host link."""

from collections import Counter

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.golden_host import GoldenHost, cut_packets
from backspike.hdl.host_map import MEMORIES, Command, ErrorCode, Response
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.verify.fuzz.traffic import Traffic
from backspike.sim.verify.random_program import random_program

P = CORE_PRESETS["tiny"]


def traffic(seed, count=200):
    """Words of so many exchanges, and the program that was there before."""
    rng = np.random.default_rng(seed)
    programs = [random_program(rng, P) for _ in range(2)]
    source = Traffic(rng, programs)
    return [source.words() for _ in range(count)], programs[0]


def test_equal_seeds_give_equal_words():
    first, second, other = (np.concatenate(traffic(seed, 20)[0]) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_every_command_comes_in_order_and_out_of_order():
    words, program = traffic(3)
    host = GoldenHost(GoldenCore(P))
    LinkEngine(P, host).load(program)
    done, refused, written = Counter(), Counter(), Counter()
    for head, payload in (packet for exchange in words for packet in cut_packets(exchange)):
        operation, length = head >> 24, head & 0xFFFF
        if operation == Command.ADVANCE.value and length == 1:
            assert payload[0] < 4
            done[operation] += 1
            continue
        answer = host.exchange(np.array([head, *payload], np.uint32)).tolist()
        if answer and answer[0] >> 24 == Response.ERROR.value:
            refused[ErrorCode(answer[0] >> 16 & 0xFF)] += 1
        else:
            done[operation] += 1
            written[head >> 16 & 0xFF] += operation == Command.WRITE.value
    assert set(done) == {command.value for command in Command}
    assert set(refused) == set(ErrorCode)
    for name, memory in MEMORIES.items():
        assert (written[memory.number] > 0) == (memory.exists(P) and name != "counters")
    assert host.aside, "no word out of range"
