"""The command processor: packets from the host in, packets to the host out."""

from amaranth import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.host.command_executor import CommandExecutor
from backspike.hdl.host.packet_reader import PacketReader
from backspike.hdl.host.responder import Responder
from backspike.hdl.host_ports import RegisterValues, RunPort
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout

__all__ = ["CommandProcessor"]


class CommandProcessor(wiring.Component):
    """Reads packets, checks them before they change anything, does them, and answers.

    Timing
    ------
    A packet takes 3 to 6 cycles beside its words. Words to write are taken one per cycle; words
    read leave in one cycle per beat and :func:`read_latency` more per word. The core is idle in
    between.

    Members
    -------
    i, o : In, Out(stream.Signature(32))
        Packets from and to the host.
    busy : Out(1)
        A packet is being read, done or answered.
    refused : Out(1)
        A packet is refused in this cycle.
    memory, port : Out
        Access to a memory: its number, and the port to route there; an answer must come
        :func:`backspike.hdl.host.router.read_latency` cycles after ``en``, and stay.
    inputs : Out(stream.Signature(row_spikes_layout(params)))
        Spikes for input axons.
    registers : In(RegisterValues(params))
        Number of the next step, and rows of input axons in use: the others cannot be spiked.
    run : Out(RunPort())
    reports : In(stream.Signature(32))
        Words to pass to the host while the core runs.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "memory": Out(8),
            "port": Out(HOST_PORT),
            "inputs": Out(stream.Signature(row_spikes_layout(params))),
            "registers": In(RegisterValues(params)),
            "run": Out(RunPort()),
            "reports": In(stream.Signature(32)),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.reader = reader = PacketReader(self.params)
        m.submodules.executor = executor = CommandExecutor(self.params)
        m.submodules.responder = responder = Responder(self.params)
        connect(m, flipped(self.i), reader.i)
        connect(m, executor.port, flipped(self.port))
        connect(m, executor.inputs, flipped(self.inputs))
        connect(m, executor.run, flipped(self.run))
        connect(m, reader.request, executor.request, responder.request)
        connect(m, executor.o, responder.words)
        connect(m, flipped(self.reports), responder.reports)
        connect(m, responder.o, flipped(self.o))
        input_rows = self.registers.input_rows
        m.d.comb += [
            self.busy.eq(reader.busy),
            self.refused.eq(reader.refused),
            self.memory.eq(reader.request.head.argument),
            reader.running.eq(self.run.running),
            reader.input_rows.eq(input_rows),
            executor.input_rows.eq(input_rows),
            executor.opened.eq(responder.opened),
            responder.start.eq(reader.answer | executor.ran),
            responder.error.eq(reader.error),
            responder.step.eq(self.registers.step),
            responder.ends.eq(executor.done),
            reader.next.eq(executor.next),
            reader.refuse.eq(executor.refuse),
            reader.done.eq(executor.done | responder.done),
            # Only the one that does the request takes its words.
            *(sink.valid.eq(reader.words.valid) for sink in (executor.i, responder.echo)),
            *(sink.p.eq(reader.words.p) for sink in (executor.i, responder.echo)),
            reader.words.ready.eq(executor.i.ready | responder.echo.ready),
        ]
        Contract(m, self, platform).needs_to_stay("reports", self.reports)
        return m
