"""From the command processor to the memories, and back."""

from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import MEMORIES
from backspike.hdl.host_ports import MemoryPorts
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams

__all__ = ["HostRouter", "read_latency"]

#: Memories with a register of their own for accesses, which answer a cycle later than others.
LATE = ("registers", "counters")


def read_latency(p: CoreParams) -> int:
    """Cycles from ``i.en`` to the answer: to the memory, its own, and back."""
    return 2 if p.compact else 4


class HostRouter(wiring.Component):
    """Passes the host's accesses to the memory that it names, and the answers back.

    Timing
    ------
    A word comes :func:`read_latency` cycles after ``i.en``, and stays: accesses pass one register,
    answers two, as block RAM is slow and may be far away. In a ``compact`` core, there is only one
    register, for answers.

    Members
    -------
    memory : In(8)
        Number of a memory; must be stable two cycles before ``i.en``.
    i : In(HOST_PORT)
    memories : Out(MemoryPorts(params, *MEMORIES))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "memory": In(8),
            "i": In(HOST_PORT),
            "memories": Out(MemoryPorts(params, *MEMORIES)),
        })

    def elaborate(self, platform):
        m = Module()
        compact, access = self.params.compact, self.i
        address, w_data = Signal.like(access.address), Signal.like(access.w_data)
        write, number, answer = Signal(), Signal.like(self.memory), Signal.like(access.r_data)
        domain = m.d.comb if compact else m.d.sync
        domain += [
            address.eq(access.address),
            w_data.eq(access.w_data),
            write.eq(access.write),
            number.eq(self.memory),
        ]
        m.d.comb += access.r_data.eq(answer)
        for name in self.memories.signature.members:
            port, en = getattr(self.memories, name), Signal(name=f"{name}_en")
            domain += en.eq(access.en & (number == MEMORIES[name].number))
            m.d.comb += [
                port.address.eq(address),
                port.w_data.eq(w_data),
                port.write.eq(write),
                port.en.eq(en),
            ]
            r_data = port.r_data
            if not compact and name not in LATE:
                r_data = Signal.like(answer, name=f"{name}_answer")
                m.d.sync += r_data.eq(port.r_data)
            with m.If(number == MEMORIES[name].number):
                m.d.sync += answer.eq(r_data)
        ports = [getattr(self.memories, name) for name in self.memories.signature.members]
        contract = Contract(m, self, platform)
        contract.at_most_one("one memory at a time", *(port.en for port in ports))
        return m
