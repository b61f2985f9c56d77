"""Arrangement of a word that was read in the lanes of its targets."""

import pytest

from backspike.hdl.delivery.lane_arranger import LaneArranger
from backspike.hdl.delivery.synapse_banks import banked_shapes
from backspike.hdl.layouts import sparse_layout
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


def lanes_of(p, word, stored, learn):
    """Weights, tags and delays by lane."""
    entry, rotate = stored["entry"], word.get("rotate", 0)
    banks = [(lane + rotate) % p.lanes for lane in range(p.lanes)]
    lanes = {name: [stored[name][bank] for bank in banks] for name in banked_shapes(p)}
    lanes["weights"] = [weight << p.weight_low for weight in lanes["weights"]]
    if "delays" in lanes and word.get("column"):
        lanes["delays"] = [word["delay"]] * p.lanes
    if word["sparse"]:
        lanes = {name: [entry[name[:-1]]] * p.lanes for name in lanes}
    if word.get("negate") and not learn:
        lanes["weights"] = [-weight for weight in lanes["weights"]]
    return lanes


@pytest.mark.parametrize(
    "changes",
    [{"weight_bits": 5}, {"tags": True, "delays": True}, {"columns": False, "delays": True}],
)
@pytest.mark.parametrize("lanes", [1, 4])
def test_lanes_are_those_of_plain_python(lanes, changes, words, bus, small, clocked):
    p, rng = small(lanes, **changes), words.rng
    dut = LaneArranger(p)

    async def bench(ctx):
        for _ in range(60):
            word, learn = words.fields(word_layout(p)), rng.randrange(2)
            stored = {
                name: [words.value(shape) for _ in range(lanes)]
                for name, shape in banked_shapes(p).items()
            }
            stored["entry"] = entry = words.fields(sparse_layout(p))
            ctx.set(dut.i, {"word": word, "stored": stored})
            ctx.set(dut.learn, learn)
            expected = dict(word)
            if word["sparse"]:
                expected |= {name: entry[name] for name in ("exponent", "delay")}
                expected |= {"row": entry["target"] // lanes, "mask": 1 << entry["target"] % lanes}
            assert bus.plain(ctx.get(dut.o.word)) == expected
            for name, values in lanes_of(p, word, stored, learn).items():
                assert list(ctx.get(dut.o[name])) == values, name

    simulate(clocked(dut), bench)
