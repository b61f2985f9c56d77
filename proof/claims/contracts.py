"""Contracts of components that others are made of: what each promises holds, from reset on."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from amaranth import Value
from amaranth.lib import wiring

from backspike.hdl.dendrite.part_walk import PartWalk
from backspike.hdl.host.frame_transmitter import FrameTransmitter
from backspike.hdl.host.registers import Registers
from backspike.hdl.host.uart import UartTransmitter
from backspike.hdl.learning.row_walk import RowWalk
from backspike.hdl.learning.trace_schedule import EpochSchedule
from backspike.hdl.learning.word_issue import WordIssue
from backspike.proof.bench import Bench
from backspike.proof.claims.cores import learns, small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


class _Contract(NamedTuple):
    """A component, its file, and what one of its runs comes to."""

    component: str
    make: Callable[[], wiring.Component]
    comes_to: str
    seen: Callable[[Any], Value]


def _bench(contract: _Contract) -> Bench:
    """The component alone, whose inputs may do whatever its contract allows."""
    bench = Bench()
    dut = bench.add("dut", contract.make())
    bench.reach(contract.comes_to, contract.seen(dut))
    return bench


_LEARNS = learns(lanes=2, history=2, more_factors=True, reinforcements=2)
_CONTRACTS = {
    "registers": _Contract(
        "hdl/host/registers.py",
        partial(Registers, _LEARNS),
        "an epoch of three steps ends",
        lambda dut: (dut.values.epoch == 3) & dut.values.epoch_ends & dut.next_step,
    ),
    "registers-compact": _Contract(
        "hdl/host/registers.py",
        partial(Registers, small(2, compact=True)),
        "two rows are in use",
        lambda dut: dut.values.rows == 2,
    ),
    "frame-transmitter": _Contract(
        "hdl/host/frame_transmitter.py",
        FrameTransmitter,
        "a word is taken",
        lambda dut: dut.i.valid & dut.i.ready,
    ),
    "uart-transmitter": _Contract(
        "hdl/host/uart.py",
        partial(UartTransmitter, 4),
        "a bit is on the line",
        lambda dut: ~dut.tx,
    ),
    "part-walk": _Contract(
        "hdl/dendrite/part_walk.py",
        partial(PartWalk, small(4, dendrite_lanes=2)),
        "a row of compartments has its second part",
        lambda dut: dut.o.valid & ~dut.o.input & (dut.o.part == 1),
    ),
    "row-walk": _Contract(
        "hdl/learning/row_walk.py",
        partial(RowWalk, _LEARNS),
        "a row of y comes last",
        lambda dut: dut.valid & dut.last & ~dut.on_x,
    ),
    "epoch-schedule": _Contract(
        "hdl/learning/trace_schedule.py",
        EpochSchedule,
        "a row moves through a second step",
        lambda dut: dut.add.valid & (dut.step == 2),
    ),
    "word-issue": _Contract(
        "hdl/learning/word_issue.py",
        partial(WordIssue, _LEARNS),
        "a word has the rule of the one before",
        lambda dut: dut.take & dut.i.p.same,
    ),
}
PROOFS = [
    Proof(
        f"contract-{name}",
        contract.component,
        "what its contract promises, from reset on, if others do what it needs",
        partial(_bench, contract),
    )
    for name, contract in _CONTRACTS.items()
]
