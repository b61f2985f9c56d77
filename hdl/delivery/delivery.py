"""Delivery: from spikes to the words of their synapse lists, to deliver or to learn."""

from amaranth import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.delivery.axon_scanner import AxonScanner
from backspike.hdl.delivery.list_fetch import ListFetch
from backspike.hdl.delivery.list_planner import ListPlanner
from backspike.hdl.delivery.list_walker import ListWalker
from backspike.hdl.delivery.synapses import Synapses
from backspike.hdl.host_ports import Counts, MemoryPorts, RegisterValues
from backspike.hdl.lib.arrays import each
from backspike.hdl.lib.optional import when
from backspike.hdl.lib.stream_buffer import register_slice
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout, served_axon_layout, word_layout
from backspike.hdl.ports import (
    DeliveredWord,
    LearnedWord,
    Phase,
    RewardPort,
    WriteBack,
    activity_reader,
    trace_reader,
)

__all__ = ["Delivery"]

#: Memories that belong to this cluster, by name in ``host_map.MEMORIES``.
OWN = ("axons", "lists", "rules", "dense", "sparse", "tags", "delays")


class Delivery(wiring.Component):
    """Axon scanner, list fetch, planner, walker and synapse memories, in a chain.

    Members
    -------
    phase : In(Phase())
        Busy until the last word is in ``deliver`` or taken from ``learn``.
    learning : In(1)
        Serve the lists of learning, rather than those of spikes; must stay from the cycle before
        ``phase.start`` on.
    registers : In(RegisterValues(params))
    scan, walk : Out(activity_reader(params))
        Active rows of the axons to serve, and of postsynaptic neurons.
    traces : Out(trace_reader(params, "x"))
    reports : Out(stream.Signature(row_spikes_layout(params)))
        Rows of spikes to report.
    rewards : Out(RewardPort(params))
    deliver : Out(DeliveredWord(params))
    learn : Out(LearnedWord(params))
    write_back : In(WriteBack(params))
        Learned words; this and ``learn`` only in a core that learns.
    counts : Out(Counts("lists", "lists_learned"))
    memories : In(MemoryPorts(params, *OWN))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "phase": In(Phase()),
            "learning": In(1),
            "registers": In(RegisterValues(params)),
            "scan": Out(activity_reader(params)),
            "walk": Out(activity_reader(params)),
            "traces": Out(trace_reader(params, "x")),
            "reports": Out(stream.Signature(row_spikes_layout(params))),
            "rewards": Out(RewardPort(params)),
            "deliver": Out(DeliveredWord(params)),
            **when(
                params.learning,
                {"learn": Out(LearnedWord(params)), "write_back": In(WriteBack(params))},
            ),
            "counts": Out(Counts("lists", "lists_learned")),
            "memories": In(MemoryPorts(params, *OWN)),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.scanner = scanner = AxonScanner(p)
        m.submodules.found = found = register_slice(p, served_axon_layout(p), compact=1)
        m.submodules.lists = lists = ListFetch(p)
        m.submodules.planner = planner = ListPlanner(p)
        m.submodules.walker = walker = ListWalker(p)
        m.submodules.walked = walked = register_slice(p, word_layout(p))
        m.submodules.synapses = synapses = Synapses(p)
        connect(m, scanner.o, found.i)
        connect(m, found.o, lists.i)
        connect(m, lists.o, planner.i)
        connect(m, planner.o, walker.i)
        connect(m, walker.o, walked.i)
        connect(m, walked.o, synapses.i)
        for name in ("registers", "scan", "traces", "reports"):
            connect(m, flipped(getattr(self, name)), getattr(scanner, name))
        connect(m, walker.walk, flipped(self.walk))
        connect(m, walker.rewards, flipped(self.rewards))
        for name in self.memories.signature.members:
            of_lists = getattr(lists.memories, name, None)
            memory = of_lists or getattr(synapses, f"host_{name}")
            connect(m, flipped(getattr(self.memories, name)), memory)
        m.d.comb += [
            scanner.phase.start.eq(self.phase.start),
            scanner.learn.eq(self.learning),
            lists.learn.eq(self.learning),
            planner.learn.eq(self.learning),
            self.phase.busy.eq(
                scanner.phase.busy
                | found.o.valid
                | lists.busy
                | planner.o.valid
                | walker.busy
                | walked.o.valid
                | synapses.busy
                | synapses.o.valid
            ),
            self.counts.lists.eq(walker.n_lists & ~self.learning),
            self.counts.lists_learned.eq(walker.n_lists & self.learning),
        ]
        self._deliver(m, synapses)
        if p.learning:
            self._learn(m, synapses)
        return m

    def _deliver(self, m: Module, synapses: Synapses) -> None:
        """Offer words to the accumulators, which take each at once."""
        m.d.comb += [
            self.deliver.valid.eq(synapses.o.valid & ~self.learning),
            self.deliver.word.eq(synapses.o.p),
            synapses.o.ready.eq(1),
            *each(self.deliver.weights, synapses.weights),
        ]
        if self.params.delays:
            m.d.comb += each(self.deliver.delays, synapses.delays)

    def _learn(self, m: Module, synapses: Synapses) -> None:
        """Offer words to the learning engine, and take them back."""
        connect(m, flipped(self.write_back), synapses.learned)
        m.d.comb += [
            synapses.learn.eq(self.learning),
            self.learn.word.valid.eq(synapses.o.valid & self.learning),
            self.learn.word.p.eq(synapses.o.p),
            synapses.o.ready.eq(self.learn.word.ready | ~self.learning),
        ]
        for name in self.learn.signature.members:
            if name != "word":
                m.d.comb += each(getattr(self.learn, name), getattr(synapses, name))
