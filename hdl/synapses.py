"""Synapse memories: words of dense lists and single synapses of sparse ones, in one stream."""

from amaranth import Cat, Const, Module, Mux, Shape, Signal, Value, signed, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import rotated
from backspike.hdl.layouts import TAG_BITS, sparse_layout
from backspike.hdl.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams
from backspike.hdl.walker import word_layout

__all__ = ["Synapses"]

#: More words than can be between the synapse memories and the write of what was learned.
IN_FLIGHT = 16


class Synapses(wiring.Component):
    """Reads a word of weights per cycle; writes learned ones back.

    With ``columns``, lane ``n`` of a dense word with rotation ``r`` is in bank ``n + r`` (modulo
    the lanes). Words of neighbouring sources have neighbouring rotations, so the weights of one
    lane in ``lanes`` such words are in different banks, and are read at once as a column.

    Timing
    ------
    Latency 2 cycles, 3 with ``columns``; throughput one word per cycle while ``o.ready`` is high.
    A dense word waits until what is being learned is written, if that is the same word (with
    ``columns``) and, with ``single_port``, in every cycle that writes one.

    Members
    -------
    i : In(stream.Signature(word_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
        The word; its row, mask, exponent and delay are valid for a sparse one, too.
    weights : Out(signed(9)).array(lanes)
        Weights of the word in ``o``, in the lanes of their targets.
    tags, delays : Out
        Likewise, in cores that have them; the delay of a column is that of its list.
    busy : Out(1)
        A word is on its way to ``o``.
    learn : In(1)
        Words are read to be learned: each is written once, in their order.
    w_en, w, w_weights, w_tags, w_delays : In
        Write the lanes of ``w.mask`` back.
    host_dense, host_sparse, host_tags, host_delays : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(word_layout(params))),
            "o": Out(stream.Signature(word_layout(params))),
            "weights": Out(signed(9)).array(params.lanes),
            "busy": Out(1),
            "learn": In(1),
            "w_en": In(1),
            "w": In(word_layout(params)),
            "w_weights": In(signed(9)).array(params.lanes),
            "host_dense": In(HOST_PORT),
            "host_sparse": In(HOST_PORT),
            **{
                name: member
                for what, shape in self._beside().items()
                for name, member in (
                    (what, Out(shape).array(params.lanes)),
                    (f"w_{what}", In(shape).array(params.lanes)),
                    (f"host_{what}", In(HOST_PORT)),
                )
            },
        })

    def _beside(self) -> dict[str, Shape]:
        """What dense synapses have beside their weights."""
        p = self.params
        shapes = {"tags": signed(TAG_BITS)} if p.has_tags else {}
        return shapes | ({"delays": unsigned(p.slot_bits)} if p.delays else {})

    def elaborate(self, platform):
        m = Module()
        p = self.params

        def lanes_of(shape: Shape) -> HostedMemory:
            return HostedMemory(
                depth=p.dense_words,
                shape=shape,
                banks=p.lanes,
                group=p.dense_group,
                per_bank=p.columns,
                one_port=p.single_port,
            )

        m.submodules.dense = dense = lanes_of(signed(p.weight_bits))
        beside = {}
        for what, shape in self._beside().items():
            m.submodules[what] = beside[what] = lanes_of(shape)
            wiring.connect(m, wiring.flipped(getattr(self, f"host_{what}")), beside[what].host)
            m.d.comb += [
                beside[what].r_en.eq(dense.r_en),
                beside[what].w_address.eq(dense.w_address),
                beside[what].w_en.eq(dense.w_en),
            ]
            read, there = beside[what].r_address, dense.r_address
            if p.columns:
                m.d.comb += [read[bank].eq(there[bank]) for bank in range(p.lanes)]
            else:
                m.d.comb += read.eq(there)
        m.submodules.sparse = sparse = HostedMemory(depth=p.sparse_words, shape=sparse_layout(p))
        wiring.connect(m, wiring.flipped(self.host_dense), dense.host)
        wiring.connect(m, wiring.flipped(self.host_sparse), sparse.host)

        # With columns, a word waits a cycle for the addresses of its banks.
        if p.columns:
            asked, asked_valid, take = self._ask(m, dense, accept := Signal())
            waits = self._lock(m, asked, take, accept) if p.learning else 0
        else:
            asked, asked_valid, accept = self.i.p, self.i.valid, Signal()
            m.d.comb += [self.i.ready.eq(accept), dense.r_address.eq(asked.address)]
            waits = 0
        if p.single_port:
            waits |= self.w_en & ~self.w.sparse
        # The memories answer for `word`; `o` is a register behind them.
        advance, passes = Signal(), Signal()
        word, word_valid = Signal(word_layout(p), reset_less=True), Signal()
        m.d.comb += [
            passes.eq(~self.o.valid | self.o.ready),
            advance.eq(~word_valid | passes),
            accept.eq(advance & asked_valid & (asked.sparse | ~waits)),
            self.busy.eq(word_valid | (asked_valid if p.columns else 0)),
            dense.r_en.eq(accept & ~asked.sparse),
            sparse.r_en.eq(accept & asked.sparse),
            sparse.r_address.eq(asked.address),
        ]
        with m.If(advance):
            m.d.sync += word_valid.eq(accept)
        with m.If(accept):
            m.d.sync += word.eq(asked)

        entry = sparse.r_data[0]
        given, weights = Signal.like(word), [Signal(signed(9)) for _ in range(p.lanes)]
        m.d.comb += given.eq(word)
        banks = [dense.r_data[bank] for bank in range(p.lanes)]
        stored = rotated(banks, word.rotate) if p.columns else banks
        for lane in range(p.lanes):
            dense_weight = Cat(Const(0, p.weight_low), stored[lane]).as_signed()
            m.d.comb += weights[lane].eq(Mux(word.sparse, entry.weight, dense_weight))
        with m.If(word.sparse):
            m.d.comb += [
                given.row.eq(entry.target >> p.lane_bits),
                given.mask.eq(1 << entry.target[: p.lane_bits]),
                given.exponent.eq(entry.exponent),
                given.delay.eq(entry.delay),
            ]
        stored_beside = {}
        for what, memory in beside.items():
            single = entry.tag if what == "tags" else entry.delay
            if what == "delays" and p.columns:
                single = Mux(word.sparse, entry.delay, word.delay)
            alone = word.sparse | (word.column if what == "delays" and p.columns else 0)
            values = [memory.r_data[bank] for bank in range(p.lanes)]
            values = rotated(values, word.rotate) if p.columns else values
            stored_beside[what] = [Mux(alone, single, values[lane]) for lane in range(p.lanes)]

        with m.If(passes):
            m.d.sync += self.o.valid.eq(word_valid)
        with m.If(passes & word_valid):
            m.d.sync += self.o.p.eq(given)
            m.d.sync += [out.eq(weight) for out, weight in zip(self.weights, weights, strict=True)]
            for what, found in stored_beside.items():
                outputs = getattr(self, what)
                m.d.sync += [out.eq(value) for out, value in zip(outputs, found, strict=True)]

        # A sparse synapse is written whole: its target and exponent are not new.
        back = self.w
        lane_weight = Signal(signed(9))
        new = {what: Signal(shape, name=f"lane_{what}") for what, shape in self._beside().items()}
        for lane in range(p.lanes):
            with m.If(back.mask[lane]):
                m.d.comb += lane_weight.eq(self.w_weights[lane])
                m.d.comb += [new[what].eq(getattr(self, f"w_{what}")[lane]) for what in new]
        writes = [back.mask[lane] for lane in range(p.lanes)]
        weights = [self.w_weights[lane] >> p.weight_low for lane in range(p.lanes)]
        if p.columns:
            writes, weights = (rotated(values, -back.rotate) for values in (writes, weights))
        for what, memory in beside.items():
            values = list(getattr(self, f"w_{what}"))
            values = rotated(values, -back.rotate) if p.columns else values
            for bank in range(p.lanes):
                m.d.comb += memory.w_data[bank].eq(values[bank])
        for bank in range(p.lanes):
            m.d.comb += [
                dense.w_en[bank].eq(self.w_en & ~back.sparse & writes[bank]),
                dense.w_data[bank].eq(weights[bank]),
            ]
        m.d.comb += [
            dense.w_address.eq(back.address),
            sparse.w_address.eq(back.address),
            sparse.w_en.eq(self.w_en & back.sparse),
            sparse.w_data[0].weight.eq(lane_weight),
            sparse.w_data[0].exponent.eq(back.exponent),
            sparse.w_data[0].delay.eq(new.get("delays", back.delay)),
        ]
        if p.has_tags:
            m.d.comb += sparse.w_data[0].tag.eq(new["tags"])
        lane_number = Signal(range(max(2, p.lanes)))
        for lane in range(p.lanes):
            with m.If(back.mask[lane]):
                m.d.comb += lane_number.eq(lane)
        m.d.comb += sparse.w_data[0].target.eq((back.row << p.lane_bits) + lane_number)
        return m

    def _ask(self, m: Module, dense: HostedMemory, accept: Signal) -> tuple:
        """Registers for the next word and the addresses of its banks; whether they hold one, and
        take one."""
        p = self.params
        asked, valid, take = Signal(word_layout(p), reset_less=True), Signal(), Signal()
        given = self.i.p
        m.d.comb += [
            take.eq(~valid | accept),
            self.i.ready.eq(take),
        ]
        with m.If(take):
            m.d.sync += valid.eq(self.i.valid)
        with m.If(take & self.i.valid):
            m.d.sync += asked.eq(given)
        steps = rotated([given.stride * n for n in range(p.lanes)], -given.rotate)
        for bank, step in enumerate(steps):
            offset = Signal.like(dense.r_address[bank], name=f"offset{bank}", reset_less=True)
            with m.If(take & self.i.valid):
                m.d.sync += offset.eq(Mux(given.column, step, 0))
            m.d.comb += dense.r_address[bank].eq(asked.address + offset)
        return asked, valid, take

    def _lock(self, m: Module, asked, take: Signal, accept: Signal) -> Value:
        """Whether the word in ``asked`` is being learned, and not yet written: a ring remembers
        what was read to learn."""
        newest, oldest = Signal(IN_FLIGHT, init=1), Signal(IN_FLIGHT, init=1)
        hits = Signal(IN_FLIGHT)
        pushes, pops = accept & self.learn, self.w_en
        again = ~asked.sparse & (asked.address == self.i.p.address)
        with m.If(pushes):
            m.d.sync += newest.eq(newest.rotate_left(1))
        with m.If(pops):
            m.d.sync += oldest.eq(oldest.rotate_left(1))
        for n in range(IN_FLIGHT):
            place = Signal.like(asked.address, name=f"place{n}", reset_less=True)
            full, dense = Signal(name=f"full{n}"), Signal(name=f"dense{n}", reset_less=True)
            pushed, kept = pushes & newest[n], full & ~(pops & oldest[n])
            m.d.sync += full.eq(pushed | kept)
            with m.If(pushed):
                m.d.sync += [place.eq(asked.address), dense.eq(~asked.sparse)]
            with m.If(take):
                m.d.sync += hits[n].eq(
                    Mux(pushed, again, kept & dense & (place == self.i.p.address))
                )
            with m.Else():
                m.d.sync += hits[n].eq(hits[n] & kept)
        return hits.any()
