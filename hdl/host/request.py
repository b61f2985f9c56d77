"""Requests: packets that are in order, as those that do them see them."""

from amaranth.lib import data, wiring
from amaranth.lib.wiring import Out

from backspike.hdl.host_map import MEMORIES, Response
from backspike.hdl.params import CoreParams

__all__ = ["Request", "header_layout", "longest_memory"]


def header_layout() -> data.StructLayout:
    """First word of a packet: ``host_map.header``, field by field."""
    return data.StructLayout({"length": 16, "argument": 8, "operation": 8})


def longest_memory(p: CoreParams) -> int:
    """Words of the largest memory that the host sees."""
    return max(memory.depth(p) for memory in MEMORIES.values() if memory.exists(p))


class Request(wiring.Signature):
    """A packet in order, and how much of it is left, seen by the packet reader.

    Members
    -------
    start : Out(1)
        It begins in the next cycle; its head stays until it is done.
    head : Out(header_layout())
        Its first word; ``head.argument`` is the memory.
    two_beats : Out(1)
        A word of the memory takes two of the packet.
    address, count : Out
        Word of memory, or row of inputs, that comes next; READ: number of words still to read.
    last, empty : Out(1)
        Its next word is its last; it has no more words.
    response : Out(Response)
        Operation of the response to it, if it has one.
    """

    def __init__(self, p: CoreParams):
        super().__init__({
            "start": Out(1),
            "head": Out(header_layout()),
            "two_beats": Out(1),
            "address": Out(range(longest_memory(p) + 1)),
            "count": Out(16),
            "last": Out(1),
            "empty": Out(1),
            "response": Out(Response, init=Response.ERROR),  # type: ignore[call-arg]
        })
