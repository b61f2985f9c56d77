"""Memories of a proof: any content at first, and garbage where a word is read as it is written."""

from collections.abc import Sequence

from amaranth import Array, Module, Mux, Shape, Signal, Value
from amaranth.hdl import Instance
from amaranth.lib import memory

__all__ = ["ProofPlatform", "memory_words"]


def memory_words(depth: int, width: int) -> list[Signal]:
    """Registers of a memory's words, which begin with anything."""
    return [
        Signal(width, name=f"word{n}", reset_less=True, attrs={"free_init": 1})
        for n in range(depth)
    ]


class ProofPlatform:
    """Makes every memory of registers, and the contracts part of the design.

    Parameters
    ----------
    known : dict of int to list of Signal
        Registers for the words of some memories, by their number in the order of elaboration.
    subjects : sequence of Component
        What their contracts need is assumed.
    """

    contracts = True

    def __init__(self, known: dict[int, list[Signal]], subjects: Sequence[object]) -> None:
        self._known, self._count, self.subjects = known, 0, tuple(subjects)

    def get_memory(self, ram: memory.Memory) -> Module:
        m = Module()
        width = Shape.cast(ram.shape).width
        words = self._known.get(self._count) or memory_words(ram.depth, width)
        self._count += 1
        (write,) = ram.write_ports
        enabled = Value.cast(write.en)
        for n, word in enumerate(words):
            with m.If(enabled.any() & (write.addr == n)):
                m.d.sync += word.eq(write.data)
        for number, read in enumerate(ram.read_ports):
            garbage = Signal(width, name=f"garbage{number}")
            m.submodules[f"any{number}"] = Instance("$anyseq", p_WIDTH=width, o_Y=garbage)
            collides = enabled.any() & (write.addr == read.addr)
            known = Mux(read.addr < ram.depth, Array(words)[read.addr], garbage)
            with m.If(read.en):
                m.d.sync += Value.cast(read.data).eq(Mux(collides, garbage, known))
        return m
