"""Block RAM, wrapped once: banks for the core, words for the host, a sweep that clears."""

from typing import Any

from amaranth import Cat, Module, Mux, Shape, Signal, Value, unsigned
from amaranth.lib import data, memory, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract

__all__ = ["HOST_PORT", "ClearPort", "HostedMemory", "LookupTable", "within"]

#: The host's access to a memory. ``r_data`` is valid in the cycle after a read, and stays until the
#: memory is read again; the core is idle meanwhile. An access may be repeated in the next cycle, as
#: memories in halves need it (:class:`backspike.hdl.lib.halved_memory.HalvedMemory`).
HOST_PORT = wiring.Signature({
    "en": Out(1),
    "write": Out(1),
    "address": Out(24),
    "w_data": Out(64),
    "r_data": In(64),
})


class ClearPort(wiring.Signature):
    """A sweep over a memory of dynamic state, seen by what sweeps.

    Members
    -------
    en : Out(1)
        Zero a word; it is zero in the next cycle.
    address : Out(range(depth))
        The word to zero.
    """

    def __init__(self, depth: int) -> None:
        self.depth = depth
        super().__init__({"en": Out(1), "address": Out(range(depth))})


def within(sweep: Any, depth: int) -> Value:
    """Enable of a memory of ``depth`` words in a sweep over a deeper one. Combinational."""
    return sweep.en & (sweep.address < depth)


class HostedMemory(wiring.Component):
    """Rows of banks in block RAM, one per bank: simple dual-port, or with one port.

    Timing
    ------
    ``r_data`` holds row ``r_address`` one cycle after ``r_en``, and keeps it until the next
    ``r_en``. One read and one write per cycle; with one port, ``r_en`` must be low while ``w_en``
    or ``clear.en`` is not 0. The result of a read of a row in the cycle that writes it is not
    specified: no user may depend on it.

    Parameters
    ----------
    depth : int
        Rows.
    shape : ShapeLike
        One bank of a row.
    banks : int
        Banks of a row, a power of two.
    per_bank : bool
        Give every bank a read address of its own: ``r_address`` is an array then.
    per_bank_write : bool
        Likewise ``w_address``.
    one_port : bool
        Reading and writing share an address, so that single-port memory does, which is larger.
    group : int
        Neighbouring banks that one host word holds. Host word ``n`` is group ``n % groups`` of
        row ``n // groups``.
    sweep : int
        Rows of the sweep that clears, if they are not those of the memory: it passes over others.

    Members
    -------
    r_en, r_address, r_data
        Read port; ``r_data`` is an array of banks.
    w_en, w_address, w_data
        Write port, one enable per bank; ``w_data`` is an array of banks.
    clear : In(ClearPort(sweep))
        Writes 0 to a whole row; has precedence over ``w_en``.
    host : In(HOST_PORT)
        Has precedence over all else.
    """

    def __init__(
        self,
        *,
        depth: int,
        shape,
        banks: int = 1,
        group: int = 1,
        per_bank: bool = False,
        per_bank_write: bool = False,
        one_port: bool = False,
        sweep: int | None = None,
    ):
        self.depth, self.shape, self.banks, self.group = depth, shape, banks, group
        self.per_bank, self.per_bank_write, self.one_port = per_bank, per_bank_write, one_port
        address = In(range(depth))
        super().__init__({
            "r_en": In(1),
            "r_address": address.array(banks) if per_bank else address,
            "r_data": Out(shape).array(banks),
            "w_en": In(banks),
            "w_address": address.array(banks) if per_bank_write else address,
            "w_data": In(shape).array(banks),
            "clear": In(ClearPort(sweep or depth)),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        host, width = self.host, Shape.cast(self.shape).width
        groups = self.banks // self.group
        group_bits = (groups - 1).bit_length()
        clears = within(self.clear, self.depth)
        host_group = host.address[:group_bits]
        host_row = host.address[group_bits:]

        outputs = []
        for bank in range(self.banks):
            ram = memory.Memory(shape=unsigned(width), depth=self.depth, init=[])
            m.submodules[f"bank{bank}"] = ram
            read, write = ram.read_port(), ram.write_port()
            address = self.r_address[bank] if self.per_bank else self.r_address
            written = self.w_address[bank] if self.per_bank_write else self.w_address
            write_row = Mux(host.en, host_row, Mux(clears, self.clear.address, written))
            host_slice = host.w_data.word_select(bank % self.group, width)
            selected = Value.cast(host_group == bank // self.group) if group_bits else 1
            core_data = Mux(clears, 0, Value.cast(self.w_data[bank]))
            m.d.comb += [
                read.en.eq(self.r_en | host.en),
                read.addr.eq(Mux(host.en, host_row, address)),
                Value.cast(self.r_data[bank]).eq(read.data),
                write.en.eq(Mux(host.en, host.write & selected, clears | self.w_en[bank])),
                write.addr.eq(write_row),
                write.data.eq(Mux(host.en, host_slice, core_data)),
            ]
            if self.one_port:
                m.d.comb += [
                    read.en.eq((self.r_en | host.en) & ~write.en),
                    read.addr.eq(Mux(write.en, write_row, Mux(host.en, host_row, address))),
                    write.addr.eq(read.addr),
                ]
            outputs.append(read.data)

        host_words = [
            Cat(*outputs[first : first + self.group]) for first in range(0, self.banks, self.group)
        ]
        shown = Signal(group_bits)
        with m.If(host.en):
            m.d.sync += shown.eq(host_group)
        with m.Switch(shown):
            for number, word in enumerate(host_words):
                with m.Case(number):
                    m.d.comb += host.r_data.eq(word)
        contract = Contract(m, self, platform)
        contract.needs("the host names a word that there is", host_row < self.depth, where=host.en)
        if self.one_port:
            writes = self.w_en.any() | clears
            contract.needs("one port does one thing", ~(self.r_en & writes))
        return m


class LookupTable(wiring.Component):
    """A memory in the middle of a stream: every transfer picks up the row of its address.

    Timing
    ------
    Latency 1 cycle, throughput 1 transfer per cycle while ``o.ready`` is high.

    Parameters
    ----------
    depth : int
        Rows.
    row : data.Layout
        One row.
    carry : data.Layout
        Payload that passes through beside the row.

    Members
    -------
    i : In(stream.Signature({"address", "carry"}))
    o : Out(stream.Signature({"row", "carry"}))
    host : In(HOST_PORT)
    """

    def __init__(self, *, depth: int, row: data.Layout, carry: data.Layout):
        self.depth, self.row = depth, row
        super().__init__({
            "i": In(stream.Signature(data.StructLayout({"address": range(depth), "carry": carry}))),
            "o": Out(stream.Signature(data.StructLayout({"row": row, "carry": carry}))),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = rows = HostedMemory(depth=self.depth, shape=self.row)
        wiring.connect(m, wiring.flipped(self.host), rows.host)

        advance = Signal()
        carry = Signal.like(self.i.p.carry, reset_less=True)
        m.d.comb += [
            advance.eq(~self.o.valid | self.o.ready),
            self.i.ready.eq(advance),
            rows.r_en.eq(advance & self.i.valid),
            rows.r_address.eq(self.i.p.address),
            self.o.p.row.eq(rows.r_data[0]),
            self.o.p.carry.eq(carry),
        ]
        with m.If(advance):
            m.d.sync += self.o.valid.eq(self.i.valid)
            with m.If(self.i.valid):
                m.d.sync += carry.eq(self.i.p.carry)
        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        streams = self.i.valid | self.o.valid
        contract.needs("the host waits for the rows", ~(self.host.en & streams))
        return m
