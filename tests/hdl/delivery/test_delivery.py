# amaranth: UnusedElaboratable=no
"""Words of random lists, to deliver and to learn, against a plain walk of the memories."""

from collections import deque

import numpy as np
import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.hdl import layouts
from backspike.hdl.delivery.delivery import Delivery
from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.layouts import ListKind, Visit
from backspike.hdl.packing import pack_lanes, pack_weights, unpack_weights
from backspike.sim.engines.simulate import simulate

DENSE, SPARSE, REWARD, COLUMN = (kind.value for kind in ListKind)
SPIKED, TRACED, ALWAYS = (visit.value for visit in Visit)
N_LISTS, MOST_SYNAPSES = 32, 3


class WithActivity(wiring.Elaboratable):
    def __init__(self, p):
        self.delivery, self.activity = Delivery(p), Activity(p)

    def elaborate(self, platform):
        m = Module()
        m.submodules.delivery, m.submodules.activity = self.delivery, self.activity
        wiring.connect(m, self.delivery.scan, self.activity.scan)
        wiring.connect(m, self.delivery.walk, self.activity.walk)
        return m


class Memories:
    """Random lists, each of one axon, and their synapses; and what a plain walk finds in them."""

    def __init__(self, p, words):
        self.p, self.rng = p, words.rng
        rng, step = words.rng, 1 << p.weight_low
        size = p.dense_words, p.lanes
        self.dense = np.reshape(
            [rng.randrange(-256, 256, step) for _ in range(size[0] * size[1])], size
        )
        self.delays = np.reshape([rng.randrange(7) for _ in range(size[0] * size[1])], size)
        self.sparse = words.many(layouts.sparse_layout(p), p.sparse_words)
        self.rules = [
            words.fields(layouts.rule_layout(p), post=rng.choice([SPIKED, ALWAYS]))
            for _ in range(p.rules)
        ]
        self.lists = [self._list(words, number) for number in range(p.lists)]
        self.axons = []
        first = 0
        for _ in range(p.axons):
            n = min(rng.randrange(4), p.lists - first)
            axon = {"list": first % p.lists, "silent": rng.randrange(n + 1)}
            self.axons.append(axon | {"lists": n - axon["silent"], "plastic": rng.randrange(n + 1)})
            first += n
        self.spikes = [int(rng.random() < 0.6) for _ in range(p.axons)]
        self.traces = [rng.choice([0, 0, 1, 127]) for _ in range(p.axons)]

    def _list(self, words, number):
        p, rng = self.p, self.rng
        entry = words.fields(layouts.list_layout(p))
        row = rng.randrange(p.compartment_rows)
        entry |= {"row": row, "count": rng.randrange((p.compartment_rows - row) * p.lanes + 1)}
        if entry["kind"] == SPARSE:
            entry |= {"count": rng.randrange(MOST_SYNAPSES + 1), "address": number * MOST_SYNAPSES}
        elif entry["kind"] != REWARD:
            entry["address"] = rng.randrange(8)
        if p.columns:
            entry["post"] = rng.randrange(row + 1)
        return entry

    def row_bits(self, row):
        first = row * self.p.lanes
        return sum(bit << n for n, bit in enumerate(self.spikes[first : first + self.p.lanes]))

    def delivered(self):
        """Row, exponent, and weight and delay by lane, of each word; then rewards, and lists."""
        result, rewards, n_lists = [], [], 0
        for axon in (entry for n, entry in enumerate(self.axons) if self.spikes[n]):
            first = axon["list"] + axon["silent"]
            for entry in self.lists[first : first + axon["lists"]]:
                n_lists += 1
                if entry["kind"] == REWARD:
                    rewards.append((entry["address"] % 256 + 128) % 256 - 128)
                elif entry["kind"] == SPARSE:
                    result += self._single(entry)
                elif entry["kind"] == DENSE or self.p.columns:
                    result += self._rows(entry)
        return result, rewards, n_lists

    def _single(self, entry):
        sign = -1 if entry.get("negate") else 1
        for synapse in self.sparse[entry["address"] : entry["address"] + entry["count"]]:
            row, lane = divmod(synapse["target"], self.p.lanes)
            yield row, synapse["exponent"], {lane: (sign * synapse["weight"], synapse["delay"])}

    def _rows(self, entry):
        sign = -1 if entry.get("negate") else 1
        for k, synapses in enumerate(self._places(entry)):
            by_lane = {}
            for lane, (word, bank) in enumerate(synapses):
                listed = entry["kind"] == COLUMN or not self.p.delays
                delay = entry["delay"] if listed else int(self.delays[word, bank])
                by_lane[lane] = sign * int(self.dense[word, bank]), delay
            yield entry["row"] + k, entry["exponent"], by_lane

    def _places(self, entry):
        """Word and bank of every synapse, row by row."""
        lanes, rotate = self.p.lanes, entry.get("rotate", 0)
        stride = entry.get("post") or layouts.widest_stride(self.p)
        for first in range(0, entry["count"], lanes):
            synapses = range(first, min(first + lanes, entry["count"]))
            words = [n * stride if entry["kind"] == COLUMN else n // lanes for n in synapses]
            yield [
                (entry["address"] + word, (n + rotate) % lanes)
                for n, word in zip(synapses, words, strict=True)
            ]

    def learned(self, visit):
        """Row, source and weights by lane of each word, which then learns; and lists."""
        result, n_lists = [], 0
        for number, axon in enumerate(self.axons):
            source = {"x0": self.spikes[number], "x1": self.traces[number]}
            if not self._admits(visit, source):
                continue
            for entry in self.lists[axon["list"] : axon["list"] + axon["plastic"]]:
                n_lists += 1
                rule = self.rules[entry["rule"]]
                if self._admits(rule["pre"], source):
                    for row, weights in self._learn(entry, rule):
                        result.append((row, source, weights))
        return result, n_lists

    @staticmethod
    def _admits(visit, source):
        return source["x0"] or visit == ALWAYS or (visit == TRACED and source["x1"])

    def _learn(self, entry, rule):
        """Words with their weights as they are read; afterwards they are those of ``taught``."""
        p = self.p
        if entry["kind"] == SPARSE:
            for synapse in self.sparse[entry["address"] : entry["address"] + entry["count"]]:
                row, lane = divmod(synapse["target"], p.lanes)
                yield row, {lane: synapse["weight"]}
                synapse["weight"] = taught(synapse["weight"])
        elif entry["kind"] == DENSE:
            for k, synapses in enumerate(self._places(entry)):
                row = (entry["post"] if p.columns else entry["row"]) + k
                if rule["post"] == ALWAYS or self.row_bits(row):
                    yield row, {n: int(self.dense[place]) for n, place in enumerate(synapses)}
                    for place in synapses:
                        self.dense[place] = taught(int(self.dense[place]))

    async def load(self, ctx, dut, bus):
        """All memories and the spikes of the step."""
        p, ports = self.p, dut.delivery.memories
        for name in ("axons", "lists", "sparse", *(["rules"] if p.learning else [])):
            layout = getattr(layouts, f"{name.removesuffix('s')}_layout")(p)
            cycles = 1 + (p.halves_tables and name in ("axons", "lists"))
            await bus.load(ctx, getattr(ports, name), layout, getattr(self, name), cycles)
        groups = {"dense": pack_weights(p, self.dense)}
        if p.delays:
            groups["delays"] = pack_lanes(p, self.delays, p.slot_bits)
        for name, content in groups.items():
            for address, word in enumerate(content.tolist()):
                await bus.host_write(ctx, getattr(ports, name), address, word)
        fired = dut.activity.fired
        ctx.set(fired.valid, 1)
        for row in reversed(range(p.rows)):
            ctx.set(fired.first, row == p.rows - 1)
            ctx.set(fired.spikes, {"row": row, "bits": self.row_bits(row)})
            await ctx.tick()
        ctx.set(fired.valid, 0)


def taught(weight):
    """Any other weight that memories of all widths can hold."""
    return -256 if weight == 0 else weight // 2 // 8 * 8


def sized(small, lanes, **changes):
    sizes = {"lists": N_LISTS, "sparse_words": N_LISTS * MOST_SYNAPSES, "dense_words": 64}
    return small(lanes, 4, 2, **(sizes | changes))


async def start(ctx, phase):
    ctx.set(phase.start, 1)
    await ctx.tick()
    ctx.set(phase.start, 0)


@pytest.mark.parametrize(
    ("lanes", "changes"),
    [
        (1, {}),
        (4, {}),
        (4, {"delays": True}),
        (2, {"columns": False, "learning": False, "weight_bits": 4}),
        (4, {"compact": True, "weight_bits": 8}),
    ],
)
def test_words_to_deliver(lanes, changes, words, bus, small):
    p, rng = sized(small, lanes, **changes), words.rng
    dut, memories = WithActivity(p), Memories(p, words)
    expected, impulses, n_lists = memories.delivered()
    d = dut.delivery
    got, rewards, reports, counts = [], [], [], [0, 0]

    def look(ctx):
        """Note all that leaves in this cycle."""
        if ctx.get(d.deliver.valid):
            word, by_lane = ctx.get(d.deliver.word), {}
            for lane in (n for n in range(lanes) if word.mask >> n & 1):
                delay = ctx.get(d.deliver.delays[lane]) if p.delays else word.delay
                by_lane[lane] = ctx.get(d.deliver.weights[lane]), delay
            got.append((word.row, word.exponent, by_lane))
        if ctx.get(d.rewards.r1):
            rewards.append(ctx.get(d.rewards.impulse))
        if ctx.get(d.reports.valid & d.reports.ready):
            reports.append((ctx.get(d.reports.p.row), ctx.get(d.reports.p.bits)))
        counts[0] += ctx.get(d.counts.lists)
        counts[1] += ctx.get(d.counts.lists_learned)

    async def bench(ctx):
        await memories.load(ctx, dut, bus)
        ctx.set(d.registers.rows, p.compartment_rows)
        ctx.set(d.registers.input_rows, p.input_rows)
        ctx.set(d.registers.report, 1)
        await ctx.tick()
        await start(ctx, d.phase)
        while ctx.get(d.phase.busy):
            ctx.set(d.reports.ready, rng.random() < 0.5)
            look(ctx)
            await ctx.tick()

    simulate(dut, bench)
    assert got == expected
    assert rewards == impulses
    rows = range(p.compartment_rows)
    assert reports == [(n, memories.row_bits(n)) for n in rows if memories.row_bits(n)]
    assert counts == [n_lists, 0]


@pytest.mark.parametrize(
    ("visit", "lanes", "changes"),
    [
        (Visit.ALWAYS, 1, {}),
        (Visit.TRACED, 4, {}),
        (Visit.ALWAYS, 4, {"weight_bits": 6, "single_port": True}),
        (Visit.SPIKED, 2, {"compact": True}),
        (Visit.ALWAYS, 2, {"compact": True, "single_port": True}),
    ],
)
def test_words_to_learn_are_written_before_they_are_read_again(
    visit, lanes, changes, words, bus, small
):
    p, rng = sized(small, lanes, **changes), words.rng
    dut, memories = WithActivity(p), Memories(p, words)
    d, groups = dut.delivery, p.dense_words * lanes // p.dense_group
    got, counts = [], [0, 0]

    async def look_up(ctx, traces):
        """A cycle, in which the traces answer."""
        en, row = ctx.get(d.traces.en), ctx.get(d.traces.row)
        counts[0] += ctx.get(d.counts.lists)
        counts[1] += ctx.get(d.counts.lists_learned)
        await ctx.tick()
        if en:
            ctx.set(d.traces.data, traces[row * lanes : (row + 1) * lanes])

    async def teach(ctx):
        """Take words, and write them back in order, some cycles later."""
        on_their_way, cycle = deque(), 0
        while ctx.get(d.phase.busy) or on_their_way:
            ctx.set(d.learn.word.ready, rng.random() < 0.6)
            if ctx.get(d.learn.word.valid & d.learn.word.ready):
                word = ctx.get(d.learn.word.p)
                weights = [ctx.get(weight) for weight in d.learn.weights]
                masked = {n: w for n, w in enumerate(weights) if word.mask >> n & 1}
                source = {"x0": word.source.x0, "x1": word.source.x1}
                got.append((word.row, source, masked))
                on_their_way.append((cycle + rng.randrange(3, 9), word, weights))
            writes = on_their_way and on_their_way[0][0] <= cycle
            ctx.set(d.write_back.en, bool(writes))
            if writes:
                _, word, weights = on_their_way.popleft()
                ctx.set(d.write_back.word, word)
                for port, weight in zip(d.write_back.weights, weights, strict=True):
                    ctx.set(port, taught(weight))
            await look_up(ctx, memories.traces)
            cycle += 1
        ctx.set(d.write_back.en, 0)
        await ctx.tick().repeat(2)

    async def bench(ctx):
        await memories.load(ctx, dut, bus)
        expected, n_lists = memories.learned(visit.value)
        ctx.set(d.learning, 1)
        ctx.set(d.registers.visit, visit)
        ctx.set(d.registers.rows, p.compartment_rows)  # only these know of their spikes
        ctx.set(d.registers.learn_rows, p.rows)
        await ctx.tick()
        await start(ctx, d.phase)
        await teach(ctx)
        assert got == expected
        assert counts == [0, n_lists]
        dense = [await bus.host_read(ctx, d.memories.dense, n) for n in range(groups)]
        assert np.array_equal(unpack_weights(p, np.array(dense, np.uint64)), memories.dense)
        layout = layouts.sparse_layout(p)
        for n, synapse in enumerate(memories.sparse):
            stored = await bus.host_read(ctx, d.memories.sparse, n)
            assert stored == layout.const(synapse).as_bits()

    simulate(dut, bench)


@pytest.mark.parametrize(("compact", "halves"), [(False, False), (True, False), (True, True)])
def test_a_phase_is_busy_until_its_only_word_has_left(compact, halves, bus, small):
    """On its way, the word is in one part after the other, and nowhere else."""
    p = sized(small, 2, compact=compact, single_port=halves)
    dut = WithActivity(p)
    d = dut.delivery
    axon = {"list": 0, "lists": 1, "plastic": 0, "silent": 0}
    entry = dict.fromkeys(dict(layouts.list_layout(p)), 0) | {"kind": SPARSE, "count": 1}

    async def bench(ctx):
        await bus.load(ctx, d.memories.axons, layouts.axon_layout(p), [axon], 1 + halves)
        await bus.load(ctx, d.memories.lists, layouts.list_layout(p), [entry], 1 + halves)
        ctx.set(dut.activity.fired.valid, 1)
        for row in reversed(range(p.rows)):
            ctx.set(dut.activity.fired.first, row == p.rows - 1)
            ctx.set(dut.activity.fired.spikes, {"row": row, "bits": row == 0})
            await ctx.tick()
        ctx.set(dut.activity.fired.valid, 0)
        ctx.set(d.registers.rows, 1)
        await ctx.tick()
        await start(ctx, d.phase)
        while not ctx.get(d.deliver.valid):
            assert ctx.get(d.phase.busy)
            await ctx.tick()
        assert ctx.get(d.phase.busy)
        await ctx.tick()
        assert not ctx.get(d.phase.busy)

    simulate(dut, bench, limit_cycles=100)


@pytest.mark.parametrize("learning", [False, True])
def test_only_a_core_that_learns_has_words_to_learn(learning, small):
    members = Delivery(small(learning=learning)).signature.members
    assert {"learn" in members, "write_back" in members} == {learning}
