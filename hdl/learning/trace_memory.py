"""Memory of the traces of axons or of compartments, with what they were in the last epoch."""

from typing import Literal

from amaranth import Module, Mux, Shape
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import TRACE_BITS, x_trace_layout, y_trace_layout
from backspike.hdl.learning.trace_history import past_slot
from backspike.hdl.learning.trace_schedule import TRACED_ROW
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT, ClearPort, HostedMemory
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import RowReader, sweep_depth, trace_reader

__all__ = ["TraceMemory", "past_reader"]

Side = Literal["x", "y"]


def _rows(p: CoreParams, side: Side) -> int:
    return p.rows if side == "x" else p.compartment_rows


def past_reader(p: CoreParams, side: Side) -> RowReader:
    """Reader of the traces of a row after a step of the last epoch: ``row * history + slot``."""
    kinds = p.x_kinds if side == "x" else p.y_kinds
    return RowReader(_rows(p, side) * p.history, data.ArrayLayout(kinds * TRACE_BITS, p.lanes))


class TraceMemory(wiring.Component):
    """Words of ``x_traces`` or ``y_traces``, by row and lane.

    Timing: reads answer one cycle later; an update has precedence over ``reader``.

    Parameters
    ----------
    side : str
        ``x`` for axons, ``y`` for compartments.

    Members
    -------
    read, write : In(TRACED_ROW)
        Rows of an update; those of the opposite side are left out.
    words : Out(layout).array(lanes)
        What was read.
    kept : In(layout).array(lanes)
        What to write.
    add, step, moved : In
        With a history: keep the traces of a row after a step of the epoch, counted from 1.
    reader, past : In(RowReader)
        See :func:`backspike.hdl.ports.trace_reader` and :func:`past_reader`.
    clear : In(ClearPort(sweep_depth(params)))
        Zeroes a row of both.
    host : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams, side: Side):
        self.params = p = params
        self.side = side
        self.layout = x_trace_layout(p) if side == "x" else y_trace_layout(p)
        self.past_shape = Shape.cast(past_reader(p, side).shape.elem_shape)
        past = {
            "add": In(TRACED_ROW),
            "step": In(7),
            "moved": In(self.past_shape).array(p.lanes),
            "past": In(past_reader(p, side)),
        }
        super().__init__({
            "read": In(TRACED_ROW),
            "write": In(TRACED_ROW),
            "words": Out(self.layout).array(p.lanes),
            "kept": In(self.layout).array(p.lanes),
            "reader": In(trace_reader(p, side)),
            "clear": In(ClearPort(sweep_depth(p))),
            "host": In(HOST_PORT),
            **when(p.has_history, past),
        })

    def elaborate(self, platform):
        m = Module()
        rows, reader = _rows(self.params, self.side), self.reader
        m.submodules.now = now = HostedMemory(
            depth=rows, shape=self.layout, banks=self.params.lanes, sweep=sweep_depth(self.params)
        )
        connect(m, flipped(self.host), now.host)
        connect(m, flipped(self.clear), now.clear)
        m.d.comb += [
            now.r_en.eq(Mux(self.read.valid, self._is_own(self.read), reader.en)),
            now.r_address.eq(Mux(self.read.valid, self.read.row, reader.row)),
            now.w_en.eq(self._is_own(self.write).replicate(self.params.lanes)),
            now.w_address.eq(self.write.row),
        ]
        for lane in range(self.params.lanes):
            m.d.comb += [
                self.words[lane].eq(now.r_data[lane]),
                reader.data[lane].eq(now.r_data[lane]),
                now.w_data[lane].eq(self.kept[lane]),
            ]
        contract = Contract(m, self, platform)
        self._need(contract, rows, now)
        if self.params.has_history:
            self._add_history(m, rows, contract)
        return m

    def _need(self, contract: Contract, rows: int, now: HostedMemory) -> None:
        """An update within the memory, that nothing else meets."""
        reads, writes = self._is_own(self.read), self._is_own(self.write)
        contract.needs("a row that is read is there", self.read.row < rows, where=reads)
        contract.needs("a row that is written is there", self.write.row < rows, where=writes)
        contract.needs(
            "no row is read while it is written",
            now.r_address != self.write.row,
            where=now.r_en & writes,
        )
        alone = ~(self.clear.en | self.host.en)
        contract.needs("nobody else writes meanwhile", alone, where=reads | writes)

    def _is_own(self, row: data.View):
        """A row of an update is one of this side."""
        return row.valid & (row.on_x if self.side == "x" else ~row.on_x)

    def _add_history(self, m: Module, rows: int, contract: Contract) -> None:
        """Keep the traces after each step of the epoch."""
        p = self.params
        m.submodules.history = history = HostedMemory(
            depth=rows * p.history,
            shape=self.past_shape,
            banks=p.lanes,
            sweep=sweep_depth(self.params),
        )
        connect(m, flipped(self.clear), history.clear)
        m.d.comb += [
            history.r_en.eq(self.past.en),
            history.r_address.eq(self.past.row),
            history.w_en.eq(self._is_own(self.add).replicate(p.lanes)),
            history.w_address.eq(self.add.row * p.history + past_slot(p, self.step)),
        ]
        for lane in range(p.lanes):
            m.d.comb += [
                self.past.data[lane].eq(history.r_data[lane]),
                history.w_data[lane].eq(self.moved[lane]),
            ]
        adds = self._is_own(self.add)
        is_row = self.past.row < rows * p.history
        contract.needs("what is recalled has its place", is_row, where=self.past.en)
        contract.needs("nothing is recalled while it changes", ~self.past.en, where=adds)
