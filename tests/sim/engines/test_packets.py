import numpy as np
import pytest

from backspike.hdl.host_map import MEMORIES, Command, ErrorCode, Response, header
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines import packets
from backspike.sim.engines.packets import ProtocolError

TINY, MNIST = CORE_PRESETS["tiny"], CORE_PRESETS["mnist"]


def heads(words):
    """Headers of a stream of commands."""
    out, at = [], 0
    while at < len(words):
        out.append(int(words[at]))
        at += 1 + (int(words[at]) & 0xFFFF)
    assert at == len(words)
    return out


@pytest.mark.parametrize("beats", [1, 2])
def test_beats_go_both_ways(beats):
    words = np.random.default_rng(1).integers(0, 1 << 32 * beats, 9, np.uint64)
    stream = packets.split_beats(words, beats)
    assert stream.dtype == np.uint32
    assert len(stream) == 9 * beats
    assert stream[0] == words[0] & np.uint64(0xFFFFFFFF)
    assert np.array_equal(packets.join_beats(stream, beats), words)


def test_a_short_write_is_one_packet():
    words = packets.write(TINY, "rows", np.array([3, 4], np.uint64), 5)
    number = MEMORIES["rows"].number
    assert words.tolist() == [header(Command.WRITE, number, 3), 5, 3, 4]


@pytest.mark.parametrize("memory", ["dense", "sparse"])
def test_long_writes_and_reads_are_split(memory):
    depth = MEMORIES[memory].depth(MNIST)
    beats = MEMORIES[memory].beats(MNIST)
    data = np.arange(depth, dtype=np.uint64)
    sent = packets.write(MNIST, memory, data)
    assert sum((head & 0xFFFF) - 1 for head in heads(sent)) == depth * beats
    request = packets.read(MNIST, memory)
    counts = request.reshape(-1, 3)[:, 2]
    assert counts.sum() == depth
    assert counts.max() * beats <= packets.MAX_LENGTH
    assert request.reshape(-1, 3)[:, 1].tolist() == np.cumsum([0, *counts[:-1]]).tolist()


def test_nothing_to_write_is_no_packet():
    assert packets.write(TINY, "rows", np.zeros(0, np.uint64)).size == 0
    assert packets.write_registers(TINY, {}).size == 0
    assert packets.read(TINY, "rows", 0, 0).size == 0


def test_negative_registers_travel_as_32_bits():
    assert packets.write_registers(TINY, {"reward": -2})[-1] == 0xFFFFFFFE


def test_neighbouring_registers_travel_in_one_packet():
    words = packets.write_registers(TINY, {"rows": 3, "learn": 1, "input_rows": 2, "report": 1})
    assert words.tolist() == [*packets.packet(Command.WRITE, 0, [4, 3, 2, 1, 1])]
    apart = packets.write_registers(TINY, {"visit": 2, "rows": 3})
    assert apart.tolist() == [
        *packets.packet(Command.WRITE, 0, [4, 3]),
        *packets.packet(Command.WRITE, 0, [12, 2]),
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: packets.read(TINY, "nope"), r"^memory must be one of registers, .*, not 'nope'$"),
        (
            lambda: packets.read(TINY, "rows", 15, 2),
            r"^address must be between 0 and 15 in memory 'rows', not 16$",
        ),
        (
            lambda: packets.write(TINY, "rows", np.zeros(1, np.uint64), -1),
            r"^address must be between 0 and 15 in memory 'rows', not -1$",
        ),
        (
            lambda: packets.echo(np.zeros(65536)),
            r"^payload must have at most 65535 words, not 65536$",
        ),
    ],
)
def test_bad_packets_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_reads_of_two_memories_are_told_apart():
    rows, bias = MEMORIES["rows"].number, MEMORIES["dense"].number
    stream = np.concatenate([
        packets.packet(Response.DATA, rows, [1, 2]),
        packets.packet(Response.DATA, bias, [5, 1]),
        packets.packet(Response.DATA, rows, [3]),
    ])
    answer = packets.parse(stream)
    assert answer.data(TINY, "rows").tolist() == [1, 2, 3]
    assert answer.data(TINY, "dense").tolist() == [5 + (1 << 32)]
    assert answer.data(TINY, "bias").size == 0


def test_a_record_counts_steps_from_the_first():
    stream = np.concatenate([
        packets.packet(Response.STEP, 0, [0xFFFFFFFF]),
        packets.packet(Response.SPIKES, 0, [1, 0b1001]),
        packets.packet(Response.STEP, 0, [0]),
        packets.packet(Response.STEP, 0, [1]),
        packets.packet(Response.SPIKES, 0, [0, 0b0010]),
        packets.packet(Response.DONE, 0, [2]),
    ])
    record = packets.parse(stream).check().record(TINY, 0xFFFFFFFE)
    assert record.steps.tolist() == [1, 1, 3]
    assert record.compartments.tolist() == [4, 7, 1]


def test_no_answer_is_an_empty_record():
    record = packets.parse(np.zeros(0, np.uint32)).check().record(TINY)
    assert record.steps.size == record.compartments.size == 0


def test_millions_of_words():
    one = np.concatenate([
        packets.packet(Response.STEP, 0, [7]),
        packets.packet(Response.SPIKES, 0, [2, 0b11]),
    ])
    record = packets.parse(np.tile(one, 400_000)).record(TINY)
    assert record.steps.size == 800_000


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (
            [header(Response.DONE, 0, 2), 1],
            r"^the core's answer ends within a packet \(2 words\)$",
        ),
        (
            [header(Response.DONE, 0, 1), 1, 0x12000000],
            r"^the core answered with an unknown header 0x12000000 at word 2$",
        ),
    ],
)
def test_garbage_is_no_answer(stream, message):
    with pytest.raises(ProtocolError, match=message):
        packets.parse(np.array(stream, np.uint32))


def test_spikes_need_a_step():
    with pytest.raises(ProtocolError, match=r"^the core reported spikes before it named a step$"):
        packets.parse(packets.packet(Response.SPIKES, 0, [0, 1])).record(TINY)


@pytest.mark.parametrize(
    ("code", "refused", "message"),
    [
        (
            ErrorCode.OUT_OF_RANGE.value,
            header(Command.WRITE, 4, 9),
            r"^the core refused WRITE of memory 4 \(dense\), 9 words of payload: OUT_OF_RANGE$",
        ),
        (
            ErrorCode.UNKNOWN_MEMORY.value,
            header(Command.READ, 77, 2),
            r"^the core refused READ of memory 77 \(no such memory\), 2 words of payload: "
            r"UNKNOWN_MEMORY$",
        ),
        (
            99,
            0x55010003,
            r"^the core refused 0x55 with argument 1, 3 words of payload: error 99$",
        ),
    ],
)
def test_a_refusal_names_the_command(code, refused, message):
    with pytest.raises(ProtocolError, match=message):
        packets.parse(packets.packet(Response.ERROR, code, [refused])).check()
