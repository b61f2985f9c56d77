"""Blocks with their memories and products at the border."""

import re

import pytest
from amaranth import Module, Signal, signed
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from backspike.proof.border import write_bordered

pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")


class Square(wiring.Component):
    """A word of a memory, and the product of two inputs."""

    def __init__(self):
        super().__init__({
            "a": In(signed(5)),
            "b": In(signed(5)),
            "nothing": In(0),
            "word": Out(6),
            "product": Out(signed(10)),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.ram = ram = memory.Memory(shape=6, depth=4, init=[])
        write, read = ram.write_port(), ram.read_port()
        held = Signal(signed(10))
        m.d.comb += [write.en.eq(1), write.data.eq(self.a), self.word.eq(read.data)]
        m.d.sync += held.eq(self.a * self.b)
        m.d.comb += self.product.eq(held)
        return m


def test_memories_and_products_are_ports(tmp_path):
    write_bordered(Square(), tmp_path)
    text = (tmp_path / "bordered.il").read_text()
    found = re.findall(r"wire (?:width (\d+) )?(input|output) \d+ (?:signed )?\\(\w+)", text)
    ports = {re.sub(r"product\d+", "product", name): (width, way) for width, way, name in found}
    assert ports["memory0_w_data"] == ("6", "output")
    assert ports["memory0_r0_address"] == ("2", "output")
    assert ports["memory0_r0_data"] == ("6", "input")
    assert ports["product_A"][1] == ports["product_B"][1] == "output"
    assert ports["product_Y"] == ("10", "input")
    assert "nothing" not in ports
    assert "cell $mul" not in text
    assert "$mem" not in text
