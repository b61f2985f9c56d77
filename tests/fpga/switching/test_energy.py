"""Energy of a netlist: by hand for three cells, and slews by OpenSTA."""

import numpy as np
import pytest

from backspike.fpga.switching.cells import library_text
from backspike.fpga.switching.energy import CLOCK_SLEW, energies, find_slews, memory_bits
from backspike.fpga.switching.liberty import CellPin, EnergyTable, Library
from backspike.fpga.switching.toggles import Activity
from backspike.fpga.toolchain import ToolError, find_tool


def within(related, low, high):
    """Energy of ``low`` at the clock's slew, of ``high`` at a slew 1 ns longer."""
    slews = np.array([CLOCK_SLEW, CLOCK_SLEW + 1])
    return EnergyTable(related, np.zeros(1), slews, np.array([[low, high]]))


def pin(capacitance, *tables, output=False, clock=False):
    return CellPin(output, clock, capacitance, tables)


LIBRARY = Library(
    2.0,
    {
        "INVX1": {"A": pin(1.0), "Y": pin(0, within("A", 10, 20), output=True)},
        "DFFPOSX1": {
            "CLK": pin(3.0, within("", 100, 0), clock=True),
            "D": pin(5.0, within("", 7, 9)),
            "Q": pin(0, within("CLK", 40, 0), output=True),
        },
        "NAND2X1": {
            "A": pin(2.0),
            "B": pin(4.0),
            "Y": pin(0, within("A", 1, 3), within("B", 5, 6), output=True),
        },
    },
)


def activity(**toggles):
    """Three cycles, one of the host and two of delivery, with transitions in the latter."""
    counts = np.zeros((4, 10), int)
    for name, count in toggles.items():
        counts[2, int(name[1:])] = count
    high = np.zeros((4, 10), int)
    high[2, 6] = 2
    return Activity(np.array([1, 0, 2, 0]), counts, high)


@pytest.mark.parametrize(
    ("net", "cluster", "kind", "energy"),
    [
        ("n4", "host", 0, 2.0),  # 1 pF at 2 V, half of C V^2
        ("n5", "dendrite", 0, 10 + 10),  # 5 pF, and the inverter's own
        ("n6", "dendrite", 1, 4 + 40),  # 2 pF, and the register's own
        ("n7", "history", 0, 8.0),  # 4 pF, from the memory
        ("n9", "learning", 0, 3.0),  # no load; the mean of what either input causes
    ],
)
def test_a_transition_takes_what_its_driver_and_its_load_need(netlist, net, cluster, kind, energy):
    found = energies(netlist, LIBRARY, {}, activity(**{net: 3}))
    rest = energies(netlist, LIBRARY, {}, activity())
    change = {name: found[name] - rest[name] for name in found}
    if net == "n5":
        assert change["dendrite"][2, 1] == pytest.approx(3 * 7)  # what the register's input takes
        change["dendrite"][2, 1] = 0
    assert change[cluster][2, kind] == pytest.approx(3 * energy)
    assert sum(part.sum() for part in change.values()) == pytest.approx(3 * energy)


def test_the_clock_rises_and_falls_in_every_cycle(netlist):
    found = energies(netlist, LIBRARY, {}, activity())
    edge = 100 + 3.0 * 2.0**2 / 2
    assert found["dendrite"][:, 2] == pytest.approx([2 * edge, 0, 4 * edge, 0])
    assert sum(part.sum() for part in found.values()) == pytest.approx(6 * edge)


def test_slow_inputs_take_more(netlist):
    slews = {6: CLOCK_SLEW + 0.5, 7: CLOCK_SLEW + 1}
    found = energies(netlist, LIBRARY, slews, activity(n9=1))
    assert found["learning"][2, 0] == pytest.approx((2 + 6) / 2)


def test_bits_of_memories_are_counted_by_their_enables(netlist):
    bits = memory_bits(netlist, activity())
    assert bits.keys() == {"history"}
    assert bits["history"].tolist() == [[2, 0], [0, 0], [4, 4], [0, 0]]


def test_opensta_tells_the_slew_of_every_driven_net(netlist):
    try:
        library_text()
        find_tool("sta")
    except ToolError as error:
        pytest.skip(str(error))
    slews = find_slews(netlist)
    assert slews.keys() == {5, 6, 9}
    assert all(0.001 < slew < 1 for slew in slews.values())


def test_a_missing_tool_says_how_to_get_it(netlist, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolError, match=r"^sta is not on PATH: apt install opensta$"):
        find_slews(netlist)
