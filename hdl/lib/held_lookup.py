"""Look-ups of a small core: what is looked up waits, rather than passes through registers."""

from amaranth import Module
from amaranth.lib import data, wiring

from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.halved_memory import HalvedMemory
from backspike.hdl.lib.memory import HostedMemory, LookupTable

__all__ = ["HeldLookup"]


class HeldLookup(LookupTable):
    """A :class:`backspike.hdl.lib.memory.LookupTable` without registers: a transfer stays in ``i``
    until it leaves ``o`` with its row.

    Timing
    ------
    Latency 1 cycle, 2 if rows are halved; one transfer is under way at a time.

    Parameters
    ----------
    depth, row, carry
        As of a ``LookupTable``; members are, too.
    halved : bool
        Keep rows in a :class:`backspike.hdl.lib.halved_memory.HalvedMemory`.
    """

    def __init__(
        self, *, depth: int, row: data.Layout, carry: data.Layout, halved: bool = False
    ) -> None:
        self.halved = halved
        super().__init__(depth=depth, row=row, carry=carry)

    def elaborate(self, platform):
        m = Module()
        if self.halved:
            rows = HalvedMemory(depth=self.depth, shape=self.row)
            found, ends = rows.r_data, rows.ends
        else:
            rows = HostedMemory(depth=self.depth, shape=self.row)
            found, ends = rows.r_data[0], 1
        m.submodules.memory = rows
        wiring.connect(m, wiring.flipped(self.host), rows.host)
        m.d.comb += [
            rows.r_en.eq(self.i.valid & ~self.o.valid),
            rows.r_address.eq(self.i.p.address),
            self.i.ready.eq(self.o.valid & self.o.ready),
            self.o.p.row.eq(found),
            self.o.p.carry.eq(self.i.p.carry),
        ]
        with m.If(self.o.valid):
            m.d.sync += self.o.valid.eq(~self.o.ready)
        with m.Else():
            m.d.sync += self.o.valid.eq(self.i.valid & ends)
        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        streams = self.i.valid | self.o.valid
        contract.needs("the host waits for the rows", ~(self.host.en & streams))
        return m
