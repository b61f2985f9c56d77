"""Lanes of a word and their banks."""

import pytest
from amaranth import Module, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.delivery.rotation import bank_offsets, to_banks, to_lanes
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


class Rotated(wiring.Component):
    """Banks in the order of lanes, lanes in that of banks, and rows; a cycle later."""

    def __init__(self, p):
        self.p = p
        values = data.ArrayLayout(8, p.lanes)
        super().__init__({
            "word": In(word_layout(p)),
            "values": In(values),
            "lanes": Out(values),
            "banks": Out(values),
            "offsets": Out(values),
        })

    def elaborate(self, platform):
        m = Module()
        p, values = self.p, [Signal(8, name=f"value{n}") for n in range(self.p.lanes)]
        m.d.comb += [value.eq(self.values[n]) for n, value in enumerate(values)]
        for port, turned in (
            (self.lanes, to_lanes(p, self.word, values)),
            (self.banks, to_banks(p, self.word, values)),
            (self.offsets, bank_offsets(p, self.word)),
        ):
            m.d.sync += [port[n].eq(value) for n, value in enumerate(turned)]
        return m


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("lanes", [1, 2, 8])
def test_lane_n_is_in_bank_n_plus_rotation(lanes, columns, words, small):
    p = small(lanes, columns=columns)
    dut = Rotated(p)

    async def bench(ctx):
        for _ in range(60):
            word = words.fields(word_layout(p))
            ctx.set(dut.word, word)
            values = [words.rng.randrange(256) for _ in range(lanes)]
            ctx.set(dut.values, values)
            await ctx.tick()
            rotate, stride = (word.get(name, 0) for name in ("rotate", "stride"))
            banks = [(lane + rotate) % lanes for lane in range(lanes)]
            assert list(ctx.get(dut.lanes)) == [values[bank] for bank in banks]
            assert [ctx.get(dut.banks[bank]) for bank in banks] == values
            offsets = [stride * lane * columns for lane in range(lanes)]
            assert [ctx.get(dut.offsets[bank]) for bank in banks] == offsets

    simulate(dut, bench)
