"""The dendrite phase: every compartment in use takes its sum, updates its state, and may fire."""

from itertools import pairwise

from amaranth import Cat, Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.dendrite.lif import LifUpdate, ThresholdUpdate
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
    ``phase.start``, 6 fewer without ``dynamics``; for one if there are no rows.

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

    def _item_layout(self) -> data.StructLayout:
        """One cycle's work on its way through the pipeline."""
        p = self.params
        return data.StructLayout({
            "valid": 1,
            "first": 1,  # of the phase
            "input": 1,  # a row of input axons
            "row": range(p.rows),
            "part": range(max(2, p.lanes // p.dendrite_lanes)),
            "last": 1,  # part of its row
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        parts = p.lanes // p.dendrite_lanes
        update_kind = LifUpdate if p.dynamics else ThresholdUpdate
        m.submodules.rows = rows = HostedMemory(depth=p.compartment_rows, shape=row_layout(p))
        m.submodules.profiles = profiles = HostedMemory(depth=16, shape=profile_layout(p))
        wiring.connect(m, wiring.flipped(self.memories.rows), rows.host)
        wiring.connect(m, wiring.flipped(self.memories.profiles), profiles.host)

        item = Signal(self._item_layout())
        walking = self._walk(m, item)

        # One register per stage: 1 memories answer, 2 the profile, the sums and the gate answer,
        # 2 + LATENCY the result.
        stages = [item]
        for number in range(1, 3 + update_kind.LATENCY):
            stage = Signal(self._item_layout(), name=f"stage{number}")
            m.d.sync += stage.eq(stages[-1])
            stages.append(stage)
        answered, profiled, done = stages[1], stages[2], stages[-1]
        m.d.comb += self.phase.busy.eq(
            Cat(walking, self.fired.valid, *(stage.valid for stage in stages[1:])).any()
        )

        # The row of the sums and the gate that answer in this cycle.
        shared = Signal(row_layout(p))
        m.d.sync += shared.eq(rows.r_data[0])
        own = item.valid & ~item.input
        m.d.comb += [
            rows.r_en.eq(own),
            rows.r_address.eq(item.row),
            self.sums.en.eq(answered.valid & ~answered.input),
            self.sums.row.eq(rows.r_data[0].sums),
            self.inputs.en.eq(item.valid & item.input),
            self.inputs.row.eq(item.row - p.compartment_rows),
            self.sums.clear.eq(profiled.valid & ~profiled.input & profiled.last & ~shared.keep),
            self.sums.clear_row.eq(shared.sums),
            profiles.r_en.eq(answered.valid & ~answered.input),
            profiles.r_address.eq(rows.r_data[0].profile),
        ]

        # The inputs of a row wait for the spikes of others.
        held_input = [Signal(p.lanes, name=f"input{n}") for n in range(1 + update_kind.LATENCY)]
        m.d.sync += held_input[0].eq(self.inputs.data)
        for before, after in pairwise(held_input):
            m.d.sync += after.eq(before)
        fired, may_fire = Signal(p.dendrite_lanes), Signal(p.lanes, init=(1 << p.lanes) - 1)
        if p.has_epochs:
            m.d.comb += [
                self.gate.en.eq(answered.valid & ~answered.input),
                self.gate.row.eq(rows.r_data[0].gate),
            ]
            with m.Switch(shared.gating):
                with m.Case(Gate.OPEN):
                    m.d.comb += may_fire.eq(self.gate.data)
                with m.Case(Gate.CLOSED):
                    m.d.comb += may_fire.eq(~self.gate.data)
        if p.noise:
            # Every update draws, so that what is drawn does not depend on who has noise.
            m.submodules.random = random = RandomBank(noise_seeds(p))
            wiring.connect(m, wiring.flipped(self.memories.noise), random.host)
            m.d.comb += random.draw.eq(profiled.valid & ~profiled.input)
        updates = [update_kind(p) for _ in range(p.dendrite_lanes)]
        if p.dynamics:
            self._keep(m, updates, item, answered, done, parts)
        for lane, update in enumerate(updates):
            m.submodules[f"lif{lane}"] = update
            with m.Switch(profiled.part):
                for part in range(parts):
                    with m.Case(part):
                        of_row = part * p.dendrite_lanes + lane
                        m.d.comb += [
                            update.sum.eq(self.sums.sums[of_row]),
                            update.may_fire.eq(may_fire[of_row]),
                        ]
            if p.noise:
                m.d.comb += [
                    update.random.eq(random.bits[lane][-NOISE_BITS:]),
                    update.noise_mantissa.eq(shared.noise_mantissa),
                    update.noise_exponent.eq(shared.noise_exponent),
                    update.noisy.eq(shared.noisy),
                ]
            m.d.comb += [
                update.negate.eq(shared.negate),
                update.en.eq(profiled.valid & ~profiled.input),
                update.profile.eq(profiles.r_data[0]),
                fired[lane].eq(update.spike),
            ]

        self._collect(m, done, fired, held_input[-1], parts)
        return m

    def _keep(self, m: Module, updates: list, item, answered, done, parts: int) -> None:
        """State and bias of the compartments: read for their updates, and the state written."""
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
                mem.r_address.eq(item.row * parts + item.part),
            ]
        wiring.connect(m, wiring.flipped(self.clear), state.clear)
        m.d.comb += state.w_address.eq(done.row * parts + done.part)
        for lane, update in enumerate(updates):
            with m.If(answered.valid):
                m.d.sync += [
                    update.state.eq(state.r_data[lane]),
                    update.bias.eq(bias.r_data[lane]),
                ]
            m.d.comb += [
                state.w_data[lane].eq(update.next_state),
                state.w_en[lane].eq(done.valid & ~done.input),
            ]

    def _walk(self, m: Module, item: data.View) -> Signal:
        """Generate the items: rows of inputs, then of compartments. Returns that it is walking."""
        p = self.params
        parts = p.lanes // p.dendrite_lanes
        walking = Signal()
        inputs_left, rows_left = Signal(16), Signal(16)
        part, first = Signal(range(max(2, parts))), Signal()
        on_inputs = inputs_left != 0
        last_part = on_inputs | (part == parts - 1)
        m.d.comb += [
            item.valid.eq(walking & (on_inputs | (rows_left != 0))),
            item.first.eq(first),
            item.input.eq(on_inputs),
            item.row.eq(Mux(on_inputs, p.compartment_rows + inputs_left, rows_left) - 1),
            item.part.eq(part),
            item.last.eq(last_part),
        ]
        with m.If(self.phase.start):
            m.d.sync += [
                walking.eq(1),
                inputs_left.eq(self.registers.input_rows),
                rows_left.eq(self.registers.rows),
                part.eq(0),
                first.eq(1),
            ]
        with m.Elif(walking):
            with m.If(on_inputs):
                m.d.sync += [inputs_left.eq(inputs_left - 1), first.eq(0)]
            with m.Elif(rows_left == 0):
                m.d.sync += walking.eq(0)
            with m.Elif(last_part):
                m.d.sync += [rows_left.eq(rows_left - 1), part.eq(0), first.eq(0)]
            with m.Else():
                m.d.sync += part.eq(part + 1)
        return walking

    def _collect(self, m: Module, done, fired: Signal, input_bits: Signal, parts: int) -> None:
        """Gather the parts of a row, and pass it on."""
        p = self.params
        bits = Signal(p.lanes)
        if parts == 1:
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
