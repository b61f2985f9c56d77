from contextlib import closing

import numpy as np
import pytest
from amaranth import Module
from amaranth.lib import memory, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.verilog import simulation_verilog
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import build_core
from backspike.sim.verify.memory_collisions import with_garbage


class Previous(wiring.Component):
    """Answers every word with the one before, which it reads while it writes over it."""

    i: In(stream.Signature(32))
    o: Out(stream.Signature(32))
    busy: Out(1)

    def elaborate(self, platform):
        m = Module()
        m.submodules.word = word = memory.Memory(shape=32, depth=2, init=[])
        read, write = word.read_port(), word.write_port()
        take = self.i.valid & self.i.ready
        m.d.comb += [
            self.i.ready.eq(~self.o.valid | self.o.ready),
            self.busy.eq(self.i.valid | self.o.valid),
            read.en.eq(take),
            write.en.eq(take),
            write.data.eq(self.i.payload),
            self.o.payload.eq(read.data),
        ]
        with m.If(self.i.ready):
            m.d.sync += self.o.valid.eq(self.i.valid)
        return m


def test_a_design_that_relies_on_old_data_differs():
    text = simulation_verilog(Previous(), "previous")
    words = np.arange(3, 30, dtype=np.uint32)
    answers = []
    for verilog in (text, with_garbage(text)):
        with closing(Library(build_core(verilog, "previous"), patience=1000)) as library:
            answers.append(library.exchange(words)[1:])
    assert answers[0].tolist() == words[:-1].tolist()
    assert answers[1].tolist() == (~words[:-1]).tolist()


def test_a_design_without_the_memories_of_a_core_is_refused():
    with pytest.raises(ValueError, match=r"^a design must hold 'r_data .*' once, not 0 times$"):
        with_garbage("module nothing; endmodule")
