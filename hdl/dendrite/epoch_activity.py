"""Spikes of this learning epoch: those of its steps so far, by row."""

from amaranth import Cat, Module, Mux, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import SpikeRows, activity_reader, spikes_reader, sweep_depth

__all__ = ["EpochActivity"]


class EpochActivity(wiring.Component):
    """Adds the spikes of each step to those of the epoch, and answers as an :class:`Activity` does.

    Spikes of the epoch before a step stay readable during it: they alternate between two halves of
    a memory, one for odd steps.

    Timing
    ------
    Takes a row per cycle, and has it a cycle later.

    Members
    -------
    begins : In(1)
        The step under way is the first of its epoch.
    next_step : In(1)
        The step ends.
    fired : In(SpikeRows(params))
    busy : Out(1)
        A row is on its way.
    gate : In(spikes_reader(params))
        Spikes of a row in the earlier steps of the epoch.
    scan, walk, look, clear
        See :class:`backspike.hdl.dendrite.activity.Activity`.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "begins": In(1),
            "next_step": In(1),
            "fired": In(SpikeRows(params)),
            "busy": Out(1),
            "gate": In(spikes_reader(params)),
            "scan": In(activity_reader(params)),
            "walk": In(activity_reader(params)),
            "look": In(spikes_reader(params)),
            "clear": In(ClearPort(sweep_depth(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.activity = activity = Activity(p)
        for name in ("scan", "walk", "look", "clear"):
            connect(m, flipped(getattr(self, name)), getattr(activity, name))

        # Each row of this step waits a cycle for what the epoch had before.
        odd = Signal()
        with m.If(self.next_step):
            m.d.sync += odd.eq(~odd)
        fired, total = self.fired, activity.fired
        row_bits = len(fired.spikes.row)
        m.submodules.before = before = memory.Memory(shape=p.lanes, depth=2 << row_bits, init=[])
        read, write = before.read_port(), before.write_port()
        gate = before.read_port()
        m.d.comb += [
            gate.en.eq(self.gate.en),
            gate.addr.eq(Cat(self.gate.row, ~odd)),
            self.gate.data.eq(Mux(self.begins, 0, gate.data)),
            read.en.eq(fired.valid),
            read.addr.eq(Cat(fired.spikes.row, ~odd)),
        ]
        # The row of this step while the epoch's is read, and then both together.
        first, spikes, valid = Signal(), Signal.like(fired.spikes), Signal()
        m.d.sync += [first.eq(fired.first), spikes.eq(fired.spikes), valid.eq(fired.valid)]
        m.d.sync += [
            total.first.eq(first),
            total.valid.eq(valid),
            total.spikes.row.eq(spikes.row),
            total.spikes.bits.eq(spikes.bits | Mux(self.begins, 0, read.data)),
        ]
        m.d.comb += [
            self.busy.eq(valid | total.valid),
            write.en.eq(total.valid),
            write.addr.eq(Cat(total.spikes.row, odd)),
            write.data.eq(total.spikes.bits),
        ]
        contract, comes = Contract(m, self, platform), fired.valid | self.busy
        contract.needs("a step ends when all its rows are in", ~comes, where=self.next_step)
        steady = self.begins == contract.past("begins", self.begins)
        goes_on = comes & contract.past("comes", comes)
        contract.needs("it is the same step meanwhile", steady, where=goes_on)
        contract.needs("nobody sweeps an epoch that grows", ~self.clear.en, where=comes)
        earlier = valid & ~self.begins & (read.data & ~spikes.bits).any()
        contract.reached("a row had other spikes in earlier steps", earlier)
        return m
