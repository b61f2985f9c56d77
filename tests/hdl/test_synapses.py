"""Reading words of weights, and writing them back."""

import numpy as np
import pytest

from backspike.hdl.host_map import pack_weights, unpack_weights
from backspike.hdl.layouts import pack_array, sparse_layout, unpack_array
from backspike.hdl.synapses import Synapses
from backspike.hdl.walker import word_layout
from backspike.sim.simulate import simulate


def random_contents(p, words):
    step = 1 << p.weight_low
    dense = np.array([
        [words.rng.randrange(-256, 256, step) for _ in range(p.lanes)] for _ in range(p.dense_words)
    ])
    return dense, words.many(sparse_layout(p), p.sparse_words)


async def load(ctx, dut, dense, sparse, bus):
    p = dut.params
    for address, word in enumerate(pack_weights(p, dense).tolist()):
        await bus.host_write(ctx, dut.host_dense, address, word)
    await bus.load(ctx, dut.host_sparse, sparse_layout(p), sparse)


@pytest.mark.parametrize(("lanes", "weight_bits"), [(1, 9), (2, 8), (4, 9), (8, 8)])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_reading(lanes, weight_bits, p_idle, p_stall, words, bus, small):
    p, rng = small(lanes, weight_bits=weight_bits), words.rng
    dut = Synapses(p)
    dense, sparse = random_contents(p, words)
    asked = words.many(word_layout(p), 40)
    read = []

    async def feed(ctx):
        await load(ctx, dut, dense, sparse, bus)
        await bus.put_all(ctx, dut.i, asked, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, len(asked), rng, p_stall)
        for word, given in zip(asked, got, strict=True):
            wanted = dict(word)
            if word["sparse"]:
                entry = sparse[word["address"]]
                wanted |= {"exponent": entry["exponent"], "delay": entry["delay"]}
                wanted |= {"row": entry["target"] // lanes, "mask": 1 << entry["target"] % lanes}
            assert given == wanted

    async def watch(ctx):
        while len(read) < len(asked):
            _, _, valid, ready, *weights = await ctx.tick().sample(
                dut.o.valid, dut.o.ready, *dut.weights
            )
            if valid and ready:
                read.append(weights)

    simulate(dut, feed, check, watch)
    for word, weights in zip(asked, read, strict=True):
        if word["sparse"]:
            assert weights == [sparse[word["address"]]["weight"]] * lanes
        else:
            assert weights == dense[word["address"]].tolist()


@pytest.mark.parametrize(("lanes", "weight_bits"), [(1, 9), (2, 8), (4, 9), (8, 8)])
def test_writing_back(lanes, weight_bits, words, bus, small):
    """Only the lanes of the mask, and of a sparse synapse only its weight."""
    p, rng = small(lanes, weight_bits=weight_bits), words.rng
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
            ctx.set(dut.w_en, en)
            ctx.set(dut.w, word)
            for port, weight in zip(dut.w_weights, weights, strict=True):
                ctx.set(port, weight)
            await ctx.tick()
            if en and word["sparse"]:
                entry["weight"] = weights[lane]
            elif en:
                for lane in range(lanes):
                    if word["mask"] >> lane & 1:
                        dense[address, lane] = weights[lane] >> p.weight_low << p.weight_low
        ctx.set(dut.w_en, 0)
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
