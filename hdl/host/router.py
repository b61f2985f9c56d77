"""From the command processor to the memories, and back."""

from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import MEMORIES
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams

__all__ = ["HostRouter", "read_latency"]

#: They have a register of their own in front of what is read, and answer a cycle later.
LATE = ("registers", "counters")


def read_latency(p: CoreParams) -> int:
    """Cycles from ``i.en`` to the answer: there, the memory's own, and back."""
    return 2 if p.compact else 4


class HostRouter(wiring.Component):
    """Passes the host's accesses to the memory that it names, and what that answers to the host.

    Timing
    ------
    A word is there :func:`read_latency` cycles after ``i.en``, and stays: there are registers on
    the way there, and two on the way back, as block RAM is slow and may be far away. In a
    ``compact`` core, a register on the way back is all.

    Members
    -------
    memory : In(8)
        Number of a memory; must be there two cycles before ``i.en``.
    i : In(HOST_PORT)
    <name> : Out(HOST_PORT)
        One per memory of :data:`backspike.hdl.host_map.MEMORIES` that the core has.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        self.names = [name for name, memory in MEMORIES.items() if memory.exists(params)]
        super().__init__({
            "memory": In(8),
            "i": In(HOST_PORT),
            **{name: Out(HOST_PORT) for name in self.names},
        })

    def elaborate(self, platform):
        m = Module()
        compact, given = self.params.compact, self.i
        address, w_data = Signal.like(given.address), Signal.like(given.w_data)
        write, number, answer = Signal(), Signal.like(self.memory), Signal.like(given.r_data)
        there = m.d.comb if compact else m.d.sync
        there += [
            address.eq(given.address),
            w_data.eq(given.w_data),
            write.eq(given.write),
            number.eq(self.memory),
        ]
        m.d.comb += given.r_data.eq(answer)
        for name in self.names:
            port, en = getattr(self, name), Signal(name=f"{name}_en")
            there += en.eq(given.en & (number == MEMORIES[name].number))
            m.d.comb += [
                port.address.eq(address),
                port.w_data.eq(w_data),
                port.write.eq(write),
                port.en.eq(en),
            ]
            came = port.r_data
            if not compact and name not in LATE:
                came = Signal.like(answer, name=f"{name}_answer")
                m.d.sync += came.eq(port.r_data)
            with m.If(number == MEMORIES[name].number):
                m.d.sync += answer.eq(came)
        return m
