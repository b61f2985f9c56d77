"""Energy of a netlist by phase and cluster: transitions, times what each of them takes.

OpenSTA tells slews, and no more: version 2.0.17, which Debian has, loses activities that it is told
of nets between gates, and takes the energies of a rise and of a fall for every transition.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np

from backspike.fpga.switching.cells import LIBRARY, CellNetlist
from backspike.fpga.switching.liberty import Library
from backspike.fpga.switching.toggles import PHASES, Activity
from backspike.fpga.toolchain import run_tool
from backspike.hdl.verilog import TOP

__all__ = ["CLOCK_SLEW", "KINDS", "energies", "find_slews", "memory_bits"]

#: Slew of the clock and of what comes from without or from a memory, ns: the library's fastest.
CLOCK_SLEW = 0.06
#: Period of the clock for OpenSTA, ns; slews do not depend on it.
_PERIOD = 100.0
#: Kinds of energy: of gates and what they drive, of registers and what they drive, of the clock's
#: pins.
KINDS = ("logic", "registers", "clock")
_SECONDS = 1e9


def find_slews(netlist: CellNetlist) -> dict[int, float]:
    """Slew of every net that a cell drives, ns, by OpenSTA.

    Raises
    ------
    ToolError
        If OpenSTA is missing or fails.
    """
    script = files("backspike.fpga.switching").joinpath("slews.tcl").read_text()
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        (folder / "core.v").write_text(netlist.verilog(memories=False))
        settings = {"library": LIBRARY, "top": TOP, "period": _PERIOD, "slew": CLOCK_SLEW}
        given = "".join(f"set {key} {value}\n" for key, value in settings.items())
        (folder / "slews.tcl").write_text(given + script)
        run_tool(["sta", "-no_splash", "-exit", "slews.tcl"], folder, folder / "sta.log")
        lines = (folder / "slews.txt").read_text().split("\n")
    found = {}
    for line in filter(None, lines):
        pin, *slews = line.split()
        cell, _, output = pin.partition("/")
        (net,) = netlist.cells[int(cell[1:])].pins[output]
        found[net] = _SECONDS * sum(map(float, slews)) / len(slews)
    return found


def energies(
    netlist: CellNetlist, library: Library, slews: Mapping[int, float], activity: Activity
) -> dict[str, np.ndarray]:
    """Energy, pJ, by cluster: an array by phase and kind, of :data:`KINDS`.

    A net that changes is charged or discharged, and takes what its driver does within, the mean of
    what each input would cause; an input of a register takes energy of its own.
    """
    (clock,) = netlist.inputs["clk"]
    loads = _loads(netlist, library)
    costs: dict[str, np.ndarray] = defaultdict(
        lambda: np.zeros((len(KINDS), activity.toggles.shape[1]))
    )

    def charge(capacitance: float) -> float:
        return capacitance * library.voltage**2 / 2

    def slew(net: int) -> float:
        return slews.get(net, CLOCK_SLEW)

    for cell in netlist.cells:
        pins = library.cells[cell.kind]
        register = any(pin.clock for pin in pins.values())
        for name, net in cell.nets():
            pin = pins[name]
            if pin.output:
                within = [
                    table.at(loads[net], slew(dict(cell.nets()).get(table.related, -1)))
                    for table in pin.energies
                ]
                energy = charge(loads[net]) + float(np.mean(within))
            else:
                energy = sum(table.at(0, slew(net)) for table in pin.energies)
                if net == clock:
                    energy += charge(pin.capacitance)
            kind = "clock" if net == clock else "registers" if register else "logic"
            costs[cell.cluster][KINDS.index(kind), net] += energy
    for cluster, net in _borders(netlist):
        if net != clock:
            costs[cluster][KINDS.index("logic"), net] += charge(loads[net])
    toggles = activity.toggles.copy()
    toggles[:, clock] = 2 * activity.cycles
    return {cluster: toggles @ of.T for cluster, of in costs.items()}


def _loads(netlist: CellNetlist, library: Library) -> dict[int, float]:
    """Capacitance of the inputs on each net, pF."""
    loads: dict[int, float] = defaultdict(float)
    for cell in netlist.cells:
        for name, net in cell.nets():
            loads[net] += library.cells[cell.kind][name].capacitance
    return loads


def _borders(netlist: CellNetlist) -> Iterator[tuple[str, int]]:
    """Nets that no cell drives, but the host or a memory of a cluster."""
    for bits in netlist.inputs.values():
        yield from (("host", net) for net in bits)
    for ram in netlist.memories:
        yield from ((ram.cluster, net) for net in ram.pins["r_data"])


def memory_bits(netlist: CellNetlist, activity: Activity) -> dict[str, np.ndarray]:
    """Bits that are read and written in memories, by cluster: an array by phase, then of both."""
    bits: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((len(PHASES), 2)))
    for ram in netlist.memories:
        for column, enable in enumerate(("r_en", "w_en")):
            (net,) = ram.pins[enable]
            cycles = activity.cycles if net == 1 else activity.high[:, net]
            bits[ram.cluster][:, column] += ram.parameters["WIDTH"] * cycles
    return bits
