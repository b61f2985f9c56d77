"""Rows in single-port RAM, which is deep and narrow: each in two words."""

from amaranth import Cat, Module, Mux, Shape, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT

__all__ = ["HalvedMemory"]


class HalvedMemory(wiring.Component):
    """Rows that the host alone writes, each in two words of half its width, in one-port RAM.

    Timing
    ------
    Every access takes two cycles, in which it stays as it is: the lower half first. ``r_data``
    holds row ``r_address`` from the cycle after them on, until the next access.

    Parameters
    ----------
    depth : int
        Rows.
    shape : ShapeLike
        A row.

    Members
    -------
    r_en, r_address, r_data
        Read port.
    ends : Out(1)
        An access in this cycle is in its second one.
    host : In(HOST_PORT)
        Has precedence.
    """

    def __init__(self, *, depth: int, shape):
        self.depth, self.shape = depth, shape
        super().__init__({
            "r_en": In(1),
            "r_address": In(range(depth)),
            "r_data": Out(shape),
            "ends": Out(1),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        host, width = self.host, Shape.cast(self.shape).width
        half = (width + 1) // 2
        m.submodules.halves = ram = memory.Memory(shape=half, depth=2 * self.depth, init=[])
        read, write = ram.read_port(), ram.write_port()
        accessed, lower = Signal(), Signal(half, reset_less=True)
        row = Mux(host.en, host.address, self.r_address)
        m.d.comb += [
            accessed.eq(self.r_en | host.en),
            write.en.eq(host.en & host.write),
            write.data.eq(Mux(self.ends, host.w_data[half:width], host.w_data[:half])),
            write.addr.eq(read.addr),
            read.en.eq(accessed & ~write.en),
            read.addr.eq(Cat(self.ends, row)),
            self.r_data.eq(Cat(lower, read.data)),
            host.r_data.eq(Cat(lower, read.data)),
        ]
        m.d.sync += self.ends.eq(accessed & ~self.ends)
        with m.If(self.ends):
            m.d.sync += lower.eq(read.data)

        contract = Contract(m, self, platform)
        is_row = host.address < self.depth
        contract.needs("the host names a row that there is", is_row, where=host.en)
        access = Cat(host.en, write.en, row, Mux(write.en, host.w_data, 0))
        steady = access == contract.past("access", access)
        contract.needs("an access stays for two cycles", accessed & steady, where=self.ends)
        return m
