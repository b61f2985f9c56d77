"""The core as one Verilog file."""

import re
from importlib.resources import files
from pathlib import Path

from amaranth import ClockSignal, Instance, Module, Shape
from amaranth.back import verilog
from amaranth.lib import memory, wiring

from backspike.hdl.core import Core
from backspike.hdl.lib.garbage import collecting_rarely
from backspike.hdl.params import CoreParams

__all__ = ["TOP", "core_verilog", "simulation_verilog", "write_verilog"]

#: Name of the module, unless it has another; its ports are clk, rst, i__payload, i__valid,
#: i__ready, o__payload, o__valid, o__ready, busy, refused and wake.
TOP = "backspike_core"
#: Module of ``ram.v``, which is named after the core in its text.
_RAM = "backspike_ram"
#: An assertion, which is of SystemVerilog, and what ends a simulation in Verilog as well.
_ASSERT, _FINISH = re.compile(r"assert \((\S+ ?)\);"), r"if (!\1) $finish;"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _RamPlatform:
    """Makes every memory an instance of ``ram.v``, one per read port.

    Amaranth spells out the initial value of every word, which for a large core is most of the
    text, and of the time to make it. The core relies on none: it clears itself after reset.
    """

    def __init__(self, name: str, *, contracts: bool) -> None:
        self._ram, self.contracts = name, contracts

    def get_memory(self, ram: memory.Memory) -> Module:
        m = Module()
        (write,) = ram.write_ports
        for number, read in enumerate(ram.read_ports):
            m.submodules[f"port{number}"] = Instance(
                self._ram,
                p_WIDTH=Shape.cast(ram.shape).width,
                p_ABITS=len(read.addr),
                p_DEPTH=ram.depth,
                i_clk=ClockSignal(),
                i_r_en=read.en,
                i_r_address=read.addr,
                o_r_data=read.data,
                i_w_en=write.en,
                i_w_address=write.addr,
                i_w_data=write.data,
            )
        return m


def core_verilog(
    params: CoreParams, *, phase_clocks: bool = False, name: str = TOP, contracts: bool = False
) -> str:
    """The core of ``params`` as Verilog text: the generated core, and its one RAM module.

    The names of all modules begin with ``name``, so that cores of several sizes fit in one design.
    With ``phase_clocks``, each member of ``wake`` has a clock and a reset of its own, as
    ``dendrite_clk`` and ``dendrite_rst``: see :class:`backspike.hdl.core.Core`. With
    ``contracts``, a simulation says which promise of a component is broken, and ends: see
    :mod:`backspike.hdl.lib.contract`.

    Raises
    ------
    ValueError
        If ``name`` is no simple identifier.
    """
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"name of a module must be letters, digits and _, not {name!r}")
    core = Core(params, phase_clocks=phase_clocks)
    return simulation_verilog(core, name, contracts=contracts)


def simulation_verilog(component: wiring.Component, name: str, *, contracts: bool = True) -> str:
    """A component as Verilog text of module ``name``, with the RAM module of its memories."""
    ram = f"{name}_ram"
    with collecting_rarely():
        text = verilog.convert(
            component,
            name=name,
            platform=_RamPlatform(ram, contracts=contracts),
            emit_src=False,
            strip_internal_attrs=True,
        )
    own = files("backspike.hdl").joinpath("ram.v").read_text()
    return _ASSERT.sub(_FINISH, text) + "\n" + own.replace(_RAM, ram)


def write_verilog(path: Path, params: CoreParams, *, name: str = TOP) -> Path:
    """Write the core of ``params`` to ``path``, as of :func:`core_verilog`; returns ``path``."""
    path.write_text(core_verilog(params, name=name))
    return path
