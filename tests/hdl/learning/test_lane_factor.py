"""The factor of a lane, against plain Python."""

import pytest

from backspike.hdl.layouts import Factor
from backspike.hdl.learning.lane_factor import LaneFactor
from backspike.hdl.learning.rule_setup import lane_op_layout
from backspike.hdl.learning.targets import synapse_layout
from backspike.sim.engines.simulate import simulate

LIMITS = {Factor.X0: (-2, 1), Factor.Y0: (-2, 1)} | dict.fromkeys(
    (Factor.X1, Factor.X2, Factor.Y1, Factor.Y2, Factor.Y3), (-128, 127)
)


@pytest.mark.parametrize(
    "changes",
    [{}, {"more_factors": True, "tags": True, "delays": True}, {"lava": True}],
)
def test_factor_plus_constant(changes, words, small, clocked):
    p, rng = small(1, **changes), words.rng
    dut = LaneFactor(p)

    async def bench(ctx):
        for _ in range(300):
            op, synapse = words.fields(lane_op_layout(p)), words.fields(synapse_layout(p))
            op["factor"] = rng.choice([factor.value for factor in Factor])
            fired, traces = rng.randrange(2), [rng.randrange(128) for _ in range(p.y_kinds)]
            for port, value in ((dut.op, op), (dut.synapse, synapse), (dut.fired, fired)):
                ctx.set(port, value)
            ctx.set(dut.y, sum(trace << 7 * n for n, trace in enumerate(traces)))
            values = {Factor.Y0: fired, Factor.W: synapse["weight"]}
            values |= dict(zip((Factor.Y1, Factor.Y2, Factor.Y3), traces, strict=False))
            if p.has_tags:
                values[Factor.T] = synapse["tag"]
            if p.delays:
                values[Factor.D] = synapse["delay"]
            factor = Factor(op["factor"])
            expected = values.get(factor, 1) + op["constant"]
            if op.get("sgn"):
                expected = (expected > 0) - (expected < 0)
            if p.has_lava:
                low, high = LIMITS.get(factor, (-512, 511))
                expected = min(max(expected, low), high)
            assert ctx.get(dut.o) == expected

    simulate(clocked(dut), bench)
