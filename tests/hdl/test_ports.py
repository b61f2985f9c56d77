"""Groups of wires: sizes, directions, and both ends of one connection."""

from amaranth import Module, signed
from amaranth.lib.wiring import Flow, connect

from backspike.hdl.ports import ClearPort, RowReader


def test_sizes_and_directions():
    reader, clear = RowReader(5, signed(9)).members, ClearPort(17).members
    assert {name: member.flow for name, member in reader.items()} == {
        "en": Flow.Out,
        "row": Flow.Out,
        "data": Flow.In,
    }
    assert reader["row"].shape == range(5)
    assert reader["data"].shape == signed(9)
    assert clear["address"].shape == range(17)


def test_both_ends_connect():
    for signature in (RowReader(4, 8), ClearPort(3)):
        m = Module()
        reader, memory = signature.create(path=("a",)), signature.flip().create(path=("b",))
        connect(m, reader, memory)
        assert len(m._statements["comb"]) == len(signature.members)
