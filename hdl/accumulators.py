"""Accumulators: what each compartment will receive in each of the coming time steps."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import popcount, saturate, scale, wrap
from backspike.hdl.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams, Overflow
from backspike.hdl.walker import word_layout

__all__ = ["Accumulators"]


class Accumulators(wiring.Component):
    """One sum per compartment and delay slot; a word of weights is added per cycle.

    Timing
    ------
    Takes a word in every cycle, also for the row of the word before. ``sums`` follow ``sum_en`` by
    one cycle, and are cleared by ``sum_clear``. Adding and taking are different phases.

    Members
    -------
    slot : In
        The slot that is due in this step. A word of delay d goes to the slot d + 1 later.
    valid, word, weights, delays : In
        A word to deliver, and its weights by lane; with ``delays``, also its delays, which count
        instead of the word's.
    busy : Out(1)
        A word is on its way.
    sum_en, sum_row, sums, sum_clear, sum_clear_row
        See :class:`backspike.hdl.dendrite.Dendrite`.
    n_saturations, n_synapses : Out
        Lanes that left their range and synapses added, in this cycle, to count.
    clear, clear_address : In
        Zero a row.
    host : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        compartment_row = range(params.compartment_rows)
        count = range(params.lanes + 1)
        super().__init__({
            "slot": In(params.slot_bits),
            "valid": In(1),
            "word": In(word_layout(params)),
            "weights": In(signed(9)).array(params.lanes),
            **({"delays": In(params.slot_bits).array(params.lanes)} if params.delays else {}),
            "busy": Out(1),
            "sum_en": In(1),
            "sum_row": In(compartment_row),
            "sums": Out(signed(params.acc_width)).array(params.lanes),
            "sum_clear": In(1),
            "sum_clear_row": In(compartment_row),
            "n_saturations": Out(count),
            "n_synapses": Out(count),
            "clear": In(1),
            "clear_address": In(range(params.delay_slots * params.compartment_rows)),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        shape = signed(p.acc_width)
        m.submodules.sums = sums = HostedMemory(
            depth=p.delay_slots * p.compartment_rows,
            shape=shape,
            banks=p.lanes,
            per_bank=p.delays,
            per_bank_write=p.delays,
        )
        wiring.connect(m, wiring.flipped(self.host), sums.host)

        def address(slot, row):
            return slot * p.compartment_rows + row

        # First cycle: read the sums, scale the weights.
        word = self.word
        mine, cleared = address(self.slot, self.sum_row), address(self.slot, self.sum_clear_row)
        adding, mask = Signal(), Signal(p.lanes)
        m.d.sync += adding.eq(self.valid)
        m.d.comb += [self.busy.eq(adding), sums.r_en.eq(self.valid | self.sum_en)]
        places = []  # whether the row that each lane adds to has just been written
        for lane in range(p.lanes if p.delays else 1):
            target, slot = Signal(range(sums.depth)), Signal(p.slot_bits)
            at, repeats = Signal.like(target, reset_less=True), Signal()
            read = sums.r_address[lane] if p.delays else sums.r_address
            written = sums.w_address[lane] if p.delays else sums.w_address
            m.d.comb += [
                slot.eq(self.slot + 1 + (self.delays[lane] if p.delays else word.delay)),
                target.eq(address(slot, word.row)),
                read.eq(Mux(self.valid, target, mine)),
                written.eq(Mux(adding, at, cleared)),
            ]
            with m.If(self.valid):
                # The row that is written in this cycle is read a cycle too early.
                m.d.sync += [repeats.eq(adding & (at == target)), at.eq(target)]
            places.append(repeats)
        addends = [
            Signal(signed(17), name=f"addend{lane}", reset_less=True) for lane in range(p.lanes)
        ]
        with m.If(self.valid):
            m.d.sync += mask.eq(word.mask)
            for lane in range(p.lanes):
                weight = self.weights[lane]
                if p.columns:
                    weight = Mux(word.negate, -weight, weight)
                scaled = scale(weight, word.exponent)
                m.d.sync += addends[lane].eq(Mux(word.mask[lane], scaled, 0))

        # Second cycle: add, and write the whole row.
        narrow = wrap if p.overflow is Overflow.WRAP else saturate
        left_range = Signal(p.lanes)
        for lane in range(p.lanes):
            written = Signal(shape, name=f"written{lane}", reset_less=True)
            repeats = places[lane] if p.delays else places[0]
            before = Mux(repeats, written, sums.r_data[lane])
            exact, kept = Signal(signed(19)), Signal(shape)
            m.d.comb += self.sums[lane].eq(sums.r_data[lane])
            m.d.comb += [
                exact.eq(before + addends[lane]),
                kept.eq(narrow(exact, shape)),
                left_range[lane].eq(exact != kept),
                sums.w_data[lane].eq(Mux(adding, kept, 0)),
                sums.w_en[lane].eq(adding | self.sum_clear),
            ]
            with m.If(adding):
                m.d.sync += written.eq(kept)
        with m.If(adding):
            m.d.comb += [
                self.n_saturations.eq(popcount(left_range)),
                self.n_synapses.eq(popcount(mask)),
            ]
        m.d.comb += [sums.clear.eq(self.clear), sums.clear_address.eq(self.clear_address)]
        return m
