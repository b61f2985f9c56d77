"""Synthesis of a core to the standard cells of OSU's 180 nm library; memories stay macros."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from backspike.fpga.toolchain import ToolError, run_tool, tool_identity
from backspike.hdl.params import CoreParams
from backspike.hdl.verilog import TOP, core_verilog
from backspike.sim.engines.core_text import kept_text

__all__ = [
    "LIBRARY",
    "Cell",
    "CellNetlist",
    "library_text",
    "parse_netlist",
    "simulation_text",
    "synthesise",
]

#: The library, where Debian puts it.
LIBRARY = Path("/usr/share/qflow/tech/osu018/osu018_stdcells.lib")
_RAM = f"{TOP}_ram"
_CLUSTER = re.compile(rf"^module \\({TOP}\.[^.\s]+) ", re.MULTILINE)
#: What ABC sizes cells and buffers nets for, at the ends of the netlist.
_ENDS = "set_driving_cell INVX2\nset_load 0.05\n"


class Cell(NamedTuple):
    """A cell or, if it has parameters, a memory.

    Attributes
    ----------
    kind : str
    cluster : str
        Part of the core that it belongs to, as ``dendrite``.
    pins : mapping of str to list
        Nets of each pin; 0 and 1 are constants, and no net's number.
    parameters : mapping of str to int
    """

    kind: str
    cluster: str
    pins: Mapping[str, list[int]]
    parameters: Mapping[str, int]

    def nets(self) -> Iterator[tuple[str, int]]:
        """Pins of one net, but for constants."""
        for pin, (net,) in self.pins.items():
            if net > 1:
                yield pin, net


@dataclass(frozen=True)
class CellNetlist:
    """A netlist of cells.

    Attributes
    ----------
    inputs, outputs : mapping of str to list
        Nets of the ports.
    cells, memories : list of Cell
    """

    inputs: Mapping[str, list[int]]
    outputs: Mapping[str, list[int]]
    cells: list[Cell]
    memories: list[Cell]

    @property
    def nets(self) -> int:
        """A number above that of every net."""
        return 1 + max(self._bits())

    def verilog(self, *, memories: bool) -> str:
        """The netlist as module ``backspike_core``: net 7 is ``n7``, cell 7 ``c7``.

        Without ``memories``, what they return are ports, ``n<net>``, too: for timing.
        """
        ports = {**self.inputs, **self.outputs}
        borders = [] if memories else [n for ram in self.memories for n in ram.pins["r_data"]]
        names = [*ports, *(f"n{net}" for net in borders)]
        lines = [f"module {TOP} ({', '.join(names)});"]
        for direction, of in (("input", self.inputs), ("output", self.outputs)):
            lines += [f"{direction} [{len(bits) - 1}:0] {name};" for name, bits in of.items()]
        lines += [f"input n{net};" for net in borders]
        wires = set(self._bits()) - {0, 1, *borders}
        lines += [f"wire n{net};" for net in sorted(wires)]
        for name, bits in self.inputs.items():
            lines += [f"assign {_net(bit)} = {name}[{n}];" for n, bit in enumerate(bits)]
        for name, bits in self.outputs.items():
            lines += [f"assign {name}[{n}] = {_net(bit)};" for n, bit in enumerate(bits)]
        lines += [_instance(f"c{n}", cell) for n, cell in enumerate(self.cells)]
        if memories:
            lines += [_instance(f"m{n}", ram) for n, ram in enumerate(self.memories)]
        return "\n".join([*lines, "endmodule\n"])

    def _bits(self) -> Iterator[int]:
        for pins in (self.inputs, self.outputs, *(c.pins for c in [*self.cells, *self.memories])):
            for bits in pins.values():
                yield from bits


def _net(net: int) -> str:
    return f"n{net}" if net > 1 else f"1'b{net}"


def _instance(name: str, cell: Cell) -> str:
    values = ", ".join(f".{key}({value})" for key, value in cell.parameters.items())
    pins = ", ".join(
        f".{pin}({{{', '.join(_net(bit) for bit in reversed(bits))}}})"
        for pin, bits in cell.pins.items()
    )
    return f"{cell.kind}{f' #({values})' if values else ''} {name} ({pins});"


def library_text() -> str:
    """Text of the library.

    Raises
    ------
    ToolError
        If it is not installed.
    """
    if not LIBRARY.exists():
        raise ToolError(
            f"{LIBRARY} is missing: apt-get download qflow-tech-osu018, then dpkg -x "
            "qflow-tech-osu018_*.deb / (to install it brings an old yosys along)"
        )
    return LIBRARY.read_text()


def synthesise(params: CoreParams) -> CellNetlist:
    """The netlist of a core; kept in the cache.

    Raises
    ------
    ToolError
        If yosys or the library is missing, or yosys fails.
    """
    made_by = (_script(["*"]), _ENDS, library_text(), tool_identity("yosys"))
    return parse_netlist(kept_text("cells", params, made_by, lambda: _synthesised(params)))


def _script(clusters: list[str]) -> list[str]:
    """Commands of yosys from ``core.v`` to ``cells.json``; clusters are mapped one by one, so that
    each cell belongs to one."""
    return [
        "read_verilog core.v",
        f"blackbox {_RAM}",
        "rename -hide w:*[*]*",
        f"hierarchy -check -top {TOP}",
        f"setattr -mod -set keep_hierarchy 1 {' '.join(clusters)}",
        f"synth -top {TOP} -flatten -noabc",
        "setattr -unset init w:*",  # a register of the library has none: the core has a reset
        f"dfflibmap -liberty {LIBRARY}",
        "opt",
        f"abc -liberty {LIBRARY} -constr ends.txt",
        "clean",
        "setattr -mod -unset keep_hierarchy *",
        "flatten",
        "splitnets",
        "opt_clean -purge",
        "write_json cells.json",
    ]


def _synthesised(params: CoreParams) -> str:
    """JSON of yosys for the netlist of a core."""
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        text = core_verilog(params)
        (folder / "core.v").write_text(text)
        (folder / "ends.txt").write_text(_ENDS)
        (folder / "core.ys").write_text("\n".join(_script(_CLUSTER.findall(text))))
        run_tool(["yosys", "-q", "-s", "core.ys"], folder, folder / "yosys.log")
        return (folder / "cells.json").read_text()


def parse_netlist(text: str) -> CellNetlist:
    """The netlist that yosys' JSON describes."""
    module = json.loads(text)["modules"][TOP]
    ports: dict[str, dict[str, list[int]]] = {"input": {}, "output": {}}
    for name, port in module["ports"].items():
        ports[port["direction"]][name] = _nets(port["bits"])
    cells = [_cell(name, cell) for name, cell in module["cells"].items()]
    return CellNetlist(
        ports["input"],
        ports["output"],
        [cell for cell in cells if cell.kind != _RAM],
        [cell for cell in cells if cell.kind == _RAM],
    )


def _cell(name: str, cell: dict[str, Any]) -> Cell:
    """A cell; its name begins with that of its cluster, which Amaranth and yosys may add to."""
    cluster = name.removeprefix("$flatten\\").split(".")[0].split("$")[0] if "." in name else "core"
    parameters = {key: int(bits, 2) for key, bits in cell["parameters"].items()}
    pins = {pin: _nets(bits) for pin, bits in cell["connections"].items()}
    return Cell(cell["type"], cluster, pins, parameters)


def _nets(bits: list[int | str]) -> list[int]:
    """Nets, whose numbers in yosys' JSON begin with 2, and constants, which are texts there."""
    return [bit if isinstance(bit, int) else int(bit == "1") for bit in bits]


def simulation_text(netlist: CellNetlist) -> str:
    """The netlist with models of its cells and of its memories, for a simulator."""
    models = files("backspike.fpga.switching").joinpath("osu018_cells.v").read_text()
    ram = files("backspike.hdl").joinpath("ram.v").read_text().replace("backspike_ram", _RAM)
    traced = "/*verilator tracing_on*/\n"
    return models + ram + traced + netlist.verilog(memories=True)
