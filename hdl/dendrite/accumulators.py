"""Accumulators: the sum that each compartment receives in each of the coming time steps."""

from itertools import pairwise

from amaranth import Cat, Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_ports import Counts, MemoryPorts
from backspike.hdl.lib.arith import popcount, saturate, scale, wrap
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort, HostedMemory
from backspike.hdl.params import CoreParams, Overflow
from backspike.hdl.ports import DeliveredWord, SumPort, sweep_depth

__all__ = ["Accumulators"]


class Accumulators(wiring.Component):
    """One sum per compartment and delay slot; a word of weights is added per cycle.

    Timing
    ------
    Takes a word in every cycle, also for a row that is being added to (a ``compact`` core: in every
    other cycle), and has added it after :attr:`latency` cycles; it is counted in the last of them.
    Adding and taking are different phases.

    Members
    -------
    slot : In
        The slot that is due in this step. A word of delay d goes to the slot d + 1 later.
    i : In(DeliveredWord(params))
    busy : Out(1)
        A word is on its way.
    taken : In(SumPort(params))
        Sums that the dendrite takes.
    counts : Out(Counts("synaptic_words", "synaptic_ops", "saturations"))
        Words that come, synapses added, and lanes that left their range.
    clear : In(ClearPort(sweep_depth(params)))
    memories : In(MemoryPorts(params, "accumulators"))
    """

    def __init__(self, params: CoreParams):
        self.params, self.latency = params, 2 if params.compact else 4
        super().__init__({
            "slot": In(params.slot_bits),
            "i": In(DeliveredWord(params)),
            "busy": Out(1),
            "taken": In(SumPort(params)),
            "counts": Out(Counts("synaptic_words", "synaptic_ops", "saturations")),
            "clear": In(ClearPort(sweep_depth(params))),
            "memories": In(MemoryPorts(params, "accumulators")),
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
            sweep=sweep_depth(p),
        )
        wiring.connect(m, wiring.flipped(self.memories.accumulators), sums.host)
        wiring.connect(m, wiring.flipped(self.clear), sums.clear)
        m.d.comb += [
            self.counts.synaptic_words.eq(self.i.valid),
            *(self.taken.sums[lane].eq(sums.r_data[lane]) for lane in range(p.lanes)),
        ]
        if p.compact:
            self._add_at_once(m, sums)
        else:
            self._add_in_turn(m, sums)
        self._promise(Contract(m, self, platform))
        return m

    def _promise(self, contract: Contract) -> None:
        """Adding, taking, sweeping and the host take turns."""
        taken, adds = self.taken, self.i.valid | self.busy
        contract.needs("nobody takes sums that are added to", ~(adds & (taken.en | taken.clear)))
        contract.needs("nobody sweeps sums that are added to", ~(adds & self.clear.en))
        contract.needs("the host waits", ~(adds & self.memories.accumulators.en))
        contract.needs(
            "the slot stays while words come",
            self.slot == contract.past("slot", self.slot),
            where=contract.past("adds", adds) & adds,
        )
        if self.params.compact:
            contract.needs("words come every other cycle", ~(self.i.valid & self.busy))

    def _address(self, slot, row):
        """Address of a row of sums."""
        return slot * self.params.compartment_rows + row

    def _target(self, lane: int):
        """Address of the sum that the word's synapse of a lane adds to."""
        word = self.i.word
        slot = self.slot + 1 + (self.i.delays[lane] if self.params.delays else word.delay)
        return self._address(slot[: self.params.slot_bits], word.row)

    def _addresses(self, sums: HostedMemory, lane: int):
        """Read and write address of a lane's sums; without ``delays``, all lanes share them."""
        if self.params.delays:
            return sums.r_address[lane], sums.w_address[lane]
        return sums.r_address, sums.w_address

    def _scaled(self, lane: int):
        """Addend of a lane's sum: its weight, or 0 if the word has none."""
        scaled = scale(self.i.weights[lane], self.i.word.exponent)
        return Mux(self.i.word.mask[lane], scaled, 0)

    def _count(self, m: Module, writing, left_range, mask) -> None:
        """Count the word that is being written."""
        with m.If(writing):
            m.d.comb += [
                self.counts.saturations.eq(popcount(left_range)),
                self.counts.synaptic_ops.eq(popcount(mask)),
            ]

    def _narrow(self, exact):
        """Sum in the width that is kept."""
        narrow = wrap if self.params.overflow is Overflow.WRAP else saturate
        return narrow(exact, signed(self.params.acc_width))

    def _add_at_once(self, m: Module, sums: HostedMemory) -> None:
        """Read in the cycle of the word; add and write in the next one, in which no word comes."""
        p = self.params
        writing, mask = Signal(), Signal(p.lanes, reset_less=True)
        cleared = self._address(self.slot, self.taken.clear_row)
        m.d.sync += [writing.eq(self.i.valid), mask.eq(self.i.word.mask)]
        m.d.comb += [self.busy.eq(writing), sums.r_en.eq(self.i.valid | self.taken.en)]
        for lane in range(p.lanes if p.delays else 1):
            place = Signal(range(sums.depth), name=f"place{lane}", reset_less=True)
            read, written = self._addresses(sums, lane)
            target = self._target(lane)
            m.d.sync += place.eq(target)
            m.d.comb += [
                read.eq(Mux(self.i.valid, target, self._address(self.slot, self.taken.row))),
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
                sums.w_en[lane].eq(writing | self.taken.clear),
            ]
        self._count(m, writing, left_range, mask)

    def _add_in_turn(self, m: Module, sums: HostedMemory) -> None:
        """A word per cycle, each on its way for four."""
        p = self.params
        shape = signed(p.acc_width)
        # First cycle: read the sums, scale the weights. The three words before it have not yet
        # written theirs: such a sum is forwarded.
        word = self.i.word
        due = self._address(self.slot, self.taken.row)
        cleared = self._address(self.slot, self.taken.clear_row)
        valid, mask = Signal(3), [Signal(p.lanes, name=f"mask{n}", reset_less=True) for n in "123"]
        m.d.sync += [valid.eq(Cat(self.i.valid, valid)), mask[0].eq(word.mask)]
        m.d.sync += [after.eq(before) for before, after in pairwise(mask)]
        m.d.comb += [self.busy.eq(valid.any()), sums.r_en.eq(self.i.valid | self.taken.en)]
        writing = valid[2]
        follows = []  # by lane: it adds to the sum of the word one, two or three cycles before
        for lane in range(p.lanes if p.delays else 1):
            target = Signal(range(sums.depth))
            places = [Signal.like(target, name=f"place{n}", reset_less=True) for n in "123"]
            read, written = self._addresses(sums, lane)
            after1, after2, after3 = (Signal(name=f"after{n}") for n in "123")
            follows.append((after1, after2, after3))
            m.d.comb += [
                target.eq(self._target(lane)),
                read.eq(Mux(self.i.valid, target, due)),
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

        # Second cycle: the sums are read. Third: add. Fourth: write the whole row.
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
                sums.w_en[lane].eq(writing | self.taken.clear),
            ]
        self._count(m, writing, left_range, mask[2])
