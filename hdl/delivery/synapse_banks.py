"""Memories of synapses: banks of weights, tags and delays, and single synapses."""

from amaranth import Module, Shape, signed, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import TAG_BITS, sparse_layout
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams

__all__ = ["SynapseBanks", "SynapseWrite", "banked_shapes", "stored_layout"]


def banked_shapes(p: CoreParams) -> dict[str, Shape]:
    """Parts of a dense synapse, in banks of a memory each, by the name of their ports."""
    shapes = {"weights": signed(p.weight_bits)}
    if p.has_tags:
        shapes["tags"] = signed(TAG_BITS)
    if p.delays:
        shapes["delays"] = unsigned(p.slot_bits)
    return shapes


def stored_layout(p: CoreParams) -> data.StructLayout:
    """Content of the memories for a word: by bank, if it is dense, or the single synapse."""
    return data.StructLayout({
        **{name: data.ArrayLayout(shape, p.lanes) for name, shape in banked_shapes(p).items()},
        "entry": sparse_layout(p),
    })


class SynapseWrite(wiring.Signature):
    """A write port of the memories, seen by what writes.

    Members
    -------
    dense_en : Out(lanes)
        Write these banks.
    sparse_en : Out(1)
        Write the single synapse.
    address : Out
        Word.
    stored : Out(stored_layout(params))
        What to write.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "dense_en": Out(params.lanes),
            "sparse_en": Out(1),
            "address": Out(range(max(params.dense_words, params.sparse_words))),
            "stored": Out(stored_layout(params)),
        })


class SynapseBanks(wiring.Component):
    """One memory each for weights, tags and delays of dense words, and one for single synapses.

    Timing: one read and one write per cycle, see :class:`backspike.hdl.lib.memory.HostedMemory`;
    with ``single_port``, no read of a dense word while one is written.

    Members
    -------
    dense_en, sparse_en : In(1)
        Read a dense word, or a single synapse.
    addresses : In.array(lanes)
        Word of each bank; they are equal without ``columns``.
    entry_address : In
        Single synapse.
    stored : Out(stored_layout(params))
        What was read last, of each kind.
    write : In(SynapseWrite(params))
    host_dense, host_sparse, host_tags, host_delays : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        beside = [name for name in banked_shapes(p) if name != "weights"]
        super().__init__({
            "dense_en": In(1),
            "sparse_en": In(1),
            "addresses": In(range(p.dense_words)).array(p.lanes),
            "entry_address": In(range(p.sparse_words)),
            "stored": Out(stored_layout(p)),
            "write": In(SynapseWrite(p)),
            **{f"host_{name}": In(HOST_PORT) for name in ("dense", "sparse", *beside)},
        })

    def elaborate(self, platform):
        m = Module()
        for name, shape in banked_shapes(self.params).items():
            self._add_banks(m, name, shape)
        write = self.write
        m.submodules.sparse = sparse = HostedMemory(
            depth=self.params.sparse_words, shape=sparse_layout(self.params)
        )
        connect(m, flipped(self.host_sparse), sparse.host)
        m.d.comb += [
            sparse.r_en.eq(self.sparse_en),
            sparse.r_address.eq(self.entry_address),
            self.stored.entry.eq(sparse.r_data[0]),
            sparse.w_en.eq(write.sparse_en),
            sparse.w_address.eq(write.address),
            sparse.w_data[0].eq(write.stored.entry),
        ]
        return m

    def _add_banks(self, m: Module, name: str, shape: Shape) -> None:
        """The memory of one part of dense synapses."""
        p, write = self.params, self.write
        banks = HostedMemory(
            depth=p.dense_words,
            shape=shape,
            banks=p.lanes,
            group=p.dense_group,
            per_bank=p.columns,
            one_port=p.single_port,
        )
        known_as = "dense" if name == "weights" else name
        m.submodules[known_as] = banks
        connect(m, flipped(getattr(self, f"host_{known_as}")), banks.host)
        m.d.comb += [
            banks.r_en.eq(self.dense_en),
            banks.w_en.eq(write.dense_en),
            banks.w_address.eq(write.address),
        ]
        if p.columns:
            m.d.comb += [banks.r_address[n].eq(self.addresses[n]) for n in range(p.lanes)]
        else:
            m.d.comb += banks.r_address.eq(self.addresses[0])
        for bank in range(p.lanes):
            m.d.comb += [
                self.stored[name][bank].eq(banks.r_data[bank]),
                banks.w_data[bank].eq(write.stored[name][bank]),
            ]
