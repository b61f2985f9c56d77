"""The host's side of a core: packets, registers, counters and the way to every memory."""

from amaranth import DomainRenamer, Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.host.command_processor import CommandProcessor
from backspike.hdl.host.registers import Counters, Registers
from backspike.hdl.host.router import HostRouter
from backspike.hdl.host.spike_reporter import SpikeReporter
from backspike.hdl.host_map import COUNTERS, MEMORIES
from backspike.hdl.host_ports import Counts, MemoryPorts, RegisterValues, RewardRegisters, RunPort
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.lib.stream_buffer import register_slice
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout
from backspike.hdl.ports import sweep_depth

__all__ = ["Host"]

#: Memories within this component.
OWN = ("registers", "counters")


class Host(wiring.Component):
    """Command processor, reporter, registers, counters and router.

    Parameters
    ----------
    params : CoreParams
        Size of the core.
    domain : str
        Clock domain of the command processor and the registers, which rest while the core runs.

    Members
    -------
    i, o : In, Out(stream.Signature(32))
        Packets of :mod:`backspike.hdl.host_map`.
    busy : Out(1)
        A packet is being read, done or answered.
    refused : Out(1)
        A packet was refused in the cycle before.
    inputs : Out(stream.Signature(row_spikes_layout(params)))
        Spikes for input axons.
    steps : In(stream.Signature(32))
        Steps to report.
    spikes : In(stream.Signature(row_spikes_layout(params)))
        Rows of spikes to report.
    run : Out(RunPort())
    next_step : In(1)
        The step ends.
    clear : In(ClearPort(sweep_depth(params)))
    registers : Out(RegisterValues(params))
    rewards : Out(RewardRegisters(params))
    counts : In(Counts(*COUNTERS))
    memories : Out(MemoryPorts(params, ...))
        Every memory but registers and counters.
    """

    def __init__(self, params: CoreParams, *, domain: str = "sync"):
        self.params, self.domain = params, domain
        spikes = stream.Signature(row_spikes_layout(params))
        super().__init__({
            "i": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "inputs": Out(spikes),
            "steps": In(stream.Signature(32)),
            "spikes": In(spikes),
            "run": Out(RunPort()),
            "next_step": In(1),
            "clear": In(ClearPort(sweep_depth(params))),
            "registers": Out(RegisterValues(params)),
            "rewards": Out(RewardRegisters(params)),
            "counts": In(Counts(*COUNTERS)),
            "memories": Out(MemoryPorts(params, *(name for name in MEMORIES if name not in OWN))),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        processor, registers = CommandProcessor(p), Registers(p)
        m.submodules.processor = DomainRenamer(self.domain)(processor)
        m.submodules.registers = DomainRenamer(self.domain)(registers)
        m.submodules.reporter = reporter = SpikeReporter(p)
        m.submodules.router = router = HostRouter(p)
        m.submodules.i_buffer = i_buffer = register_slice(p, 32)
        m.submodules.o_buffer = o_buffer = register_slice(p, 32)
        connect(m, flipped(self.i), i_buffer.i)
        connect(m, i_buffer.o, processor.i)
        connect(m, processor.o, o_buffer.i)
        connect(m, o_buffer.o, flipped(self.o))
        connect(m, processor.run, flipped(self.run))
        connect(m, processor.inputs, flipped(self.inputs))
        connect(m, flipped(self.steps), reporter.steps)
        connect(m, flipped(self.spikes), reporter.rows)
        connect(m, reporter.o, processor.reports)
        connect(m, registers.values, flipped(self.registers), processor.registers)
        connect(m, registers.rewards, flipped(self.rewards))
        connect(m, processor.port, router.i)
        connect(m, router.memories.registers, registers.host)
        for name in self.memories.signature.members:
            connect(m, getattr(router.memories, name), flipped(getattr(self.memories, name)))
        m.d.sync += self.refused.eq(processor.refused)
        m.d.comb += [
            self.busy.eq(processor.busy | i_buffer.o.valid | o_buffer.o.valid),
            router.memory.eq(processor.memory),
            registers.next_step.eq(self.next_step),
            registers.clear.eq(self.clear.en),
        ]
        if p.counters:
            m.submodules.counters = counters = Counters(p)
            connect(m, flipped(self.counts), counters.rises)
            connect(m, router.memories.counters, counters.host)
        return m
