"""The bench for neurons of students."""

from amaranth import Module, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.lessons.neuron_bench import run_neuron


class Adder(wiring.Component):
    en: In(1)
    total: In(signed(8))
    v: Out(signed(16))
    spike: Out(1)

    def elaborate(self, platform):
        m = Module()
        with m.If(self.en):
            m.d.sync += [self.v.eq(self.v + self.total), self.spike.eq(self.total < 0)]
        return m


def test_every_cycle_has_its_sum_and_pauses_keep_all(tmp_path):
    found = run_neuron(Adder(), [3, -5, None, 1], vcd=str(tmp_path / "waves.vcd"))
    assert found == [(3, 0), (-2, 1), (-2, 1), (-1, 0)]
    assert "total" in (tmp_path / "waves.vcd").read_text()
