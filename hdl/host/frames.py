"""Frames of the host link: how packets of words travel over a line that loses and damages bytes.

A frame is two words of head, up to :data:`MAX_PAYLOAD` words of payload, and the CRC-32 of all
before it (the one of zlib, and of HDLC's FCS-32), each word low byte first, in the asynchronous
HDLC framing of RFC 1662: between two flags, with flags and escapes within it escaped. A frame that
is damaged in any way is dropped whole.

Words of either direction are numbered modulo 65536. A frame says which number its payload begins
with, and which one its sender awaits from the other side: all before that have arrived. So a
sender repeats from there whatever was lost, in frames of any size, and a receiver passes over what
it has already. The board speaks only when it is asked: a frame of the host, if only an empty one,
is answered once, perhaps together with the frames before it. So only the host needs a clock and
patience, and neither side can wait for the other forever.
"""

import enum

from amaranth.lib import data

__all__ = [
    "ESCAPE",
    "FLAG",
    "HEAD_WORDS",
    "MAX_PAYLOAD",
    "RING_WORDS",
    "TOGGLE",
    "FrameKind",
    "answer_layout",
    "question_layout",
]

FLAG, ESCAPE, TOGGLE = 0x7E, 0x7D, 0x20

#: Words that the board holds for either direction.
RING_WORDS = 256
#: Words of payload in a frame.
MAX_PAYLOAD = 128
HEAD_WORDS = 2


class FrameKind(enum.IntEnum):
    """Purpose of a frame; the values hold the version of the link, and differ in several bits."""

    DATA = 0xA1
    """Words, or a question for words."""

    RESET = 0x51
    """Reset the core, and number words from 0 in both directions. Answered likewise."""


def question_layout() -> data.StructLayout:
    """Head of a frame of the host."""
    return data.StructLayout({
        "kind": 8,
        "tag": 8,  # comes back in the answer
        "limit": 8,  # most words of the answer
        "reserved": 8,
        "position": 16,  # number of the first word of payload
        "awaited": 16,  # number of the first word that has not arrived
    })


def answer_layout() -> data.StructLayout:
    """Head of a frame of the board."""
    return data.StructLayout({
        "kind": 8,
        "tag": 8,  # of the last frame that arrived
        "idle": 1,  # the core has done and answered all; no word waits beyond this frame
        "reserved": 7,
        "damaged": 8,  # frames that arrived damaged so far
        "position": 16,
        "awaited": 16,
    })
