"""Words and operations on their way through the lanes."""

from collections import defaultdict

import pytest

from backspike.hdl.layouts import SignMode
from backspike.hdl.learning.rule_setup import lane_op_layout
from backspike.hdl.learning.word_pipeline import WordPipeline
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


def limits(word):
    """Rounding unit and rails of the weights of a word."""
    unit = 1 << word["lsb"]
    low = {SignMode.EXCITATORY.value: 0, SignMode.INHIBITORY.value: unit - 256}
    high = 0 if word["sign"] == SignMode.INHIBITORY.value else 256 - unit
    return {"keeps": -unit, "low": low.get(word["sign"], -256), "high": high}


@pytest.mark.parametrize(
    "changes", [{}, {"columns": False}, {"lava": True, "tags": True, "delays": True}]
)
def test_every_stage_has_its_operation(changes, words, bus, small):
    p, rng = small(2, **changes), words.rng
    dut, later = WordPipeline(p), int(p.has_lava)
    expected = defaultdict(dict)  # by cycle

    async def bench(ctx):
        operations = []
        for _ in range(40):
            n_ops = rng.randrange(1, 5)
            word = words.fields(word_layout(p), sign=rng.randrange(3), lsb=rng.randrange(9))
            operations += [(word, n == 0, n + 1 == n_ops) for n in range(n_ops)]
            operations += [None] * rng.choice([0, 0, 3])
        for cycle, operation in enumerate([*operations, *[None] * 10]):
            issued = {"valid": 0}
            if operation:
                word, begins, ends = operation
                op = words.fields(lane_op_layout(p))
                issued = {"valid": 1, "begins": begins, "ends": ends, "op": op, "word": word}
                stochastic = word["rule"]["stochastic"]
                term = {"adds": op["last"], "negate": word.get("negate", 0)}
                total = {"valid": 1, "begins": begins, "stochastic": stochastic}
                total["fraction"] = (1 << 7 + word["lsb"]) - 1
                total |= {"target": op["target"]} if p.has_targets else {}
                expected[cycle]["factor"] = {"starts": op["first"] or begins}
                expected[cycle + 1]["product"] = {"valid": 1}
                if p.has_lava:
                    scale = {name: op[name] for name in ("shift", "exponent")}
                    expected[cycle + 2]["scale"] = scale
                expected[cycle + 2 + later]["term"] = term
                expected[cycle + 2 + later]["draw"] = stochastic and ends
                expected[cycle + 3 + later]["total"] = total
                if ends:
                    rounding = limits(word) | {"sparse": word["sparse"]}
                    expected[cycle + 4 + later]["round"] = rounding
                    expected[cycle + 5 + later]["word"] = word
            ctx.set(dut.issued, issued)
            now = expected[cycle]
            for stage in ("factor", "product", "scale", "term", "total", "round"):
                for name, value in now.get(stage, {}).items():
                    got = bus.plain(ctx.get(dut.control[stage][name]))
                    assert got == value, (stage, name)
            for stage in ("product", "total"):
                assert ctx.get(dut.control[stage].valid) == (stage in now)
            assert ctx.get(dut.draw) == now.get("draw", 0)
            assert ctx.get(dut.en) == ctx.get(dut.control.write.en) == ("word" in now)
            if "word" in now:
                assert bus.plain(ctx.get(dut.word)) == now["word"]
            await ctx.tick()
        assert not ctx.get(dut.busy)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"issued": {"valid": 1, "begins": 1}}, {"issued": {"valid": 1, "ends": 1}}], None),
        ([{"issued": {"valid": 1, "ends": 1}}], "a word is issued from its first operation on"),
        (
            [{"issued": {"valid": 1, "begins": 1}}, {}],
            "a word is issued from its first operation on",
        ),
        ([{"issued": {"valid": 1, "begins": 1}, "take": 1}], "one word at a time"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(WordPipeline(small(2, compact=True)), *inputs)
    assert told == (promise and f"WordPipeline: {promise}")
