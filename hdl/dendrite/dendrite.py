"""The dendrite phase: every compartment in use takes its sum, updates its state, and may fire."""

from itertools import pairwise

from amaranth import Cat, Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.dendrite.lif import LifUpdate, ThresholdUpdate
from backspike.hdl.layouts import (
    NOISE_BITS,
    Gate,
    bias_layout,
    profile_layout,
    row_layout,
    state_layout,
)
from backspike.hdl.lib.arith import popcount
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout
from backspike.hdl.seeds import noise_seeds

__all__ = ["Dendrite"]


class Dendrite(wiring.Component):
    """Walks the rows in use from the highest down: input axons first, then compartments.

    Timing
    ------
    ``busy`` is high for ``input_rows + rows * lanes / dendrite_lanes + 12`` cycles after
    ``start``, 6 fewer without ``dynamics``; for one if there are no rows.

    Members
    -------
    start : In(1)
        Begin; ``rows`` and ``input_rows`` must stay until ``busy`` falls.
    busy : Out(1)
        High from the cycle after ``start`` to the last write.
    rows, input_rows : In
        Rows in use.
    input_take, input_row, input_bits
        The spikes that wait: see :class:`backspike.hdl.dendrite.inputs.InputSpikes`.
    sum_en, sum_row, sums
        Accumulators of a row in the slot that is due, one cycle after ``sum_en``.
    sum_clear, sum_clear_row : Out
        The accumulators of a row are taken for the last time.
    gate_en, gate_row, gate_bits
        Reader of :class:`backspike.hdl.dendrite.epoch_activity.EpochActivity`; without epochs,
        there is none.
    first, valid, spikes : Out
        Spikes by row, descending: see :class:`backspike.hdl.dendrite.activity.Activity`.
    n_spikes, n_input_spikes : Out
        Spikes in this cycle, to count.
    clear, clear_address : In
        Zero a row of the state memory.
    host_rows, host_profiles, host_bias, host_state, host_noise : In(HOST_PORT)
        Those that the core has.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        compartment_row = range(params.compartment_rows)
        count = range(params.lanes + 1)
        ports = {
            "start": In(1),
            "busy": Out(1),
            "rows": In(16),
            "input_rows": In(16),
            "input_take": Out(1),
            "input_row": Out(range(params.input_rows)),
            "input_bits": In(params.lanes),
            "sum_en": Out(1),
            "sum_row": Out(compartment_row),
            "sums": In(signed(params.acc_width)).array(params.lanes),
            "sum_clear": Out(1),
            "sum_clear_row": Out(compartment_row),
            "first": Out(1),
            "valid": Out(1),
            "spikes": Out(row_spikes_layout(params)),
            "n_spikes": Out(count),
            "n_input_spikes": Out(count),
            "clear": In(1),
            "clear_address": In(range(params.compartments // params.dendrite_lanes)),
            "host_rows": In(HOST_PORT),
            "host_profiles": In(HOST_PORT),
        }
        if params.dynamics:
            ports |= {"host_state": In(HOST_PORT), "host_bias": In(HOST_PORT)}
        if params.has_epochs:
            ports |= {
                "gate_en": Out(1),
                "gate_row": Out(range(params.rows)),
                "gate_bits": In(params.lanes),
            }
        if params.noise:
            ports["host_noise"] = In(HOST_PORT)
        super().__init__(ports)

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
        wiring.connect(m, wiring.flipped(self.host_rows), rows.host)
        wiring.connect(m, wiring.flipped(self.host_profiles), profiles.host)

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
        m.d.comb += self.busy.eq(
            Cat(walking, self.valid, *(stage.valid for stage in stages[1:])).any()
        )

        # What the row says of its sums and its gate, for the cycle in which they answer.
        shared = Signal(row_layout(p))
        m.d.sync += shared.eq(rows.r_data[0])
        own = item.valid & ~item.input
        m.d.comb += [
            rows.r_en.eq(own),
            rows.r_address.eq(item.row),
            self.sum_en.eq(answered.valid & ~answered.input),
            self.sum_row.eq(rows.r_data[0].sums),
            self.input_take.eq(item.valid & item.input),
            self.input_row.eq(item.row - p.compartment_rows),
            self.sum_clear.eq(profiled.valid & ~profiled.input & profiled.last & ~shared.keep),
            self.sum_clear_row.eq(shared.sums),
            profiles.r_en.eq(answered.valid & ~answered.input),
            profiles.r_address.eq(rows.r_data[0].profile),
        ]

        # Hold what the memories answered for the cycle that the profile takes.
        held_input = [Signal(p.lanes, name=f"input{n}") for n in range(1 + update_kind.LATENCY)]
        m.d.sync += held_input[0].eq(self.input_bits)
        for before, after in pairwise(held_input):
            m.d.sync += after.eq(before)
        fired, may_fire = Signal(p.dendrite_lanes), Signal(p.lanes, init=(1 << p.lanes) - 1)
        if p.has_epochs:
            m.d.comb += [
                self.gate_en.eq(answered.valid & ~answered.input),
                self.gate_row.eq(rows.r_data[0].gate),
            ]
            with m.Switch(shared.gating):
                with m.Case(Gate.OPEN):
                    m.d.comb += may_fire.eq(self.gate_bits)
                with m.Case(Gate.CLOSED):
                    m.d.comb += may_fire.eq(~self.gate_bits)
        if p.noise:
            # Every update draws, so that what is drawn does not depend on who has noise.
            m.submodules.random = random = RandomBank(noise_seeds(p))
            wiring.connect(m, wiring.flipped(self.host_noise), random.host)
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
                            update.sum.eq(self.sums[of_row]),
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
        m.submodules.state = state = HostedMemory(depth=depth, shape=state_layout(p), banks=banks)
        m.submodules.bias = bias = HostedMemory(depth=depth, shape=bias_layout(p), banks=banks)
        for port, mem in ((self.host_state, state), (self.host_bias, bias)):
            wiring.connect(m, wiring.flipped(port), mem.host)
            m.d.comb += [
                mem.r_en.eq(item.valid & ~item.input),
                mem.r_address.eq(item.row * parts + item.part),
            ]
        m.d.comb += [
            state.w_address.eq(done.row * parts + done.part),
            state.clear.eq(self.clear),
            state.clear_address.eq(self.clear_address),
        ]
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
        """Generate the items: rows of inputs, then of compartments. Returns whether it walks."""
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
        with m.If(self.start):
            m.d.sync += [
                walking.eq(1),
                inputs_left.eq(self.input_rows),
                rows_left.eq(self.rows),
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
            self.valid.eq(done.valid & done.last),
            # A row of several parts is first if its first part was; nothing came before it.
            self.spikes.row.eq(done.row),
            self.spikes.bits.eq(Mux(done.input, input_bits, bits)),
        ]
        with m.If(done.valid & done.first):
            m.d.sync += self.first.eq(1)
        with m.Elif(self.valid):
            m.d.sync += self.first.eq(0)
        count = popcount(self.spikes.bits)
        was_input = Signal()
        m.d.sync += was_input.eq(done.input)
        m.d.comb += [
            self.n_spikes.eq(Mux(self.valid & ~was_input, count, 0)),
            self.n_input_spikes.eq(Mux(self.valid & was_input, count, 0)),
        ]
