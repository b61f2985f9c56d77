"""Traces of axons (x1, x2) and compartments (y1 to y3)."""

from amaranth import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_BITS, x_trace_layout, y_trace_layout
from backspike.hdl.learning.epoch_lane import EpochLane
from backspike.hdl.learning.row_walk import RowWalk
from backspike.hdl.learning.step_lane import StepLane
from backspike.hdl.learning.trace_lane import constants_layout
from backspike.hdl.learning.trace_memory import TraceMemory, past_reader
from backspike.hdl.learning.trace_schedule import EpochSchedule, StepSchedule
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT, ClearPort
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import RowReader, sweep_depth, trace_reader

__all__ = ["TraceUnit", "trace_constants"]

_ROWS = ("x_first", "x_rows", "y_first", "y_rows")


def trace_constants(p: CoreParams) -> list[str]:
    """Registers of the traces that a core has."""
    kinds = [f"x{n + 1}" for n in range(p.x_kinds)] + [f"y{n + 1}" for n in range(p.y_kinds)]
    return [f"{kind}_{what}" for kind in kinds for what in ("decay", "impulse")]


class TraceUnit(wiring.Component):
    """Decays every trace in use and adds the impulses of spikes: see
    :class:`backspike.hdl.learning.trace_lane.TraceLane`.

    With a history, it notes in every step who fired when; of the spikes of a neuron in an epoch,
    the last one counts at its time, and each of the others adds its impulse to the trace as the
    epoch began. After the last step, the traces move through the steps of the epoch one by one, and
    what they are after each is kept.

    Timing
    ------
    ``busy`` is high for ``x_rows + y_rows + 2`` cycles after ``start``, or for none if there are no
    rows. With a history: for 3 cycles per row and, after the last step of an epoch, for 2 more per
    row and step of the epoch. Reads answer one cycle later.

    Members
    -------
    start, busy
        As in :class:`backspike.hdl.dendrite.dendrite.Dendrite`.
    x_first, x_rows, x1_decay, x1_impulse ... : In
        See the register map.
    epoch_step, epoch_ends : In
        With a history: step of the epoch, from 0; it is the last.
    spikes : Out(RowReader)
        Spikes of a row, a bit per lane.
    draw, random
        See :class:`backspike.hdl.lib.random_bank.RandomBank`.
    x, y : In(RowReader)
        Readers of a row of words of ``x_traces`` and ``y_traces``.
    x_past, y_past : In(RowReader)
        Readers of the traces of a row after a step of the last epoch. The row is
        ``row * history + slot``: see :func:`backspike.hdl.learning.trace_history.past_slot`.
    clear : In(ClearPort(sweep_depth(params)))
        Zeroes a row of all.
    host_x, host_y : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        impulse = TRACE_BITS + IMPULSE_FRACTION
        past = {
            "epoch_step": In(6),
            "epoch_ends": In(1),
            "x_past": In(past_reader(p, "x")),
            "y_past": In(past_reader(p, "y")),
        }
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            **dict.fromkeys(_ROWS, In(16)),
            **{name: In(17 if name.endswith("decay") else impulse) for name in trace_constants(p)},
            "spikes": Out(RowReader(p.rows, p.lanes)),
            "draw": Out(1),
            "random": In(16).array(p.lanes),
            "x": In(trace_reader(p, "x")),
            "y": In(trace_reader(p, "y")),
            "clear": In(ClearPort(sweep_depth(p))),
            "host_x": In(HOST_PORT),
            "host_y": In(HOST_PORT),
            **when(p.has_history, past),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.walk = walk = RowWalk(p)
        m.submodules.schedule = schedule = EpochSchedule() if p.has_history else StepSchedule()
        m.d.comb += [getattr(walk, name).eq(getattr(self, name)) for name in _ROWS]
        m.d.comb += [
            walk.start.eq(self.start),
            walk.next.eq(schedule.next),
            schedule.start.eq(self.start & ((self.x_rows != 0) | (self.y_rows != 0))),
            schedule.current.valid.eq(walk.valid),
            schedule.current.on_x.eq(walk.on_x),
            schedule.current.row.eq(walk.row),
            schedule.last.eq(walk.last),
            self.busy.eq(schedule.busy),
            self.draw.eq(schedule.draw),
            self.spikes.en.eq(schedule.read.valid),
            self.spikes.row.eq(schedule.read.row),
        ]
        if p.has_history:
            m.d.comb += [
                schedule.epoch_step.eq(self.epoch_step),
                schedule.epoch_ends.eq(self.epoch_ends),
            ]
        memories = {side: self._add_memory(m, side, schedule) for side in ("x", "y")}
        constants = self._constants(m, schedule)
        for lane in range(p.lanes):
            self._add_lane(m, lane, memories, schedule, constants)
        contract = Contract(m, self, platform)
        contract.needs("an update begins when there is none", ~self.busy, where=self.start)
        contract.holds("no row is left when it is done", ~walk.valid, where=~self.busy)
        looks = self.x.en | self.y.en
        contract.needs("nobody looks at traces that move", ~looks, where=self.busy)
        return m

    def _add_memory(self, m: Module, side: str, schedule) -> TraceMemory:
        """The memory of a side, and its wires to the outside."""
        memory = TraceMemory(self.params, side)
        m.submodules[side] = memory
        connect(m, flipped(getattr(self, f"host_{side}")), memory.host)
        connect(m, flipped(getattr(self, side)), memory.reader)
        connect(m, flipped(self.clear), memory.clear)
        m.d.comb += [memory.read.eq(schedule.read), memory.write.eq(schedule.write)]
        if self.params.has_history:
            connect(m, flipped(getattr(self, f"{side}_past")), memory.past)
            m.d.comb += [memory.add.eq(schedule.add), memory.step.eq(schedule.step)]
        return memory

    def _constants(self, m: Module, schedule) -> Signal:
        """Constants of the rows that decay and that take their impulses."""
        constants = Signal(constants_layout(self.params))
        for kind in range(self.params.y_kinds):
            for what, stage in (("decay", schedule.move), ("impulse", schedule.write)):
                constant = getattr(self, f"y{kind + 1}_{what}")
                if kind < self.params.x_kinds:
                    constant = Mux(stage.on_x, getattr(self, f"x{kind + 1}_{what}"), constant)
                m.d.comb += constants[what][kind].eq(constant)
        return constants

    def _add_lane(self, m: Module, number: int, memories, schedule, constants) -> None:
        """The traces of one lane."""
        p = self.params
        lane = EpochLane(p) if p.has_history else StepLane(p)
        m.submodules[f"lane{number}"] = lane
        x, y = memories["x"], memories["y"]
        of_x = {name for name, _ in x_trace_layout(p)}
        for name, _ in y_trace_layout(p):
            word = y.words[number][name]
            if name in of_x:
                word = Mux(schedule.move.on_x, x.words[number][name], word)
                m.d.comb += x.kept[number][name].eq(lane.kept[name])
            m.d.comb += [lane.word[name].eq(word), y.kept[number][name].eq(lane.kept[name])]
        m.d.comb += [
            lane.constants.eq(constants),
            lane.random.eq(self.random[number]),
            lane.fired.eq(self.spikes.data[number]),
        ]
        if p.has_history:
            m.d.comb += [
                lane.note.eq(schedule.note.valid),
                lane.decay.eq(schedule.move.valid),
                lane.add.eq(schedule.add.valid),
                lane.step.eq(schedule.step),
                lane.epoch_step.eq(self.epoch_step),
                lane.on_x.eq(schedule.current.on_x),
                x.moved[number].eq(lane.moved),
                y.moved[number].eq(lane.moved),
            ]
        else:
            m.d.comb += lane.en.eq(schedule.move.valid)
