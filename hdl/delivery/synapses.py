"""Synapse memories: words of dense lists and single synapses of sparse ones, in one stream."""

from amaranth import Cat, Const, Module, Mux, Shape, Signal, Value, signed, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TAG_BITS, sparse_layout
from backspike.hdl.lib.arith import rotated
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import delivered_weight, word_layout

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
    Latency 3 cycles, 4 with ``columns``; throughput one word per cycle while ``o.ready`` is high.
    A dense word waits until what is being learned is written, if that is the same word (with
    ``columns``) and, with ``single_port``, in every cycle that writes one.
    In a ``compact`` core latency 1 cycle, a word every other cycle, and none while one is being
    learned.

    Members
    -------
    i : In(stream.Signature(word_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
        The word; its row, mask, exponent and delay are valid for a sparse one, too.
    weights : Out(signed(9)).array(lanes)
        Weights of the word in ``o``, in the lanes of their targets; to deliver, with the sign that
        the list asks for (10 bits with ``columns``).
    tags, delays : Out
        Likewise, in cores that have them; the delay of a column is that of its list.
    busy : Out(1)
        A word is on its way to ``o``, or being written.
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
            "weights": Out(delivered_weight(params)).array(params.lanes),
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
        learning = Signal()  # a word, in a core that learns one at a time
        waiting = p.columns and not p.compact
        if waiting:
            asked, asked_valid, take = self._ask(m, dense, accept := Signal())
            waits = self._lock(m, asked, asked_valid, take, accept) if p.learning else 0
        else:
            asked, asked_valid, accept = self.i.p, self.i.valid, Signal()
            if p.columns:
                apart = self._apart(asked)
                places = zip(dense.r_address, apart, strict=True)
                m.d.comb += [place.eq(asked.address + offset) for place, offset in places]
            else:
                m.d.comb += dense.r_address.eq(asked.address)
            waits = 0
        if p.single_port:
            waits |= dense.w_en.any()
        # The memories answer for `word`; `read` are registers behind them.
        word, word_valid = Signal(word_layout(p), reset_less=True), Signal()
        read, read_valid = Signal(word_layout(p), reset_less=True), Signal()
        m.submodules.words = words = StreamBuffer(self._outputs(), depth=0 if p.compact else 2)
        moves, pauses = words.i.ready, 0
        if p.compact:
            moves, pauses = words.i.ready | ~word_valid, learning | word_valid
        takes = moves & ~pauses & (asked.sparse | ~waits)
        if not waiting:
            m.d.comb += self.i.ready.eq(takes)
        m.d.comb += [
            accept.eq(takes & asked_valid),
            self.busy.eq(
                word_valid
                | read_valid
                | (asked_valid if waiting else 0)
                | dense.w_en.any()
                | sparse.w_en.any()
            ),
            dense.r_en.eq(accept & ~asked.sparse),
            sparse.r_en.eq(accept & asked.sparse),
            sparse.r_address.eq(asked.address),
        ]
        if p.compact:
            written = Signal()
            m.d.sync += written.eq(self.w_en)
            m.d.sync += learning.eq((accept & self.learn) | (learning & ~written))
            m.d.comb += [read_valid.eq(word_valid), read.eq(word)]
        else:
            with m.If(moves):
                m.d.sync += [read_valid.eq(word_valid), read.eq(word)]
        with m.If(moves):
            m.d.sync += [word_valid.eq(accept), word.eq(asked)]

        def behind(memory: HostedMemory, name: str) -> list[Signal]:
            if p.compact:
                return list(memory.r_data)
            after = [Signal.like(bank, name=f"{name}{n}") for n, bank in enumerate(memory.r_data)]
            with m.If(moves):
                m.d.sync += [register.eq(memory.r_data[n]) for n, register in enumerate(after)]
            return after

        entry = behind(sparse, "entry")[0]
        banks = {"weights": behind(dense, "weight")}
        banks |= {what: behind(memory, what) for what, memory in beside.items()}
        self._arrange(m, words.i.p, read, banks, entry)
        m.d.comb += [
            words.i.valid.eq(read_valid),
            self.o.valid.eq(words.o.valid),
            self.o.p.eq(words.o.p.word),
            words.o.ready.eq(self.o.ready),
        ]
        for what in banks:
            given = getattr(words.o.p, what)
            m.d.comb += [here.eq(given[n]) for n, here in enumerate(getattr(self, what))]
        self._write_back(m, dense, sparse, beside)
        return m

    def _outputs(self) -> data.StructLayout:
        """A word with what each lane has."""
        p = self.params
        lanes = {"weights": delivered_weight(p)} | self._beside()
        return data.StructLayout({
            "word": word_layout(p),
            **{name: data.ArrayLayout(shape, p.lanes) for name, shape in lanes.items()},
        })

    def _arrange(self, m: Module, given, read, banks: dict[str, list[Signal]], entry) -> None:
        """Put what was read into the lanes of its targets."""
        p = self.params
        m.d.comb += given.word.eq(read)
        with m.If(read.sparse):
            m.d.comb += [
                given.word.row.eq(entry.target >> p.lane_bits),
                given.word.mask.eq(1 << entry.target[: p.lane_bits]),
                given.word.exponent.eq(entry.exponent),
                given.word.delay.eq(entry.delay),
            ]
        for what, values in banks.items():
            alone, single = read.sparse, entry.delay
            if what == "weights":
                values = [Cat(Const(0, p.weight_low), value).as_signed() for value in values]
                single = entry.weight
            elif what == "tags":
                single = entry.tag
            elif p.columns:
                alone, single = read.sparse | read.column, Mux(read.sparse, entry.delay, read.delay)
            values = rotated(values, read.rotate) if p.columns else values
            values = [Mux(alone, single, value) for value in values]
            if what == "weights" and p.columns:
                negated = read.negate & ~self.learn
                values = [Mux(negated, -value, value) for value in values]
            m.d.comb += [getattr(given, what)[n].eq(value) for n, value in enumerate(values)]

    def _write_back(self, m: Module, dense, sparse, beside: dict[str, HostedMemory]) -> None:
        """Write what was learned, a cycle after it comes."""
        p = self.params
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
                m.d.sync += memory.w_data[bank].eq(values[bank])
        for bank in range(p.lanes):
            m.d.sync += [
                dense.w_en[bank].eq(self.w_en & ~back.sparse & writes[bank]),
                dense.w_data[bank].eq(weights[bank]),
            ]
        m.d.sync += [
            dense.w_address.eq(back.address),
            sparse.w_address.eq(back.address),
            sparse.w_en.eq(self.w_en & back.sparse),
            sparse.w_data[0].weight.eq(lane_weight),
            sparse.w_data[0].exponent.eq(back.exponent),
            sparse.w_data[0].delay.eq(new.get("delays", back.delay)),
        ]
        if p.has_tags:
            m.d.sync += sparse.w_data[0].tag.eq(new["tags"])
        lane_number = Signal(range(max(2, p.lanes)))
        for lane in range(p.lanes):
            with m.If(back.mask[lane]):
                m.d.comb += lane_number.eq(lane)
        m.d.sync += sparse.w_data[0].target.eq((back.row << p.lane_bits) + lane_number)

    def _apart(self, word) -> list[Value]:
        """How far behind the address of a word each bank reads."""
        p = self.params
        if p.lanes == 1:
            return [Const(0)]
        return [word.stride * (bank - word.rotate)[: p.lane_bits] for bank in range(p.lanes)]

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
            m.d.sync += [valid.eq(self.i.valid), asked.eq(given)]
        for bank, apart in enumerate(self._apart(given)):
            offset = Signal.like(dense.r_address[bank], name=f"offset{bank}", reset_less=True)
            with m.If(take):
                m.d.sync += offset.eq(apart)
            m.d.comb += dense.r_address[bank].eq(asked.address + offset)
        return asked, valid, take

    def _lock(self, m: Module, asked, asked_valid, take: Signal, accept: Signal) -> Value:
        """Whether the word in ``asked`` is being learned, and not yet written: a ring remembers
        what was read to learn."""
        newest, oldest = Signal(IN_FLIGHT, init=1), Signal(IN_FLIGHT, init=1)
        hits = Signal(IN_FLIGHT)
        pushes, pops = accept & self.learn, Signal()
        m.d.sync += pops.eq(self.w_en)
        learned = asked_valid & self.learn  # is pushed if the next word is taken
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
                    Mux(learned & newest[n], again, kept & dense & (place == self.i.p.address))
                )
            with m.Else():
                m.d.sync += hits[n].eq(hits[n] & kept)
        return hits.any()
