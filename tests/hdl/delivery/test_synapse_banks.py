"""Memories of synapses."""

import pytest

from backspike.hdl.delivery.synapse_banks import SynapseBanks, banked_shapes
from backspike.hdl.layouts import sparse_layout
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize(
    "changes",
    [
        {"weight_bits": 5},
        {"columns": False, "delays": True},
        {"tags": True, "delays": True, "single_port": True},
    ],
)
def test_what_is_written_is_read(changes, words, bus, small):
    p, rng = small(4, **changes), words.rng
    dut = SynapseBanks(p)
    shapes = banked_shapes(p)

    def random_word():
        banks = {name: [words.value(shape) for _ in range(4)] for name, shape in shapes.items()}
        return banks | {"entry": words.fields(sparse_layout(p))}

    content = [random_word() for _ in range(16)]

    async def bench(ctx):
        for address, word in enumerate(content):
            ctx.set(dut.write.address, address)
            ctx.set(dut.write.stored, word)
            ctx.set(dut.write.dense_en, 0b1111)
            ctx.set(dut.write.sparse_en, 1)
            await ctx.tick()
        for _ in range(40):
            address, mask = rng.randrange(16), rng.randrange(16)
            word = random_word()
            ctx.set(dut.write.address, address)
            ctx.set(dut.write.stored, word)
            ctx.set(dut.write.dense_en, mask)
            ctx.set(dut.write.sparse_en, 0)
            await ctx.tick()
            for name in shapes:
                for bank in range(4):
                    if mask >> bank & 1:
                        content[address][name][bank] = word[name][bank]
        ctx.set(dut.write.dense_en, 0)
        for _ in range(40):
            rows = [rng.randrange(16) for _ in range(4)]
            rows = rows if p.columns else rows[:1] * 4
            entry = rng.randrange(16)
            for port, row in zip(dut.addresses, rows, strict=True):
                ctx.set(port, row)
            ctx.set(dut.entry_address, entry)
            ctx.set(dut.dense_en, 1)
            ctx.set(dut.sparse_en, 1)
            await ctx.tick()
            ctx.set(dut.dense_en, 0)
            ctx.set(dut.sparse_en, 0)
            await ctx.tick()
            assert bus.plain(ctx.get(dut.stored.entry)) == content[entry]["entry"]
            for name in shapes:
                expected = [content[row][name][bank] for bank, row in enumerate(rows)]
                assert [ctx.get(dut.stored[name][bank]) for bank in range(4)] == expected

    simulate(dut, bench)
