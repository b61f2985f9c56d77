"""Reading words of weights, and writing them back."""

import numpy as np
import pytest

from backspike.hdl.delivery.synapses import Synapses
from backspike.hdl.layouts import sparse_layout
from backspike.hdl.packing import pack_array, pack_weights, unpack_array, unpack_weights
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


def random_contents(p, words):
    step = 1 << p.weight_low
    dense = np.array([
        [words.rng.randrange(-256, 256, step) for _ in range(p.lanes)] for _ in range(p.dense_words)
    ])
    return dense, words.many(sparse_layout(p), p.sparse_words)


def stored(p, dense, word):
    """Weights of a word by lane: turned by its rotation, and of a column one of each word."""
    lane = np.arange(p.lanes)
    if not p.columns:
        return dense[word["address"]].tolist()
    address = word["address"] + lane * word["stride"]
    return dense[address % p.dense_words, (lane + word["rotate"]) % p.lanes].tolist()


async def load(ctx, dut, dense, sparse, bus):
    p = dut.params
    for address, word in enumerate(pack_weights(p, dense).tolist()):
        await bus.host_write(ctx, dut.host_dense, address, word)
    await bus.load(ctx, dut.host_sparse, sparse_layout(p), sparse)


@pytest.mark.parametrize(
    ("lanes", "weight_bits", "columns"),
    [(1, 9, True), (2, 8, True), (4, 9, False), (4, 3, True), (8, 8, True)],
)
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_reading(lanes, weight_bits, columns, p_idle, p_stall, words, bus, small):
    p, rng = small(lanes, weight_bits=weight_bits, columns=columns), words.rng
    dut = Synapses(p)
    dense, sparse = random_contents(p, words)
    requests = words.many(word_layout(p), 40)
    if columns:
        requests = [word | {"stride": word["stride"] * word["column"]} for word in requests]
    read = []

    async def feed(ctx):
        await load(ctx, dut, dense, sparse, bus)
        await bus.put_all(ctx, dut.i, requests, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, len(requests), rng, p_stall)
        for word, passed in zip(requests, got, strict=True):
            wanted = dict(word)
            if word["sparse"]:
                entry = sparse[word["address"]]
                wanted |= {"exponent": entry["exponent"], "delay": entry["delay"]}
                wanted |= {"row": entry["target"] // lanes, "mask": 1 << entry["target"] % lanes}
            assert passed == wanted

    async def watch(ctx):
        while len(read) < len(requests):
            _, _, valid, ready, *weights = await ctx.tick().sample(
                dut.o.valid, dut.o.ready, *dut.weights
            )
            if valid and ready:
                read.append(weights)

    simulate(dut, feed, check, watch)
    for word, weights in zip(requests, read, strict=True):
        sign = -1 if columns and word["negate"] else 1
        if word["sparse"]:
            assert weights == [sign * sparse[word["address"]]["weight"]] * lanes
        else:
            assert weights == [sign * weight for weight in stored(p, dense, word)]


@pytest.mark.parametrize(
    ("lanes", "weight_bits", "columns"),
    [(1, 9, True), (2, 8, True), (4, 9, False), (4, 3, True), (8, 8, True)],
)
def test_writing_back(lanes, weight_bits, columns, words, bus, small):
    """Only the lanes of the mask, and of a sparse synapse only its weight."""
    p, rng = small(lanes, weight_bits=weight_bits, columns=columns), words.rng
    dut = Synapses(p)
    dense, sparse = random_contents(p, words)

    async def bench(ctx):
        await load(ctx, dut, dense, sparse, bus)
        for _ in range(40):
            word = words.fields(word_layout(p))
            weights = [rng.randrange(-256, 256) for _ in range(lanes)]
            address = word["address"]
            if word["sparse"]:
                entry = sparse[address]
                lane = entry["target"] % lanes
                word |= {"mask": 1 << lane, "row": entry["target"] // lanes}
                word |= {"exponent": entry["exponent"], "delay": entry["delay"]}
            en = rng.random() < 0.8
            ctx.set(dut.learned.en, en)
            ctx.set(dut.learned.word, word)
            for port, weight in zip(dut.learned.weights, weights, strict=True):
                ctx.set(port, weight)
            await ctx.tick()
            if en and word["sparse"]:
                entry["weight"] = weights[lane]
            elif en:
                for lane in range(lanes):
                    if word["mask"] >> lane & 1:
                        bank = (lane + word.get("rotate", 0)) % lanes
                        dense[address, bank] = weights[lane] >> p.weight_low << p.weight_low
        ctx.set(dut.learned.en, 0)
        await ctx.tick()
        groups = [
            await bus.host_read(ctx, dut.host_dense, n)
            for n in range(p.dense_words * lanes // p.dense_group)
        ]
        assert np.array_equal(unpack_weights(p, np.array(groups, np.uint64)), dense)
        entries = [await bus.host_read(ctx, dut.host_sparse, n) for n in range(p.sparse_words)]
        columns = {name: [row[name] for row in sparse] for name in sparse[0]}
        assert entries == pack_array(sparse_layout(p), **columns).tolist()
        assert (
            unpack_array(sparse_layout(p), np.array(entries))["weight"].tolist()
            == (columns["weight"])
        )

    simulate(dut, bench)


def test_a_word_waits_until_it_is_learned(small):
    """The next list may teach the same word again: it must not be read before it is written."""
    p = small(2)
    dut = Synapses(p)

    async def bench(ctx):
        ctx.set(dut.learn, 1)
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.payload, {"address": 5, "mask": 3})
        ctx.set(dut.i.valid, 1)
        await ctx.tick().repeat(4)
        assert ctx.get(dut.o.valid)
        for _ in range(5):
            await ctx.tick()
            assert not ctx.get(dut.o.valid), "the second was read while the first is learned"
            assert not ctx.get(dut.i.ready)
        ctx.set(dut.learned.en, 1)
        ctx.set(dut.learned.word, {"address": 5, "mask": 3})
        for port, weight in zip(dut.learned.weights, (6, -8), strict=True):
            ctx.set(port, weight)
        await ctx.tick()
        ctx.set(dut.learned.en, 0)
        await ctx.tick().repeat(4)
        assert ctx.get(dut.o.valid)
        assert [ctx.get(weight) for weight in dut.weights] == [6, -8]

    simulate(dut, bench)


@pytest.mark.parametrize(("learn", "changes"), [(1, {"address": 6}), (1, {"sparse": 1}), (0, {})])
def test_no_other_word_waits(learn, changes, small):
    p = small(2)
    dut = Synapses(p)
    first = {"address": 5, "mask": 3}

    async def bench(ctx):
        ctx.set(dut.learn, learn)
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.payload, first)
        ctx.set(dut.i.valid, 1)
        await ctx.tick()
        ctx.set(dut.i.payload, first | changes)
        await ctx.tick().repeat(3)
        for _ in range(2):
            assert ctx.get(dut.o.valid)
            await ctx.tick()

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("address", "promise"), [(0, None), (1, "Synapses: no word is read while it is written")]
)
def test_another_word_than_was_read_must_not_be_written(break_contract, address, promise, small):
    """A word is read to be learned; then ``address`` is written while word 1 is read."""
    first = {"learn": 1, "o.ready": 1, "i.valid": 1, "i.p": {"address": 0, "mask": 3}}
    written = {"learned.en": 1, "learned.word": {"address": address, "mask": 3}}
    second = {"i.valid": 1, "i.p": {"address": 1, "mask": 3}}
    rests = {"i.valid": 0, "learned.en": 0}
    told = break_contract(Synapses(small()), first, rests, rests, written | second, rests, rests)
    assert told == promise
