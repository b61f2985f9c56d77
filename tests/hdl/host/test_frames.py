"""Heads of frames byte by byte, as they are on the line."""

import struct

from backspike.hdl.host.frames import (
    ESCAPE,
    FLAG,
    HEAD_WORDS,
    MAX_PAYLOAD,
    RING_WORDS,
    TOGGLE,
    FrameKind,
    answer_layout,
    question_layout,
)


def head_of(layout, fields):
    return layout.const(fields).as_bits().to_bytes(4 * HEAD_WORDS, "little")


def test_bytes_of_a_question(words):
    head = words.fields(question_layout(), reserved=0)
    order = "kind", "tag", "limit", "reserved", "position", "awaited"
    assert head_of(question_layout(), head) == struct.pack("<4B2H", *(head[n] for n in order))


def test_bytes_of_an_answer(words):
    head = words.fields(answer_layout(), reserved=0)
    order = "kind", "tag", "idle", "damaged", "position", "awaited"
    assert head_of(answer_layout(), head) == struct.pack("<4B2H", *(head[n] for n in order))


def test_kinds_differ_in_several_bits_and_need_no_escape():
    data, reset = FrameKind
    assert (data ^ reset).bit_count() > 2
    assert not {FLAG, ESCAPE} & {data, reset}


def test_flags_and_escapes_are_those_of_hdlc():
    assert (FLAG, ESCAPE, TOGGLE) == (0x7E, 0x7D, 0x20)  # RFC 1662


def test_kinds_are_of_this_version():
    assert [kind.value for kind in FrameKind] == [0xA1, 0x51]


def test_a_payload_fits_its_limit_and_the_ring():
    assert 1 << question_layout()["limit"].width > MAX_PAYLOAD
    assert MAX_PAYLOAD <= RING_WORDS
