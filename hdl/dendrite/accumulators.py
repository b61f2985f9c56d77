"""Accumulators: what each compartment will receive in each of the coming time steps."""

from itertools import pairwise

from amaranth import Cat, Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.arith import popcount, saturate, scale, wrap
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams, Overflow
from backspike.hdl.payloads import delivered_weight, word_layout

__all__ = ["Accumulators"]


class Accumulators(wiring.Component):
    """One sum per compartment and delay slot; a word of weights is added per cycle.

    Timing
    ------
    Takes a word in every cycle, also for a row that is being added to (a ``compact`` core: in every
    other cycle), and has added it after :attr:`latency` cycles, which it counts in the last of
    them. ``sums`` follow ``sum_en`` by one cycle, and are cleared by ``sum_clear``. Adding and
    taking are different phases.

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
        See :class:`backspike.hdl.dendrite.dendrite.Dendrite`.
    n_saturations, n_synapses : Out
        Lanes that left their range and synapses added, in this cycle, to count.
    clear, clear_address : In
        Zero a row.
    host : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params, self.latency = params, 2 if params.compact else 4
        compartment_row = range(params.compartment_rows)
        count = range(params.lanes + 1)
        super().__init__({
            "slot": In(params.slot_bits),
            "valid": In(1),
            "word": In(word_layout(params)),
            "weights": In(delivered_weight(params)).array(params.lanes),
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
        m.submodules.sums = sums = HostedMemory(
            depth=p.delay_slots * p.compartment_rows,
            shape=signed(p.acc_width),
            banks=p.lanes,
            per_bank=p.delays,
            per_bank_write=p.delays,
        )
        wiring.connect(m, wiring.flipped(self.host), sums.host)
        m.d.comb += [sums.clear.eq(self.clear), sums.clear_address.eq(self.clear_address)]
        m.d.comb += [self.sums[lane].eq(sums.r_data[lane]) for lane in range(p.lanes)]
        if p.compact:
            self._add_at_once(m, sums)
        else:
            self._add_in_turn(m, sums)
        return m

    def _address(self, slot, row):
        """Of a row of sums."""
        return slot * self.params.compartment_rows + row

    def _target(self, lane: int):
        """Where the word's synapse of a lane goes."""
        word = self.word
        slot = self.slot + 1 + (self.delays[lane] if self.params.delays else word.delay)
        return self._address(slot[: self.params.slot_bits], word.row)

    def _addresses(self, sums: HostedMemory, lane: int):
        """Where a lane's sums are read and written; all lanes share it without ``delays``."""
        if self.params.delays:
            return sums.r_address[lane], sums.w_address[lane]
        return sums.r_address, sums.w_address

    def _scaled(self, lane: int):
        """What the word adds to a lane's sum."""
        scaled = scale(self.weights[lane], self.word.exponent)
        return Mux(self.word.mask[lane], scaled, 0)

    def _count(self, m: Module, writing, left_range, mask) -> None:
        """Count the word that is being written."""
        with m.If(writing):
            m.d.comb += [
                self.n_saturations.eq(popcount(left_range)),
                self.n_synapses.eq(popcount(mask)),
            ]

    def _narrow(self, exact):
        """A sum as it is kept."""
        narrow = wrap if self.params.overflow is Overflow.WRAP else saturate
        return narrow(exact, signed(self.params.acc_width))

    def _add_at_once(self, m: Module, sums: HostedMemory) -> None:
        """Read in the cycle of the word; add and write in the next one, in which no word comes."""
        p = self.params
        writing, mask = Signal(), Signal(p.lanes, reset_less=True)
        cleared = self._address(self.slot, self.sum_clear_row)
        m.d.sync += [writing.eq(self.valid), mask.eq(self.word.mask)]
        m.d.comb += [self.busy.eq(writing), sums.r_en.eq(self.valid | self.sum_en)]
        for lane in range(p.lanes if p.delays else 1):
            place = Signal(range(sums.depth), name=f"place{lane}", reset_less=True)
            read, written = self._addresses(sums, lane)
            target = self._target(lane)
            m.d.sync += place.eq(target)
            m.d.comb += [
                read.eq(Mux(self.valid, target, self._address(self.slot, self.sum_row))),
                written.eq(Mux(writing, place, cleared)),
            ]
        left_range = Signal(p.lanes)
        for lane in range(p.lanes):
            addend = Signal(signed(17), name=f"addend{lane}", reset_less=True)
            exact, kept = Signal(signed(19)), Signal(signed(p.acc_width))
            m.d.sync += addend.eq(self._scaled(lane))
            m.d.comb += [
                exact.eq(sums.r_data[lane] + addend),
                kept.eq(self._narrow(exact)),
                left_range[lane].eq(exact != kept),
                sums.w_data[lane].eq(Mux(writing, kept, 0)),
                sums.w_en[lane].eq(writing | self.sum_clear),
            ]
        self._count(m, writing, left_range, mask)

    def _add_in_turn(self, m: Module, sums: HostedMemory) -> None:
        """A word per cycle, each on its way for four."""
        p = self.params
        shape = signed(p.acc_width)
        # First cycle: read the sums, scale the weights. What the three words before it write is
        # read too early.
        word = self.word
        mine = self._address(self.slot, self.sum_row)
        cleared = self._address(self.slot, self.sum_clear_row)
        valid, mask = Signal(3), [Signal(p.lanes, name=f"mask{n}", reset_less=True) for n in "123"]
        m.d.sync += [valid.eq(Cat(self.valid, valid)), mask[0].eq(word.mask)]
        m.d.sync += [after.eq(before) for before, after in pairwise(mask)]
        m.d.comb += [self.busy.eq(valid.any()), sums.r_en.eq(self.valid | self.sum_en)]
        writing = valid[2]
        follows = []  # how far behind the word whose sum each lane needs
        for lane in range(p.lanes if p.delays else 1):
            target = Signal(range(sums.depth))
            places = [Signal.like(target, name=f"place{n}", reset_less=True) for n in "123"]
            read, written = self._addresses(sums, lane)
            after1, after2, after3 = (Signal(name=f"after{n}") for n in "123")
            follows.append((after1, after2, after3))
            m.d.comb += [
                target.eq(self._target(lane)),
                read.eq(Mux(self.valid, target, mine)),
                written.eq(Mux(writing, places[2], cleared)),
            ]
            m.d.sync += places[0].eq(target)
            m.d.sync += [after.eq(before) for before, after in pairwise(places)]
            m.d.sync += [
                after.eq(valid[n] & (places[n] == target))
                for n, after in enumerate((after1, after2, after3))
            ]
        addends = [Signal(signed(17), name=f"addend{n}", reset_less=True) for n in range(p.lanes)]
        for lane in range(p.lanes):
            m.d.sync += addends[lane].eq(self._scaled(lane))

        # Second cycle: the sums are there. Third: add. Fourth: write the whole row.
        left_range = Signal(p.lanes)
        for lane in range(p.lanes):
            before, written, earlier = (
                Signal(shape, name=f"{name}{lane}", reset_less=True)
                for name in ("before", "written", "earlier")
            )
            after1, after2, after3 = follows[lane if p.delays else 0]
            repeats, addend = Signal(), Signal(signed(17), name=f"adds{lane}", reset_less=True)
            exact, kept = Signal(signed(19)), Signal(shape)
            read = sums.r_data[lane]
            m.d.sync += [
                repeats.eq(after1),
                addend.eq(addends[lane]),
                before.eq(Mux(after2, written, Mux(after3, earlier, read))),
                written.eq(kept),
                earlier.eq(written),
                left_range[lane].eq(exact != kept),
            ]
            m.d.comb += [
                exact.eq(Mux(repeats, written, before) + addend),
                kept.eq(self._narrow(exact)),
                sums.w_data[lane].eq(Mux(writing, written, 0)),
                sums.w_en[lane].eq(writing | self.sum_clear),
            ]
        self._count(m, writing, left_range, mask[2])
