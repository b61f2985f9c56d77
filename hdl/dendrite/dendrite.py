"""The dendrite phase: every compartment in use takes its sum, updates its state, and may fire."""

from itertools import pairwise

from amaranth import Cat, Module, Mux, Signal, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.dendrite.lif import LifUpdate, ThresholdUpdate
from backspike.hdl.dendrite.membranes import Membranes, look_layout
from backspike.hdl.dendrite.part_walk import PartWalk, part_layout, parts_of_row
from backspike.hdl.host_ports import Counts, MemoryPorts, RegisterValues
from backspike.hdl.layouts import (
    NOISE_BITS,
    Gate,
    bias_layout,
    profile_layout,
    row_layout,
    state_layout,
)
from backspike.hdl.lib.arith import popcount
from backspike.hdl.lib.memory import ClearPort, HostedMemory
from backspike.hdl.lib.optional import when
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import (
    Phase,
    RowReader,
    SpikeRows,
    SumPort,
    spikes_reader,
    sweep_depth,
)
from backspike.hdl.seeds import noise_seeds

__all__ = ["Dendrite"]


class Dendrite(wiring.Component):
    """Walks the rows in use from the highest down: input axons first, then compartments.

    Timing
    ------
    ``phase.busy`` is high for ``input_rows + rows * lanes / dendrite_lanes + 12`` cycles after
    ``phase.start``, 6 fewer without ``dynamics``, 2 more with ``watch``; for one if there are no
    rows.

    Members
    -------
    phase : In(Phase())
        Busy to the last write.
    registers : In(RegisterValues(params))
        ``rows`` and ``input_rows`` must stay during the phase.
    inputs : Out(RowReader(input_rows, lanes))
        See :class:`backspike.hdl.dendrite.inputs.InputSpikes`.
    sums : Out(SumPort(params))
    gate : Out(spikes_reader(params))
        Spikes in the earlier steps of the epoch; without epochs, there is none.
    fired : Out(SpikeRows(params))
    counts : Out(Counts("neuron_updates", "spikes", "input_spikes"))
    clear : In(ClearPort(sweep_depth(params)))
        Zero a row of the state memory.
    memories : In(MemoryPorts(params, "rows", "profiles", "bias", "state", "noise"))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        self.parts = parts_of_row(params)
        super().__init__({
            "phase": In(Phase()),
            "registers": In(RegisterValues(params)),
            "inputs": Out(RowReader(params.input_rows, params.lanes)),
            "sums": Out(SumPort(params)),
            **when(params.has_epochs, {"gate": Out(spikes_reader(params))}),
            "fired": Out(SpikeRows(params)),
            "counts": Out(Counts("neuron_updates", "spikes", "input_spikes")),
            "clear": In(ClearPort(sweep_depth(params))),
            "memories": In(MemoryPorts(params, "rows", "profiles", "bias", "state", "noise")),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        update_kind = LifUpdate if p.dynamics else ThresholdUpdate
        updates = [update_kind(p) for _ in range(p.dendrite_lanes)]
        latency = updates[0].latency
        m.submodules.walk = walk = PartWalk(p)
        m.d.comb += [
            walk.start.eq(self.phase.start),
            walk.input_rows.eq(self.registers.input_rows),
            walk.rows.eq(self.registers.rows),
        ]

        # One register per stage: 1 memories answer, 2 the profile, the sums and the gate answer,
        # 2 + latency the result.
        stages = [walk.o]
        for number in range(1, 3 + latency):
            stage = Signal(part_layout(p), name=f"stage{number}")
            m.d.sync += stage.eq(stages[-1])
            stages.append(stage)
        answered, profiled, done = stages[1], stages[2], stages[-1]
        m.d.comb += self.phase.busy.eq(
            Cat(walk.walking, self.fired.valid, *(stage.valid for stage in stages[1:])).any()
        )

        row = self._read_row(m, walk.o)
        shared = Signal(row_layout(p))  # the row of the sums and the gate that answer
        m.d.sync += shared.eq(row)
        m.d.comb += [
            self.sums.en.eq(answered.valid & ~answered.input),
            self.sums.row.eq(row.sums),
            self.sums.clear.eq(profiled.valid & ~profiled.input & profiled.last & ~shared.keep),
            self.sums.clear_row.eq(shared.sums),
        ]
        for lane, update in enumerate(updates):
            m.submodules[f"lif{lane}"] = update
            m.d.comb += [
                update.negate.eq(shared.negate),
                update.en.eq(profiled.valid & ~profiled.input),
            ]
        self._read_profile(m, updates, answered, row.profile)
        self._choose_part(m, updates, profiled.part, self._open_gates(m, answered, row, shared))
        if p.noise:
            self._draw(m, updates, profiled, shared)
        watches = self._watch(m, updates, stages, shared) if p.watch else 0
        if p.dynamics:
            self._keep(m, updates, walk.o, answered, done, watches)
        fired = Cat(update.spike for update in updates)
        self._collect(m, done, fired, self._hold_inputs(m, latency))
        return m

    def _read_row(self, m: Module, item: data.View) -> data.View:
        """Read the row of an item, or its input spikes. Returns the row, a cycle later."""
        p = self.params
        m.submodules.rows = rows = HostedMemory(depth=p.compartment_rows, shape=row_layout(p))
        wiring.connect(m, wiring.flipped(self.memories.rows), rows.host)
        m.d.comb += [
            rows.r_en.eq(item.valid & ~item.input),
            rows.r_address.eq(item.row),
            self.inputs.en.eq(item.valid & item.input),
            self.inputs.row.eq(item.row - p.compartment_rows),
        ]
        return rows.r_data[0]

    def _read_profile(self, m: Module, updates: list, answered: data.View, number) -> None:
        """Read the constants that the compartments of a row share."""
        profiles = HostedMemory(depth=16, shape=profile_layout(self.params))
        m.submodules.profiles = profiles
        wiring.connect(m, wiring.flipped(self.memories.profiles), profiles.host)
        m.d.comb += [
            profiles.r_en.eq(answered.valid & ~answered.input),
            profiles.r_address.eq(number),
            *(update.profile.eq(profiles.r_data[0]) for update in updates),
        ]

    def _open_gates(self, m: Module, answered: data.View, row, shared) -> Signal:
        """Compartments of the row in ``shared`` that may fire, by lane."""
        p = self.params
        may_fire = Signal(p.lanes, init=(1 << p.lanes) - 1)
        if not p.has_epochs:
            return may_fire
        m.d.comb += [
            self.gate.en.eq(answered.valid & ~answered.input),
            self.gate.row.eq(row.gate),
        ]
        with m.Switch(shared.gating):
            with m.Case(Gate.OPEN):
                m.d.comb += may_fire.eq(self.gate.data)
            with m.Case(Gate.CLOSED):
                m.d.comb += may_fire.eq(~self.gate.data)
        return may_fire

    def _choose_part(self, m: Module, updates: list, part, may_fire: Signal) -> None:
        """Sums and gates of the part of a row that is updated."""
        for lane, update in enumerate(updates):
            with m.Switch(part):
                for number in range(self.parts):
                    with m.Case(number):
                        of_row = number * len(updates) + lane
                        m.d.comb += [
                            update.sum.eq(self.sums.sums[of_row]),
                            update.may_fire.eq(may_fire[of_row]),
                        ]

    def _draw(self, m: Module, updates: list, profiled: data.View, shared) -> None:
        """Draw noise for every update, so that what is drawn does not depend on who has noise."""
        m.submodules.random = random = RandomBank(noise_seeds(self.params))
        wiring.connect(m, wiring.flipped(self.memories.noise), random.host)
        m.d.comb += random.draw.eq(profiled.valid & ~profiled.input)
        for lane, update in enumerate(updates):
            m.d.comb += [
                update.random.eq(random.bits[lane][-NOISE_BITS:]),
                update.noise_mantissa.eq(shared.noise_mantissa),
                update.noise_exponent.eq(shared.noise_exponent),
                update.noisy.eq(shared.noisy),
            ]

    def _hold_inputs(self, m: Module, latency: int) -> Signal:
        """Input spikes of a row, held for as long as the spikes of others take."""
        held = [Signal(self.params.lanes, name=f"input{n}") for n in range(1 + latency)]
        for before, after in pairwise([self.inputs.data, *held]):
            m.d.sync += after.eq(before)
        return held[-1]

    def _watch(self, m: Module, updates: list, stages: list, shared) -> Value:
        """Membranes for the rows that watch. Returns 1 where the last stage's row is one."""
        p = self.params
        looks = [Signal(look_layout(p), name=f"look{n}") for n in range(len(stages) - 2)]
        m.d.comb += [
            looks[0].watch.eq(shared.watch),
            looks[0].row.eq(shared.sums),
            looks[0].negate.eq(shared.negate),
        ]
        m.d.sync += [after.eq(before) for before, after in pairwise(looks)]
        m.submodules.membranes = membranes = Membranes(p)
        m.d.comb += [
            membranes.item.eq(stages[2 + LifUpdate.VOLTAGE]),
            membranes.look.eq(looks[LifUpdate.VOLTAGE]),
        ]
        for lane, update in enumerate(updates):
            m.d.comb += [
                membranes.voltages[lane].eq(update.voltage),
                update.watch.eq(membranes.watch),
                update.membrane.eq(membranes.membranes[lane]),
            ]
        return looks[-1].watch

    def _keep(self, m: Module, updates: list, item, answered, done, watches) -> None:
        """State and bias of the compartments: read for their updates, and the state written,
        but for rows that watch others: these have none."""
        p = self.params
        depth, banks = p.compartments // p.dendrite_lanes, p.dendrite_lanes
        m.submodules.state = state = HostedMemory(
            depth=depth, shape=state_layout(p), banks=banks, sweep=sweep_depth(p)
        )
        m.submodules.bias = bias = HostedMemory(depth=depth, shape=bias_layout(p), banks=banks)
        for port, mem in ((self.memories.state, state), (self.memories.bias, bias)):
            wiring.connect(m, wiring.flipped(port), mem.host)
            m.d.comb += [
                mem.r_en.eq(item.valid & ~item.input),
                mem.r_address.eq(item.row * self.parts + item.part),
            ]
        wiring.connect(m, wiring.flipped(self.clear), state.clear)
        m.d.comb += state.w_address.eq(done.row * self.parts + done.part)
        updated = done.valid & ~done.input
        if p.watch:
            updated &= ~watches
        for lane, update in enumerate(updates):
            with m.If(answered.valid):
                m.d.sync += [
                    update.state.eq(state.r_data[lane]),
                    update.bias.eq(bias.r_data[lane]),
                ]
            m.d.comb += [
                state.w_data[lane].eq(update.next_state),
                state.w_en[lane].eq(updated),
            ]

    def _collect(self, m: Module, done, fired: Value, input_bits: Signal) -> None:
        """Gather the parts of a row, and pass it on."""
        p = self.params
        bits = Signal(p.lanes)
        if self.parts == 1:
            m.d.comb += bits.eq(fired)
        else:
            earlier = Signal(p.lanes - p.dendrite_lanes)
            m.d.comb += bits.eq(Cat(earlier, fired))
            with m.If(done.valid & ~done.input):
                m.d.sync += earlier.eq(bits[p.dendrite_lanes :])
        m.d.sync += [
            self.fired.valid.eq(done.valid & done.last),
            # A row of several parts is first if its first part was; nothing came before it.
            self.fired.spikes.row.eq(done.row),
            self.fired.spikes.bits.eq(Mux(done.input, input_bits, bits)),
        ]
        with m.If(done.valid & done.first):
            m.d.sync += self.fired.first.eq(1)
        with m.Elif(self.fired.valid):
            m.d.sync += self.fired.first.eq(0)
        count = popcount(self.fired.spikes.bits)
        was_input, valid = Signal(), self.fired.valid
        updates = Signal(16)
        m.d.sync += was_input.eq(done.input)
        m.d.comb += [
            updates.eq(Cat(self.registers.rows) << p.lane_bits),
            self.counts.neuron_updates.eq(Mux(self.phase.start, updates, 0)),
            self.counts.spikes.eq(Mux(valid & ~was_input, count, 0)),
            self.counts.input_spikes.eq(Mux(valid & was_input, count, 0)),
        ]
