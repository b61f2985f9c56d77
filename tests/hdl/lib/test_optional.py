"""Members that only some cores have."""

from amaranth.lib.wiring import Out

from backspike.hdl.lib.optional import when


def test_members_are_there_or_not():
    members = {"tags": Out(9)}
    assert when(1, members) == members
    assert when(0, members) == {}
