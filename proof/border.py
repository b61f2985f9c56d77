"""Blocks whose memories and products lie outside, at their border: no solver looks into them."""

import re
from pathlib import Path
from typing import Any

from amaranth import ClockDomain, Module, Signal, Value
from amaranth.back import rtlil  # type: ignore[attr-defined]
from amaranth.hdl import Fragment
from amaranth.lib import memory, wiring

from backspike.fpga.toolchain import run_tool
from backspike.hdl.lib.garbage import collecting_rarely

__all__ = ["write_bordered"]

_FLAT = "read_rtlil design.il; hierarchy -top top; proc; flatten; opt_clean; write_rtlil flat.il"
_PRODUCT = re.compile(r"  cell \$mul .*\n(?:    .*\n)*  end\n")
_PORT = re.compile(r"^  wire .*\b(?:input|output) \d+ ", re.MULTILINE)


class _BorderPlatform:
    """Leads the ports of every memory out of a design: what it is asked, and what it answers."""

    contracts = False

    def __init__(self) -> None:
        self.ports: list[Signal] = []
        self._count = 0

    def get_memory(self, ram: memory.Memory) -> Module:
        m, name = Module(), f"memory{self._count}"
        self._count += 1
        (write,) = ram.write_ports
        asked = {"w_en": write.en, "w_address": write.addr, "w_data": write.data}
        for number, read in enumerate(ram.read_ports):
            asked |= {f"r{number}_en": read.en, f"r{number}_address": read.addr}
            answer = self._port(f"{name}_r{number}_data", read.data)
            m.d.comb += Value.cast(read.data).eq(answer)
        for part, value in asked.items():
            m.d.comb += self._port(f"{name}_{part}", value).eq(value)
        return m

    def _port(self, name: str, value: Value) -> Signal:
        self.ports.append(Signal(len(Value.cast(value)), name=name))
        return self.ports[-1]


def write_bordered(component: wiring.Component, folder: Path) -> None:
    """Write ``bordered.il``, a component as one module ``top``, in RTLIL.

    Its inputs and outputs, the ports of its memories, and the factors and results of its products
    are ports.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    top, platform = Module(), _BorderPlatform()
    clock: Any = ClockDomain("sync")
    top.domains.sync = clock
    top.submodules.dut = component
    ports = [clock.clk, clock.rst]
    for path, member, port in component.signature.flatten(component):
        outer, inner = Signal.like(Value.cast(port), name="__".join(map(str, path))), port
        if len(outer):
            ports.append(outer)
            is_input = member.flow is wiring.In
            top.d.comb += Value.cast(inner).eq(outer) if is_input else outer.eq(inner)
    with collecting_rarely():
        fragment = Fragment.get(top, platform)
        text = rtlil.convert(fragment, name="top", ports=ports + platform.ports, emit_src=False)
    (folder / "design.il").write_text(text)
    run_tool(["yosys", "-q", "-p", _FLAT], folder, folder / "flat.log")
    (folder / "bordered.il").write_text(_cut_products((folder / "flat.il").read_text()))


def _cut_products(design: str) -> str:
    """A flat design whose products are given to it, and whose factors it tells."""
    number = len(_PORT.findall(design))

    def port(name: str, width: str, direction: str) -> str:
        nonlocal number
        number += 1
        return f"  wire width {width} {direction} {number} \\{name}\n"

    def cut(product: re.Match) -> str:
        own = dict(re.findall(r"(?:parameter|connect) \\(\w+) (.*)", product[0]))
        name = f"product{number}"
        lines = [port(f"{name}_{side}", own[f"{side}_WIDTH"], "output") for side in "AB"]
        lines += [f"  connect \\{name}_{side} {own[side]}\n" for side in "AB"]
        lines += [port(f"{name}_Y", own["Y_WIDTH"], "input"), f"  connect {own['Y']} \\{name}_Y\n"]
        return "".join(lines)

    return _PRODUCT.sub(cut, design)
