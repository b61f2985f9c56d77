"""Frames: what is sent comes out, whole or not at all, however the bytes are cut."""

import numpy as np
import pytest

from backspike.fpga.framing import Deframer, frame, question
from backspike.hdl.host.frames import ESCAPE, FLAG, FrameKind, answer_layout, question_layout


def answer(payload, **values):
    """A frame of the board."""
    layout = answer_layout()
    head = sum(value << layout[name].offset for name, value in values.items())
    return frame(head.to_bytes(8, "little") + np.asarray(payload, "<u4").tobytes())


#: Full of what must be escaped.
WORDS = [0x7E7D7E7D, 0x5E5D7D7E, 0, 0xFFFFFFFF]


@pytest.mark.parametrize("cut", [1, 3, 1000])
def test_an_answer_comes_out_as_it_was(cut):
    sent = answer(WORDS, kind=0xA1, tag=7, idle=1, damaged=2, position=65535, awaited=12)
    sent += answer([], kind=0x51, tag=8)
    deframer, got = Deframer(), []
    for start in range(0, len(sent), cut):
        got += deframer.feed(sent[start : start + cut])
    first, second = got
    assert (first.kind, first.tag, first.idle, first.damaged) == (0xA1, 7, True, 2)
    assert (first.position, first.awaited) == (65535, 12)
    assert first.payload.tolist() == WORDS
    assert (second.kind, second.tag, second.idle, second.payload.size) == (0x51, 8, False, 0)
    assert deframer.damaged == 0


def test_no_flag_or_escape_is_within_a_frame():
    sent = answer(WORDS, kind=0xA1)
    assert sent[0] == sent[-1] == FLAG
    assert FLAG not in sent[1:-1]
    for place in (n for n, byte in enumerate(sent) if byte == ESCAPE):
        assert sent[place + 1] in (FLAG ^ 0x20, ESCAPE ^ 0x20)


def test_a_frame_with_any_bit_flipped_is_counted_and_dropped():
    sent = answer([1, 2, 3], kind=0xA1, tag=7)
    for place in range(1, len(sent) - 1):
        for bit in range(8):
            damaged = bytearray(sent)
            damaged[place] ^= 1 << bit
            deframer = Deframer()
            assert list(deframer.feed(bytes(damaged))) == []
            assert deframer.damaged >= 1


def test_a_question_has_its_fields_in_place():
    layout = question_layout()
    sent = question(FrameKind.DATA, 9, 100, 0x1_0005, 0x2_0006, np.array([3], np.uint32))
    head = int.from_bytes(sent[1:9], "little")
    found = {
        name: head >> layout[name].offset & (1 << layout[name].width) - 1
        for name in ("kind", "tag", "limit", "position", "awaited")
    }
    assert found == {"kind": 0xA1, "tag": 9, "limit": 100, "position": 5, "awaited": 6}
    assert sent[9:13] == b"\x03\0\0\0"
