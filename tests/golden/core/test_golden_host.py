"""The golden core behind the host's packets: what is answered, and what changes."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.golden_host import GoldenHost, cut_packets
from backspike.golden.errors import UserError
from backspike.hdl.host_map import (
    IDENTITY,
    MEMORIES,
    REGISTERS,
    Command,
    ErrorCode,
    Response,
    header,
)
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines import packets
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import compare_memories, compare_records

P = CORE_PRESETS["tiny"]
ROWS = list(REGISTERS).index("rows")
AXONS, LISTS, COUNTERS = (MEMORIES[name].number for name in ("axons", "lists", "counters"))


@pytest.fixture
def host():
    return GoldenHost(GoldenCore(P))


def refused(operation, argument, *payload):
    return packets.packet(operation, argument, payload)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (np.array([0], np.uint32), "UNKNOWN_COMMAND"),
        (np.array([0x86000002, 1, 2], np.uint32), "UNKNOWN_COMMAND"),
        (refused(Command.WRITE, 200, 0, 0), "UNKNOWN_MEMORY"),
        (refused(Command.READ, 200), "UNKNOWN_MEMORY"),
        (refused(Command.WRITE, COUNTERS), "READ_ONLY"),
        (refused(Command.WRITE, AXONS, 0), "BAD_LENGTH"),
        (refused(Command.WRITE, LISTS, 0, 1, 2, 3), "BAD_LENGTH"),
        (refused(Command.READ, AXONS, 0), "BAD_LENGTH"),
        (refused(Command.SPIKE, 0), "BAD_LENGTH"),
        (refused(Command.SPIKE_ROWS, 0, 0), "BAD_LENGTH"),
        (refused(Command.ADVANCE, 0), "BAD_LENGTH"),
        (refused(Command.CLEAR, 0, 0), "BAD_LENGTH"),
        (refused(Command.WRITE, AXONS, P.axons, 0), "OUT_OF_RANGE"),
        (refused(Command.WRITE, AXONS, P.axons - 1, 0, 0), "OUT_OF_RANGE"),
        (refused(Command.READ, AXONS, 1, P.axons), "OUT_OF_RANGE"),
        (refused(Command.READ, AXONS, 1 << 31, 1), "OUT_OF_RANGE"),
        (refused(Command.SPIKE, 0, 0), "OUT_OF_RANGE"),  # no row of inputs is in use
        (refused(Command.SPIKE_ROWS, 0, 0, 1), "OUT_OF_RANGE"),
    ],
)
def test_malformed_packets_are_refused_and_change_nothing(host, question, code):
    before = {name: host.core.read(name).copy() for name in MEMORIES if MEMORIES[name].exists(P)}
    answer = host.exchange(np.concatenate([question, packets.echo([7])]))
    assert answer.tolist() == [
        header(Response.ERROR, ErrorCode[code].value, 1),
        int(question[0]),
        header(Response.ECHO, 0, 1),
        7,
    ]
    for name, words in before.items():
        assert np.array_equal(host.core.read(name), words)


def test_what_is_written_is_read_back(host):
    asked = [
        packets.write(P, "lists", np.array([1 << 32, 5], np.uint64), 3),
        packets.read(P, "lists", 3, 2),
        packets.read(P, "registers", 0, 1),
        packets.packet(Command.READ, AXONS, [0, 0]),
    ]
    assert host.exchange(np.concatenate(asked)).tolist() == [
        *(header(Response.DATA, LISTS, 4), 0, 1, 5, 0),
        *(header(Response.DATA, 0, 1), IDENTITY),
        header(Response.DATA, AXONS, 0),
    ]


def test_registers_keep_what_they_have_where_a_value_is_out_of_range(host):
    for word, kept in ((2, 2), (P.compartment_rows + 1, 2), (0xFFFF_FFE0, 0), (3, 3)):
        host.exchange(packets.packet(Command.WRITE, 0, [ROWS, word]))
        assert host.register("rows") == kept
    host.exchange(packets.packet(Command.WRITE, 0, [0, 1]))
    assert host.register("identity") == IDENTITY


def test_axons_before_one_that_is_out_of_range_fire(host):
    host.exchange(packets.write_registers(P, {"input_rows": 1}))
    answer = host.exchange(packets.packet(Command.SPIKE, 0, [1, P.lanes, 0]))
    assert answer[0] == header(Response.ERROR, ErrorCode.OUT_OF_RANGE.value, 1)
    host.exchange(packets.advance(1))
    assert host.core.counters()["input_spikes"] == 1


def test_a_word_that_no_golden_core_holds_is_read_back_and_stops_no_core(host):
    wrong = np.array([(1 << 32) - 1], np.uint64)
    held = int(wrong[0]) & 0xFFFFFF  # an axon of this core has fewer bits
    host.exchange(packets.write(P, "axons", wrong, 2))
    assert not host.knows_steps
    read = int(host.exchange(packets.read(P, "axons", 2, 1))[1])
    assert read == int(wrong[0]) & (1 << read.bit_length()) - 1
    assert read.bit_length() > held.bit_length() - 8
    with pytest.raises(UserError, match=r"^words must be ones that a core can hold$"):
        host.exchange(packets.advance(1))
    assert host.exchange(packets.advance(0)).tolist() == [header(Response.DONE, 0, 1), 0]
    host.exchange(packets.write(P, "axons", np.zeros(1, np.uint64), 2))
    assert host.knows_steps
    assert host.exchange(packets.advance(1)).tolist() == [header(Response.DONE, 0, 1), 1]


def test_a_packet_that_is_cut_short_is_no_packet():
    with pytest.raises(ValueError, match=r"^the packet at word 2 must have 2 words of payload$"):
        list(cut_packets([1, 5, 2, 5]))


def test_an_engine_over_packets_does_what_the_golden_core_does():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        program = random_program(rng, P)
        golden, linked = GoldenCore(P), LinkEngine(P, GoldenHost(GoldenCore(P)))
        stimulus = random_stimulus(rng, program, 12)
        for engine in (golden, linked):
            engine.load(program)
        records = [engine.run(12, stimulus) for engine in (golden, linked)]
        assert compare_records(*records) is None
        assert compare_memories(golden, linked) is None
        assert golden.counters() == linked.counters()
