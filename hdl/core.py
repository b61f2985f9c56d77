"""The neurocore: host side, sequencer, dendrite, delivery and learning, and their connections."""

from amaranth import ClockDomain, DomainRenamer, Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.delivery.delivery import Delivery
from backspike.hdl.dendrite.accumulators import Accumulators
from backspike.hdl.dendrite.dendrite import Dendrite
from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.hdl.dendrite.spike_history import SpikeHistory
from backspike.hdl.host.host import Host
from backspike.hdl.learning.learning import Learning
from backspike.hdl.learning.rewards import Rewards
from backspike.hdl.params import CoreParams
from backspike.hdl.sequencer import Sequencer, wake_layout

__all__ = ["Core"]


class Core(wiring.Component):
    """A Loihi-like neurocore with a programmable learning engine.

    Each time step: *dendrite* (every compartment takes its sum and may fire), *axon and synapse*
    (every spike walks its synapse lists into the accumulators of the coming steps), *traces* and
    *learning* (the plastic lists of active axons). Within a step, spikes are delivered with the
    weights from before its learning.

    Reset: registers as the host map says, dynamic state cleared by a sweep (``busy`` is high
    meanwhile); the other memories keep their content. With ``rows`` at 0 nothing ever fires.

    Parameters
    ----------
    params : CoreParams
        Size of the core.
    phase_clocks : bool
        Give the parts that rest in some phases a clock domain each, named after the members of
        :func:`backspike.hdl.sequencer.wake_layout`. Their clocks must be the one of ``sync``, and
        may pause in cycles in which ``wake`` does not ask for them: a clock-gated chip saves
        power, a compiled simulator time. Otherwise all is in ``sync``.

    Members
    -------
    i, o : In, Out(stream.Signature(32))
        Packets of :mod:`backspike.hdl.host_map`.
    busy : Out(1)
        A packet is being read, done or answered.
    refused : Out(1)
        A packet was refused in the cycle before.
    wake : Out(wake_layout())
        Parts that have work in this cycle.
    <part>_clk, <part>_rst : In(1)
        With ``phase_clocks``: clock and reset of a part.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, params: CoreParams, *, phase_clocks: bool = False):
        if not isinstance(params, CoreParams):
            raise TypeError(f"params must be a CoreParams, not {params!r}")
        self.params = params
        parts = [name for name, _ in wake_layout() if name != "learn" or params.learning]
        self.phases = parts if phase_clocks else []
        super().__init__({
            "i": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "wake": Out(wake_layout()),
            **{f"{name}_{kind}": In(1) for name in self.phases for kind in ("clk", "rst")},
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        domain = {name: name if name in self.phases else "sync" for name, _ in wake_layout()}
        for name in self.phases:
            clock = ClockDomain(name)
            clock.clk, clock.rst = getattr(self, f"{name}_clk"), getattr(self, f"{name}_rst")
            m.domains += clock
        m.submodules.host = host = Host(p, domain=domain["command"])
        m.submodules.sequencer = sequencer = Sequencer(p)
        m.submodules.inputs = inputs = InputSpikes(p)
        m.submodules.history = history = SpikeHistory(p)
        m.submodules.rewards = rewards = Rewards(p)
        dendrite, accumulators, delivery = Dendrite(p), Accumulators(p), Delivery(p)
        m.submodules.dendrite = DomainRenamer(domain["dendrite"])(dendrite)
        m.submodules.accumulators = DomainRenamer(domain["accumulate"])(accumulators)
        m.submodules.delivery = DomainRenamer(domain["serve"])(delivery)
        parts = [inputs, history, rewards, dendrite, accumulators, delivery]
        serving = delivery.phase.busy | accumulators.busy
        if p.learning:
            learning = Learning(p)
            m.submodules.learning = DomainRenamer(domain["learn"])(learning)
            parts.append(learning)
            serving |= learning.phase.busy
            connect(m, sequencer.traces, learning.trace_phase)
            connect(m, delivery.learn, learning.words)
            connect(m, delivery.traces, learning.x_traces)
            connect(m, learning.write_back, delivery.write_back)
            connect(m, learning.step_look, history.step_look)
            connect(m, learning.epoch_look, history.epoch_look)
            connect(m, rewards.o, learning.rewards)
            m.d.comb += learning.phase.start.eq(sequencer.serve.start)

        connect(m, flipped(self.i), host.i)
        connect(m, host.o, flipped(self.o))
        connect(m, host.run, sequencer.run)
        connect(m, host.inputs, inputs.i)
        connect(m, host.rewards, rewards.host)
        connect(m, sequencer.steps, host.steps)
        connect(m, delivery.reports, host.spikes)
        connect(m, dendrite.inputs, inputs.rows)
        connect(m, dendrite.sums, accumulators.taken)
        connect(m, dendrite.fired, history.fired)
        if p.has_epochs:
            connect(m, dendrite.gate, history.gate)
        connect(m, delivery.scan, history.scan)
        connect(m, delivery.walk, history.walk)
        connect(m, delivery.rewards, rewards.i)
        connect(m, delivery.deliver, accumulators.i)
        m.d.comb += [
            self.busy.eq(host.busy),
            self.refused.eq(host.refused),
            self.wake.eq(sequencer.wake),
            dendrite.phase.start.eq(sequencer.dendrite.start),
            sequencer.dendrite.busy.eq(dendrite.phase.busy | history.busy),
            delivery.phase.start.eq(sequencer.serve.start),
            sequencer.serve.busy.eq(serving),
            delivery.learning.eq(sequencer.learning),
            history.learning.eq(sequencer.learning),
            history.next_step.eq(sequencer.step_ends),
            host.next_step.eq(sequencer.step_ends),
            rewards.step.eq(sequencer.step_begins),
            accumulators.slot.eq(host.registers.step),
        ]

        def of_parts(name: str) -> list:
            """Port ``name`` of every part that has it."""
            return [getattr(part, name) for part in parts if name in part.signature.members]

        connect(m, host.registers, sequencer.registers, *of_parts("registers"))
        connect(m, sequencer.clear, host.clear, *of_parts("clear"))
        for counts in (sequencer.counts, *of_parts("counts")):
            for name in counts.signature.members:
                m.d.comb += getattr(host.counts, name).eq(getattr(counts, name))
        for memories in of_parts("memories"):
            for name in memories.signature.members:
                connect(m, getattr(host.memories, name), getattr(memories, name))
        return m
