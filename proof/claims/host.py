"""Claims about the host's side: packets, accesses, reports, and the phases that they start."""

from functools import partial
from typing import Any

from amaranth import Cat, Mux, Signal, Value

from backspike.hdl.host.command_processor import CommandProcessor
from backspike.hdl.host.router import HostRouter, read_latency
from backspike.hdl.host.spike_reporter import SpikeReporter
from backspike.hdl.host_map import MEMORIES, Command, Response
from backspike.hdl.params import CoreParams
from backspike.hdl.sequencer import Sequencer
from backspike.proof.bench import Bench
from backspike.proof.checker import Invariant
from backspike.proof.claims.cores import small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


def _router(p: CoreParams) -> Bench:
    """An access reaches the memory that it names, and no other; its answer comes back."""
    bench = Bench()
    dut = bench.add("dut", HostRouter(p))
    access, number = dut.i, dut.memory
    names = list(dut.memories.signature.members)
    steady = number == bench.past(number, "number")
    bench.assume(steady | ~(access.en | bench.past(access.en, "en")))
    later = 0 if p.compact else 1

    def then(value: Value, name: str) -> Value:
        return bench.past(value, name, later) if later else Value.cast(value)

    for name in names:
        port, named = getattr(dut.memories, name), number == MEMORIES[name].number
        bench.claim(
            f"{name} is accessed where it is named", port.en == then(access.en & named, name)
        )
        same = (port.address == then(access.address, "address")) & (
            (port.write == then(access.write, "write"))
            & (port.w_data == then(access.w_data, "data"))
        )
        bench.claim(f"{name} gets the access as it is", same, where=port.en)
    first = getattr(dut.memories, names[-1])
    bench.reach("the last memory is written", first.en & first.write & (first.w_data == 9))
    return bench


class _Packets:
    """An account of the host's words, beside the RTL: the packet, and what is left of it."""

    def __init__(self, bench: Bench, taken: Any, word: Any) -> None:
        m = bench.m
        self.left, self.read = (
            Signal(16),
            Signal(2),
        )  # words still to come; those that came, up to 3
        self.head, self.address = Signal(32), Signal(32)
        self.begins = begins = taken & (self.left == 0)
        with m.If(begins):
            m.d.sync += [self.head.eq(word), self.left.eq(word[:16]), self.read.eq(0)]
        with m.Elif(taken):
            m.d.sync += [
                self.left.eq(self.left - 1),
                self.read.eq(Mux(self.read == 3, 3, self.read + 1)),
            ]
            with m.If(self.read == 0):
                m.d.sync += self.address.eq(word)
        self.operation, self.memory = self.head[24:], self.head[16:24]


def _processor(p: CoreParams) -> tuple[Bench, Any, Any]:
    """A command processor between a host that says anything and a core that does as it is told.

    Returns the bench, the processor, and 1 in cycles in which it takes a word.
    """
    bench = Bench()
    m, dut = bench.m, bench.add("dut", CommandProcessor(p), registers=None)
    m.d.comb += dut.registers.input_rows.eq(p.input_rows)
    m.d.comb += dut.registers.step.eq(bench.free(32, "step"))
    bench.assume(~dut.reports.valid | dut.run.running)
    begins_run = dut.run.advance | dut.run.clear
    was_running = bench.past(dut.run.running | begins_run, "was_running")
    bench.assume(~dut.run.running | was_running)
    port = dut.port
    answers = Cat(*(bench.past(port.en, "read", n) for n in range(1, read_latency(p) + 1))).any()
    bench.assume(answers | (port.r_data == bench.past(port.r_data, "answer")))
    return bench, dut, dut.i.valid & dut.i.ready


def _goes_on(p: CoreParams) -> Bench:
    """Whatever words come, it neither waits for ever nor does anything while the core runs."""
    bench, dut, taken = _processor(p)
    fires = dut.inputs.valid & dut.inputs.ready
    begins_run = dut.run.advance | dut.run.clear
    still = Signal(range(40))
    moves = taken | (dut.o.valid & dut.o.ready) | dut.port.en | fires | dut.run.running | begins_run
    held = ~dut.i.valid | ~dut.o.ready | (dut.inputs.valid & ~dut.inputs.ready)
    bench.m.d.sync += still.eq(Mux(moves | held, 0, still + 1))
    bench.claim("it goes on with any words", still < 16)
    bench.claim("nothing is done while the core runs", ~dut.run.running, where=dut.port.en | fires)
    bench.claim("only axons that there are fire", dut.inputs.p.row < p.input_rows, where=fires)
    packet = _Packets(bench, taken, dut.i.p)
    bench.assume((dut.i.p[:16] <= 3) | ~packet.begins)  # lengths are counted: short ones are few
    bench.reach("a memory is written", dut.port.en & dut.port.write)
    bench.reach("a packet is refused", dut.refused)
    return bench


