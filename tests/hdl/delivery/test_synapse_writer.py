"""Learned synapses on their way to the memories."""

import pytest

from backspike.hdl.delivery.synapse_banks import banked_shapes
from backspike.hdl.delivery.synapse_writer import SynapseWriter
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize(
    "changes", [{}, {"columns": False, "weight_bits": 5}, {"tags": True, "delays": True}]
)
@pytest.mark.parametrize("lanes", [1, 4])
def test_lanes_go_to_their_banks(lanes, changes, words, small):
    p, rng = small(lanes, **changes), words.rng
    dut = SynapseWriter(p)
    low = {"weights": -256, "tags": -256, "delays": 0}
    high = {"weights": 256, "tags": 256, "delays": p.delay_slots}

    async def bench(ctx):
        for _ in range(60):
            word, lane = words.fields(word_layout(p)), rng.randrange(lanes)
            if word["sparse"]:
                word["mask"] = 1 << lane
            values = {
                name: [rng.randrange(low[name], high[name]) for _ in range(lanes)]
                for name in banked_shapes(p)
            }
            en = rng.randrange(2)
            ctx.set(dut.learned.en, en)
            ctx.set(dut.learned.word, word)
            for name, lane_values in values.items():
                for port, value in zip(getattr(dut.learned, name), lane_values, strict=True):
                    ctx.set(port, value)
            await ctx.tick()
            write = dut.write
            assert ctx.get(write.sparse_en) == (en and word["sparse"])
            assert ctx.get(write.address) == word["address"]
            bank_of = [(n + word.get("rotate", 0)) % lanes for n in range(lanes)]
            mask = word["mask"] if en and not word["sparse"] else 0
            enabled = sum((mask >> n & 1) << bank for n, bank in enumerate(bank_of))
            assert ctx.get(write.dense_en) == enabled
            for name, lane_values in values.items():
                shift = p.weight_low if name == "weights" else 0
                for n, bank in enumerate(bank_of):
                    assert ctx.get(write.stored[name][bank]) == lane_values[n] >> shift
            if word["sparse"]:
                entry = {"weight": values["weights"][lane], "target": word["row"] * lanes + lane}
                entry |= {"exponent": word["exponent"]}
                entry["delay"] = values["delays"][lane] if p.delays else word["delay"]
                entry |= {"tag": values["tags"][lane]} if p.has_tags else {}
                got = {name: ctx.get(write.stored.entry[name]) for name in entry}
                assert got == entry

    simulate(dut, bench)
