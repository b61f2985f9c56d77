"""The neurocore: four phases per time step, a command processor, and what connects them."""

from amaranth import Cat, DomainRenamer, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.delivery.axon_scanner import Scanner
from backspike.hdl.delivery.list_fetch import ListFetch
from backspike.hdl.delivery.list_planner import Planner
from backspike.hdl.delivery.list_walker import Walker
from backspike.hdl.delivery.synapses import Synapses
from backspike.hdl.dendrite.accumulators import Accumulators
from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.dendrite.dendrite import Dendrite
from backspike.hdl.dendrite.epoch_activity import EpochActivity
from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.hdl.host.command_processor import CommandProcessor
from backspike.hdl.host.registers import Counters, Registers
from backspike.hdl.host.router import HostRouter
from backspike.hdl.host.spike_reporter import Reporter
from backspike.hdl.host_map import REGISTERS, REWARDS
from backspike.hdl.learning.engine import LearningEngine
from backspike.hdl.learning.reward_trace import RewardTrace
from backspike.hdl.learning.traces import TraceUnit, trace_constants
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import served_axon_layout, word_layout
from backspike.hdl.seeds import default_seeds
from backspike.hdl.sequencer import Sequencer, wake_layout

__all__ = ["Core"]


def _wire(sinks: list, sources: list) -> list:
    """Connect arrays of ports, lane by lane."""
    return [sink.eq(source) for sink, source in zip(sinks, sources, strict=True)]


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
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, params: CoreParams, *, phase_clocks: bool = False):
        if not isinstance(params, CoreParams):
            raise TypeError(f"params must be a CoreParams, not {params!r}")
        self.params, self.phase_clocks = params, phase_clocks
        super().__init__({
            "i": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "wake": Out(wake_layout()),
        })

    def _in_domain(self, domain: str, component: wiring.Component):
        """A part of the core, in the clock domain that it may have of its own."""
        return DomainRenamer(domain)(component) if self.phase_clocks else component

    def elaborate(self, platform):
        m = Module()
        p = self.params
        host, registers = CommandProcessor(p), Registers(p)
        m.submodules.host = self._in_domain("command", host)
        m.submodules.registers = self._in_domain("command", registers)
        m.submodules.sequencer = sequencer = Sequencer(p)
        m.submodules.reporter = reporter = Reporter(p)
        m.submodules.inputs = inputs = InputSpikes(p)
        m.submodules.activity = activity = Activity(p)
        epoch = activity  # who fired in the epoch, which learning asks
        if p.has_epochs:
            m.submodules.epoch = epoch = EpochActivity(p)
        walker = Walker(p)
        self._add_rewards(m, registers, sequencer, walker)
        dendrite, accumulators = Dendrite(p), Accumulators(p)
        scanner, lists, synapses = Scanner(p), ListFetch(p), Synapses(p)
        m.submodules.dendrite = self._in_domain("dendrite", dendrite)
        m.submodules.accumulators = self._in_domain("accumulate", accumulators)
        m.submodules.scanner = self._in_domain("serve", scanner)
        m.submodules.lists = self._in_domain("serve", lists)
        m.submodules.walker = self._in_domain("serve", walker)
        m.submodules.synapses = self._in_domain("serve", synapses)

        m.submodules.i_buffer = i_buffer = StreamBuffer(32, depth=0 if p.compact else 2)
        m.submodules.o_buffer = o_buffer = StreamBuffer(32, depth=0 if p.compact else 2)
        connect(m, flipped(self.i), i_buffer.i)
        connect(m, i_buffer.o, host.i)
        connect(m, host.o, o_buffer.i)
        connect(m, o_buffer.o, flipped(self.o))
        connect(m, host.inputs, inputs.i)
        connect(m, reporter.o, host.reports)
        connect(m, sequencer.step_reports, reporter.steps)
        connect(m, scanner.reports, reporter.rows)
        # Buffers cut the paths of what waits for what.
        found, planner, walked = (
            StreamBuffer(served_axon_layout(p), depth=1 if p.compact else 2),
            Planner(p),
            StreamBuffer(word_layout(p), depth=0 if p.compact else 2),
        )
        m.submodules.found = self._in_domain("serve", found)
        m.submodules.planner = self._in_domain("serve", planner)
        m.submodules.walked = self._in_domain("serve", walked)
        connect(m, scanner.o, found.i)
        connect(m, found.o, lists.i)
        connect(m, lists.o, planner.i)
        connect(m, planner.o, walker.i)
        connect(m, walker.o, walked.i)
        connect(m, walked.o, synapses.i)
        learning = sequencer.learning
        m.d.sync += self.refused.eq(host.refused)
        m.d.comb += [
            self.wake.eq(sequencer.wake),
            self.busy.eq(host.busy | i_buffer.o.valid | o_buffer.o.valid),
            # The host starts the sequencer, which waits for everything that is on its way.
            sequencer.advance.eq(host.advance),
            sequencer.n_steps.eq(host.n_steps),
            sequencer.start_clear.eq(host.clear),
            sequencer.report.eq(registers.report),
            sequencer.step.eq(registers.step),
            sequencer.learn.eq(registers.learn),
            sequencer.epoch_ends.eq(registers.epoch_ends),
            host.running.eq(sequencer.running),
            host.step.eq(registers.step),
            host.input_rows.eq(registers.input_rows),
            registers.next_step.eq(sequencer.step_ends),
            registers.clear.eq(sequencer.clear),
            # Dendrite phase.
            dendrite.start.eq(sequencer.start_dendrite),
            sequencer.dendrite_busy.eq(dendrite.busy | (epoch.busy if p.has_epochs else 0)),
            dendrite.rows.eq(registers.rows),
            dendrite.input_rows.eq(registers.input_rows),
            inputs.take.eq(dendrite.input_take),
            inputs.r_row.eq(dendrite.input_row),
            dendrite.input_bits.eq(inputs.r_bits),
            accumulators.sum_en.eq(dendrite.sum_en),
            accumulators.sum_row.eq(dendrite.sum_row),
            *_wire(dendrite.sums, accumulators.sums),
            accumulators.sum_clear.eq(dendrite.sum_clear),
            accumulators.sum_clear_row.eq(dendrite.sum_clear_row),
            activity.first.eq(dendrite.first),
            activity.valid.eq(dendrite.valid),
            activity.spikes.eq(dendrite.spikes),
            # Axon phase: to deliver, or to learn.
            scanner.start.eq(sequencer.start_scan),
            scanner.learn.eq(learning),
            scanner.report.eq(registers.report),
            scanner.visit.eq(registers.visit),
            scanner.first_row.eq(registers.learn_first),
            scanner.n_rows.eq(registers.learn_rows),
            scanner.rows.eq(registers.rows),
            scanner.input_rows.eq(registers.input_rows),
            activity.scan_en.eq(scanner.scan_en),
            activity.scan_row.eq(scanner.scan_row),
            scanner.scan.eq(Mux(learning, epoch.scan, activity.scan)),
            lists.learn.eq(learning),
            planner.learn.eq(learning),
            epoch.walk_en.eq(walker.walk_en),
            epoch.walk_row.eq(walker.walk_row),
            walker.walk.eq(epoch.walk),
            # Synapse phase.
            accumulators.slot.eq(registers.step),
            accumulators.valid.eq(synapses.o.valid & ~learning),
            accumulators.word.eq(synapses.o.p),
            *_wire(accumulators.weights, synapses.weights),
        ]
        if p.delays:
            m.d.comb += _wire(accumulators.delays, synapses.delays)
        serving = (
            scanner.busy
            | found.o.valid
            | lists.busy
            | planner.o.valid
            | walker.busy
            | walked.o.valid
            | synapses.busy
            | synapses.o.valid
            | accumulators.busy
        )

        ports = {
            "registers": registers.host,
            "axons": lists.host_axons,
            "lists": lists.host_lists,
            "dense": synapses.host_dense,
            "sparse": synapses.host_sparse,
            "rows": dendrite.host_rows,
            "profiles": dendrite.host_profiles,
            "accumulators": accumulators.host,
        }
        if p.dynamics:
            ports |= {"bias": dendrite.host_bias, "state": dendrite.host_state}
        if p.has_tags:
            ports["tags"] = synapses.host_tags
        if p.delays:
            ports["delays"] = synapses.host_delays
        if p.noise:
            ports["noise"] = dendrite.host_noise
        if p.learning:
            engine, engine_ports = self._add_learning(
                m, registers, sequencer, dendrite, activity, epoch, scanner, lists, synapses
            )
            ports |= engine_ports
            serving |= engine.busy
        else:
            m.d.comb += synapses.o.ready.eq(1)
        m.d.comb += sequencer.serving.eq(serving)

        self._clear(m, sequencer, inputs, dendrite, activity, epoch, accumulators)
        if p.counters:
            m.submodules.counters = counters = Counters(p)
            ports["counters"] = counters.host
            self._count(m, counters, sequencer, dendrite, walker, accumulators)
            if p.learning:
                m.d.comb += [
                    counters.words_learned.eq(engine.n_words),
                    counters.synapses_visited.eq(engine.n_visited),
                    counters.synapses_changed.eq(engine.n_changed),
                ]
        m.submodules.router = router = HostRouter(p)
        m.d.comb += router.memory.eq(host.memory)
        connect(m, host.port, router.i)
        for name, port in ports.items():
            connect(m, getattr(router, name), port)
        return m

    def _add_learning(
        self, m, registers, sequencer, dendrite, activity, epoch, scanner, lists, synapses
    ) -> tuple[LearningEngine, dict]:
        """Traces, random numbers and the learning engine; returns it, and the host's ports."""
        p = self.params
        engine = LearningEngine(p)
        m.submodules.engine = self._in_domain("learn", engine)
        ports = {"rules": lists.host_rules, "microcode": engine.host_microcode}
        draw = engine.draw
        look_en, look_row = engine.spikes.en, engine.spikes.row
        if p.has_epochs:
            m.d.comb += [
                epoch.begins.eq(registers.epoch_begins),
                epoch.next_step.eq(sequencer.step_ends),
                epoch.first.eq(dendrite.first),
                epoch.valid.eq(dendrite.valid),
                epoch.spikes.eq(dendrite.spikes),
                epoch.scan_en.eq(scanner.scan_en),
                epoch.scan_row.eq(scanner.scan_row),
                epoch.look_en.eq(look_en),
                epoch.look_row.eq(look_row),
                epoch.gate_en.eq(dendrite.gate_en),
                epoch.gate_row.eq(dendrite.gate_row),
                dendrite.gate_bits.eq(epoch.gate_bits),
            ]
            look_en, look_row = 0, 0
        if p.has_random:
            random = RandomBank(default_seeds(p))
            m.submodules.random = self._in_domain("learn", random)
            m.d.comb += [*_wire(engine.random, random.bits), random.dither.eq(registers.dither)]
            ports["random"] = random.host
        if p.has_traces:
            traces = TraceUnit(p)
            m.submodules.traces = self._in_domain("learn", traces)
            self._connect_traces(m, traces, registers, sequencer, activity, scanner, engine)
            ports |= {"x_traces": traces.host_x, "y_traces": traces.host_y}
            draw |= traces.draw
            look_row = Mux(traces.spikes.en, traces.spikes.row, look_row)
            look_en |= traces.spikes.en
            if p.has_random:
                m.d.comb += _wire(traces.random, random.bits)
        if p.has_random:
            m.d.comb += random.draw.eq(draw)
        m.d.comb += [
            engine.start.eq(sequencer.start_scan),
            *(
                getattr(engine, trace)[channel].eq(getattr(registers, f"r_{name}"))
                for name, (channel, trace) in REWARDS.items()
                if REGISTERS[name].exists(p)
            ),
            engine.epochs_done.eq(registers.epochs_done),
            engine.spikes.data.eq(epoch.look_bits),
            activity.look_en.eq(look_en),
            activity.look_row.eq(look_row),
            synapses.learn.eq(sequencer.learning),
        ]
        connect(m, engine.learned, synapses.learned)
        learned = ("weights", *("tags",) * p.has_tags, *("delays",) * p.delays)
        m.d.comb += [
            engine.i.valid.eq(synapses.o.valid & sequencer.learning),
            engine.i.p.eq(synapses.o.p),
            synapses.o.ready.eq(engine.i.ready | ~sequencer.learning),
        ]
        for what in learned:
            m.d.comb += _wire(getattr(engine, what), getattr(synapses, what))
        return engine, ports

    def _connect_traces(self, m, traces, registers, sequencer, activity, scanner, engine) -> None:
        """Traces: updated before learning, read by the scanner (x1) and the engine (y1)."""
        p = self.params
        m.d.comb += [
            traces.start.eq(sequencer.start_traces),
            sequencer.traces_busy.eq(traces.busy),
            *(
                getattr(traces, name).eq(getattr(registers, name))
                for name in ("x_first", "x_rows", "y_first", "y_rows", *trace_constants(p))
            ),
            traces.x.en.eq(scanner.trace_en),
            traces.x.row.eq(scanner.trace_row),
            *(port.eq(traces.x.data[lane]) for lane, port in enumerate(scanner.traces)),
            traces.clear.en.eq(sequencer.clear),
            traces.clear.address.eq(sequencer.clear_address),
            traces.spikes.data.eq(activity.look_bits),
        ]
        connect(m, engine.y, traces.y)
        if p.has_history:
            connect(m, engine.x_past, traces.x_past)
            connect(m, engine.y_past, traces.y_past)
            m.d.comb += [
                traces.epoch_step.eq(registers.epoch_step),
                traces.epoch_ends.eq(registers.epoch_ends),
            ]

    def _add_rewards(self, m, registers, sequencer, walker) -> None:
        """The reward traces of every channel, r1 and r0."""
        for name, (channel, trace) in REWARDS.items():
            if not REGISTERS[name].exists(self.params):
                continue
            reward = RewardTrace()
            m.submodules[name] = reward
            enable = walker.reward_en if trace == "r1" else walker.reward0_en
            if self.params.reinforcements > 1:
                enable &= walker.channel == channel
            m.d.comb += [
                reward.add.eq(enable),
                reward.impulse.eq(walker.reward),
                reward.step.eq(sequencer.step_begins),
                reward.decay.eq(getattr(registers, f"{name}_decay")),
                reward.set.eq(getattr(registers, f"set_{name}")),
                reward.set_value.eq(registers.written),
                reward.clear.eq(sequencer.clear),
                getattr(registers, f"r_{name}").eq(reward.value),
            ]

    def _clear(self, m, sequencer, inputs, dendrite, activity, epoch, accumulators) -> None:
        """Sweep the memories of dynamic state; each one stops at its own end."""
        p = self.params
        address = sequencer.clear_address

        def within(depth):
            return sequencer.clear & (address < depth)

        m.d.comb += [
            inputs.clear.eq(within(p.input_rows)),
            inputs.clear_row.eq(address),
            dendrite.clear.eq(within(p.compartments // p.dendrite_lanes)),
            dendrite.clear_address.eq(address),
            accumulators.clear.eq(within(p.delay_slots * p.compartment_rows)),
            accumulators.clear_address.eq(address),
        ]
        for who_fired in dict.fromkeys((activity, epoch)):
            m.d.comb += [
                who_fired.clear.eq(within(p.rows)),
                who_fired.clear_row.eq(address),
            ]

    def _count(self, m, counters, sequencer, dendrite, walker, accumulators) -> None:
        """Count cycles by phase, and work."""
        p, learning = self.params, sequencer.learning
        updates = Signal(16)
        m.d.comb += [
            counters.cycles_host.eq(sequencer.in_host),
            counters.cycles_dendrite.eq(sequencer.in_dendrite),
            counters.cycles_deliver.eq(sequencer.in_deliver),
            counters.cycles_trace.eq(sequencer.in_trace),
            counters.cycles_learn.eq(sequencer.in_learn),
            counters.steps.eq(sequencer.step_ends),
            counters.neuron_updates.eq(Mux(sequencer.start_dendrite, updates, 0)),
            updates.eq(Cat(dendrite.rows) << p.lane_bits),
            counters.spikes.eq(dendrite.n_spikes),
            counters.input_spikes.eq(dendrite.n_input_spikes),
            counters.lists.eq(walker.n_lists & ~learning),
            counters.lists_learned.eq(walker.n_lists & learning),
            counters.synaptic_words.eq(accumulators.valid),
            counters.synaptic_ops.eq(accumulators.n_synapses),
            counters.saturations.eq(accumulators.n_saturations),
        ]
