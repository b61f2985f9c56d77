"""Heads of frames as the host packs and unpacks them, byte by byte."""

import numpy as np

from backspike.fpga.framing import Deframer, frame, question
from backspike.hdl.host.frames import (
    ESCAPE,
    FLAG,
    HEAD_WORDS,
    MAX_PAYLOAD,
    RING_WORDS,
    FrameKind,
    answer_layout,
    question_layout,
)

NONE = np.zeros(0, np.uint32)


def head_of(layout, words):
    """Fields of a layout in no more than the words of a head."""
    const = layout.const(words.fields(layout))
    return const, const.as_bits().to_bytes(4 * HEAD_WORDS, "little")


def test_a_question_is_that_of_the_host(words):
    head, body = head_of(question_layout(), words)
    fields = {name: head[name] for name in ("kind", "tag", "limit", "position", "awaited")}
    body = body[:3] + b"\0" + body[4:]  # reserved
    assert question(**fields, payload=NONE) == frame(body)


def test_the_host_reads_an_answer(words):
    head, body = head_of(answer_layout(), words)
    (answer,) = Deframer().feed(frame(body))
    for name in ("kind", "tag", "idle", "damaged", "position", "awaited"):
        assert getattr(answer, name) == head[name], name


def test_kinds_differ_in_several_bits_and_need_no_escape():
    data, reset = FrameKind
    assert (data ^ reset).bit_count() > 2
    assert not {FLAG, ESCAPE} & {data, reset}


def test_a_frame_fits_the_ring_and_its_limit():
    assert 1 << question_layout()["limit"].width > MAX_PAYLOAD
    assert MAX_PAYLOAD <= RING_WORDS
