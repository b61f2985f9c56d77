"""Spikes of the step and of the epoch under way, for all that read them."""

from amaranth import Cat, Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.dendrite.epoch_activity import EpochActivity
from backspike.hdl.host_ports import RegisterValues
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import SpikeRows, activity_reader, spikes_reader, sweep_depth

__all__ = ["SpikeHistory"]


class SpikeHistory(wiring.Component):
    """Activity of a step and, in a core with epochs, that of the epoch; without, both are one.

    Members
    -------
    fired : In(SpikeRows(params))
    busy : Out(1)
        A row is on its way.
    registers : In(RegisterValues(params))
    next_step : In(1)
        The step ends.
    learning : In(1)
        ``scan`` reads the epoch rather than the step.
    scan, walk : In(activity_reader(params))
        Active rows: to serve, and those of the epoch.
    gate : In(spikes_reader(params))
        Spikes of a row in the earlier steps of the epoch, in a core with epochs.
    step_look, epoch_look : In(spikes_reader(params))
        Spikes of a row in the step, for the traces, and in the epoch, for the learning engine.
        They take turns: without epochs, they share a reader.
    clear : In(ClearPort(sweep_depth(params)))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "fired": In(SpikeRows(params)),
            "busy": Out(1),
            "registers": In(RegisterValues(params)),
            "next_step": In(1),
            "learning": In(1),
            "scan": In(activity_reader(params)),
            "walk": In(activity_reader(params)),
            **when(params.has_epochs, {"gate": In(spikes_reader(params))}),
            "step_look": In(spikes_reader(params)),
            "epoch_look": In(spikes_reader(params)),
            "clear": In(ClearPort(sweep_depth(params))),
        })

    def elaborate(self, platform):
        m = Module()
        self._need(Contract(m, self, platform))
        m.submodules.step = step = Activity(self.params)
        connect(m, flipped(self.fired), step.fired)
        connect(m, flipped(self.clear), step.clear)
        if not self.params.has_epochs:
            connect(m, flipped(self.scan), step.scan)
            connect(m, flipped(self.walk), step.walk)
            m.d.comb += [
                step.look.en.eq(self.step_look.en | self.epoch_look.en),
                step.look.row.eq(Mux(self.step_look.en, self.step_look.row, self.epoch_look.row)),
                self.step_look.data.eq(step.look.data),
                self.epoch_look.data.eq(step.look.data),
            ]
            return m

        m.submodules.epoch = epoch = EpochActivity(self.params)
        for name in ("fired", "clear", "walk", "gate"):
            connect(m, flipped(getattr(self, name)), getattr(epoch, name))
        connect(m, flipped(self.step_look), step.look)
        connect(m, flipped(self.epoch_look), epoch.look)
        m.d.comb += [
            self.busy.eq(epoch.busy),
            epoch.begins.eq(self.registers.epoch_begins),
            epoch.next_step.eq(self.next_step),
            *(port.eq(self.scan.en) for port in (step.scan.en, epoch.scan.en)),
            *(port.eq(self.scan.row) for port in (step.scan.row, epoch.scan.row)),
            self.scan.data.eq(Mux(self.learning, epoch.scan.data, step.scan.data)),
        ]
        return m

    def _need(self, contract: Contract) -> None:
        """Rows come while nobody reads, and a reader's row is of the spikes that it asked for."""
        reads = Cat(port.en for port in (self.scan, self.step_look, self.epoch_look))
        comes = self.fired.valid | self.busy
        contract.needs("nobody reads while rows come", ~reads.any(), where=comes)
        contract.at_most_one("traces and rules take turns", self.step_look.en, self.epoch_look.en)
        steady = self.learning == contract.past("learning", self.learning)
        asked = contract.past("asked", self.scan.en)
        contract.needs("it is clear which spikes were asked for", steady, where=asked)