def _commands(p: CoreParams) -> Bench:
    """Whatever words come, only a valid command changes anything, and only what it names."""
    bench, dut, taken = _processor(p)
    packet, port = _Packets(bench, taken, dut.i.p), dut.port
    writes, fires = port.en & port.write, dut.inputs.valid & dut.inputs.ready
    operation = packet.operation
    memories = [memory for memory in MEMORIES.values() if memory.exists(p)]

    def any_of(*conditions: Any) -> Value:
        return Cat(*conditions).any()

    bench.claim("only WRITE writes", operation == Command.WRITE.value, where=writes)
    bench.claim("only READ reads", operation == Command.READ.value, where=port.en & ~port.write)
    named = any_of(
        *(
            (packet.memory == memory.number) & (port.address < memory.depth(p))
            for memory in memories
        )
    )
    bench.claim("it accesses a word of a memory that there is", named, where=port.en)
    counters = packet.memory == MEMORIES["counters"].number
    bench.claim("counters are never written", ~counters, where=writes)
    bench.claim("the memory is that of the packet", dut.memory == packet.memory, where=port.en)
    bench.claim("no word before the named one", port.address >= packet.address, where=port.en)
    spikes = any_of(*(operation == c.value for c in (Command.SPIKE, Command.SPIKE_ROWS)))
    bench.claim("only SPIKE and SPIKE_ROWS fire", spikes, where=fires)
    runs = operation == Command.ADVANCE.value
    bench.claim("only ADVANCE runs steps", runs & (packet.head[:16] == 1), where=dut.run.advance)
    swept = (operation == Command.CLEAR.value) & (packet.head[:16] == 0)
    bench.claim("only CLEAR clears", swept, where=dut.run.clear)
    bench.reach("a memory is written", writes)
    response = dut.o.p[24:]
    bench.reach("an error is answered", dut.o.valid & (response == Response.ERROR.value))
    return bench


def _reporter(p: CoreParams) -> Bench:
    """Each step and each row is told once, whole, in its order."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", SpikeReporter(p))
    sent, number = dut.o.valid & dut.o.ready, Signal(2)
    done = (dut.steps.valid & dut.steps.ready) | (dut.rows.valid & dut.rows.ready)
    with m.If(sent):
        m.d.sync += number.eq(Mux(done, 0, number + 1))
    of_step = dut.steps.valid
    bench.claim("a step takes two words", done == (number == 1), where=sent & of_step)
    bench.claim("a row takes three words", done == (number == 2), where=sent & ~of_step)
    bench.claim("nothing is told of nothing", dut.steps.valid | dut.rows.valid, where=dut.o.valid)
    bench.claim("the step is told", dut.o.p == dut.steps.p, where=sent & of_step & (number == 1))
    row, bits = (Value.cast(dut.rows.p[name]) for name in ("row", "bits"))
    bench.claim("the row is told", dut.o.p == row, where=sent & ~of_step & (number == 1))
    bench.claim("its spikes are told", dut.o.p == bits, where=sent & ~of_step & (number == 2))
    bench.reach("a row is told", sent & ~of_step & done)
    return bench


def _sequencer(p: CoreParams) -> Bench:
    """Every step has its phases in order, as many steps are run as were asked for."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", Sequencer(p))
    left = Signal(32)
    with m.If(dut.run.advance & ~dut.run.running):
        m.d.sync += left.eq(dut.run.n_steps)
    with m.Elif(dut.step_ends):
        m.d.sync += left.eq(left - 1)
    bench.assume(~(dut.run.advance & dut.run.clear))
    bench.assume(dut.run.n_steps <= 2)  # steps are counted: few are soon proved
    bench.claim("no step runs that was not asked for", left != 0, where=dut.step_begins)
    running = dut.run.running & ~dut.clear.en
    bench.claim("it runs until the last step ends", running == (left != 0))
    begun = Signal()
    with m.If(dut.step_begins | dut.step_ends):
        m.d.sync += begun.eq(dut.step_begins)
    bench.claim("a step begins before it ends", begun, where=dut.step_ends)
    bench.claim("a step ends before the next begins", ~begun, where=dut.step_begins)
    bench.claim("nothing is cleared in a step", ~begun, where=dut.clear.en)
    bench.reach("the last of two steps ends", dut.step_ends & (left == 1) & begun)
    bench.reach("a sweep ends", bench.past(dut.clear.en, "clear") & ~dut.clear.en)
    return bench


_HOST = small(2)
PROOFS = [
    *(
        Proof(
            f"router-{name}",
            "hdl/host/router.py",
            f"an access reaches the memory that it names, unchanged, and no other ({name} core)",
            partial(_router, small(2, compact=name == "compact")),
        )
        for name in ("fast", "compact")
    ),
    Proof(
        "commands-go-on",
        "hdl/host/command_processor.py",
        "whatever words come (up to 3 in a packet), it answers and goes on, and does nothing while"
        " the core runs",
        partial(_goes_on, _HOST),
        Invariant(patience=60, otherwise=16),
    ),
    Proof(
        "commands",
        "hdl/host/command_processor.py",
        "whatever words come, only a valid command changes anything, and only what it names",
        partial(_commands, _HOST),
        Invariant(patience=15, otherwise=16, contracts_first=True),
    ),
    Proof(
        "spike-reporter",
        "hdl/host/spike_reporter.py",
        "every step and every row of spikes is told once, whole",
        partial(_reporter, _HOST),
    ),
    Proof(
        "sequencer",
        "hdl/sequencer.py",
        "as many steps run as were asked for (up to 2), each with its phases; a sweep clears all",
        partial(_sequencer, _HOST),
    ),
    Proof(
        "sequencer-learning",
        "hdl/sequencer.py",
        "the same in a core that learns",
        partial(
            _sequencer, small(2, learning=True, traces=False, stochastic=False, microcode_words=8)
        ),
    ),
]
