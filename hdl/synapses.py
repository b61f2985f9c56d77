"""Synapse memories: words of dense lists and single synapses of sparse ones, in one stream."""

from amaranth import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import sparse_layout
from backspike.hdl.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams
from backspike.hdl.walker import word_layout

__all__ = ["Synapses"]


class Synapses(wiring.Component):
    """Reads a word of weights per cycle; writes learned ones back.

    Timing
    ------
    Latency 1 cycle, throughput one word per cycle while ``o.ready`` is high. A word that is
    written must not be read in the same cycle (no list is walked twice in a learning phase).

    Members
    -------
    i : In(stream.Signature(word_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
        The word; its row, mask, exponent and delay are valid for a sparse one, too.
    weights : Out(signed(9)).array(lanes)
        Weights of the word in ``o``, in the lanes of their targets.
    w_en, w, w_weights : In
        Write the lanes of ``w.mask`` back.
    host_dense, host_sparse : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(word_layout(params))),
            "o": Out(stream.Signature(word_layout(params))),
            "weights": Out(signed(9)).array(params.lanes),
            "w_en": In(1),
            "w": In(word_layout(params)),
            "w_weights": In(signed(9)).array(params.lanes),
            "host_dense": In(HOST_PORT),
            "host_sparse": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.dense = dense = HostedMemory(
            depth=p.dense_words, shape=signed(p.weight_bits), banks=p.lanes, group=p.dense_group
        )
        m.submodules.sparse = sparse = HostedMemory(depth=p.sparse_words, shape=sparse_layout(p))
        wiring.connect(m, wiring.flipped(self.host_dense), dense.host)
        wiring.connect(m, wiring.flipped(self.host_sparse), sparse.host)

        advance = Signal()
        word = Signal(word_layout(p), reset_less=True)
        accept = advance & self.i.valid
        m.d.comb += [
            advance.eq(~self.o.valid | self.o.ready),
            self.i.ready.eq(advance),
            dense.r_en.eq(accept & ~self.i.p.sparse),
            dense.r_address.eq(self.i.p.address),
            sparse.r_en.eq(accept & self.i.p.sparse),
            sparse.r_address.eq(self.i.p.address),
        ]
        with m.If(advance):
            m.d.sync += self.o.valid.eq(self.i.valid)
        with m.If(accept):
            m.d.sync += word.eq(self.i.p)

        entry = sparse.r_data[0]
        m.d.comb += self.o.p.eq(word)
        for lane in range(p.lanes):
            stored = Cat(Value.cast(0)[: p.weight_low], dense.r_data[lane]).as_signed()
            m.d.comb += self.weights[lane].eq(Mux(word.sparse, entry.weight, stored))
        with m.If(word.sparse):
            m.d.comb += [
                self.o.p.row.eq(entry.target >> p.lane_bits),
                self.o.p.mask.eq(1 << entry.target[: p.lane_bits]),
                self.o.p.exponent.eq(entry.exponent),
                self.o.p.delay.eq(entry.delay),
            ]

        # A sparse synapse is written whole: only its weight is new.
        back = self.w
        lane_weight = Signal(signed(9))
        for lane in range(p.lanes):
            with m.If(back.mask[lane]):
                m.d.comb += lane_weight.eq(self.w_weights[lane])
            m.d.comb += [
                dense.w_en[lane].eq(self.w_en & ~back.sparse & back.mask[lane]),
                dense.w_data[lane].eq(self.w_weights[lane] >> p.weight_low),
            ]
        m.d.comb += [
            dense.w_address.eq(back.address),
            sparse.w_address.eq(back.address),
            sparse.w_en.eq(self.w_en & back.sparse),
            sparse.w_data[0].weight.eq(lane_weight),
            sparse.w_data[0].exponent.eq(back.exponent),
            sparse.w_data[0].delay.eq(back.delay),
        ]
        lane_number = Signal(range(max(2, p.lanes)))
        for lane in range(p.lanes):
            with m.If(back.mask[lane]):
                m.d.comb += lane_number.eq(lane)
        m.d.comb += sparse.w_data[0].target.eq((back.row << p.lane_bits) + lane_number)
        return m
