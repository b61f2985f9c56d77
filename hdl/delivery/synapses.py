"""Synapse memories: words of dense lists and single synapses of sparse ones, in one stream."""

from amaranth import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.delivery.bank_addresses import BankAddresses
from backspike.hdl.delivery.in_flight import InFlight
from backspike.hdl.delivery.lane_arranger import LaneArranger, arranged_layout, lane_shapes
from backspike.hdl.delivery.synapse_banks import SynapseBanks
from backspike.hdl.delivery.synapse_writer import SynapseWriter
from backspike.hdl.delivery.word_reader import CompactReader, PipelinedReader
from backspike.hdl.lib.arrays import each
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.lib.stream_buffer import register_slice
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout
from backspike.hdl.ports import WriteBack

__all__ = ["Synapses"]


class Synapses(wiring.Component):
    """Reads a word of weights per cycle; writes learned ones back.

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
    learned : In(WriteBack(params))
        What was learned.
    host_dense, host_sparse, host_tags, host_delays : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        lanes = lane_shapes(p)
        memories = ["dense", "sparse", *(name for name in lanes if name != "weights")]
        super().__init__({
            "i": In(stream.Signature(word_layout(p))),
            "o": Out(stream.Signature(word_layout(p))),
            **{name: Out(shape).array(p.lanes) for name, shape in lanes.items()},
            "busy": Out(1),
            "learn": In(1),
            "learned": In(WriteBack(p)),
            **{f"host_{name}": In(HOST_PORT) for name in memories},
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.banks = banks = SynapseBanks(p)
        m.submodules.addresses = addresses = BankAddresses(p)
        m.submodules.reader = reader = CompactReader(p) if p.compact else PipelinedReader(p)
        m.submodules.arranger = arranger = LaneArranger(p)
        m.submodules.words = words = register_slice(p, arranged_layout(p))
        m.submodules.writer = writer = SynapseWriter(p)
        for name in self.signature.members:
            if name.startswith("host_"):
                connect(m, flipped(getattr(self, name)), getattr(banks, name))
        connect(m, flipped(self.i), addresses.i)
        connect(m, addresses.o, reader.i)
        connect(m, flipped(self.learned), writer.learned)
        connect(m, writer.write, banks.write)
        m.d.comb += [
            *each(banks.addresses, addresses.addresses),
            banks.entry_address.eq(addresses.o.p.address),
            banks.dense_en.eq(reader.dense_en),
            banks.sparse_en.eq(reader.sparse_en),
            reader.stored.eq(banks.stored),
            reader.learn.eq(self.learn),
            reader.written.eq(self.learned.en),
            reader.locked.eq(self._lock(m, addresses, writer)),
            arranger.i.eq(reader.o.p),
            arranger.learn.eq(self.learn),
            words.i.valid.eq(reader.o.valid),
            words.i.p.eq(arranger.o),
            reader.o.ready.eq(words.i.ready),
            self.o.valid.eq(words.o.valid),
            self.o.p.eq(words.o.p.word),
            words.o.ready.eq(self.o.ready),
            self.busy.eq(
                (addresses.o.valid if addresses.registered else 0)
                | reader.busy
                | writer.write.dense_en.any()
                | writer.write.sparse_en
            ),
        ]
        for name in lane_shapes(p):
            m.d.comb += [
                port.eq(words.o.p[name][lane]) for lane, port in enumerate(getattr(self, name))
            ]
        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        if addresses.registered and p.learning:
            dense = reader.dense_en & writer.write.dense_en.any()
            contract.holds(
                "no word is read while it is written",
                addresses.o.p.address != writer.write.address,
                where=dense & self.learn,
            )
            contract.reached("a word is read while another is written", dense & self.learn)
        return m

    def _lock(self, m: Module, addresses: BankAddresses, writer: SynapseWriter):
        """A dense word must wait: it is being learned, or the only port writes."""
        locked = writer.write.dense_en.any() if self.params.single_port else 0
        if not (addresses.registered and self.params.learning):
            return locked
        m.submodules.in_flight = lock = InFlight(self.params)
        m.d.comb += [
            lock.learn.eq(self.learn),
            lock.offered.eq(self.i.p),
            lock.moves.eq(addresses.i.ready),
            lock.waiting.eq(addresses.o.p),
            lock.valid.eq(addresses.o.valid),
            lock.read.eq(addresses.o.valid & addresses.o.ready),
            lock.written.eq(self.learned.en),
        ]
        return locked | lock.locked
