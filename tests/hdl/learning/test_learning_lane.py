"""One lane of the learning engine against the golden arithmetic, stage by stage."""

from collections import defaultdict

import numpy as np
import pytest

from backspike.golden.core.learning_kernels import learn_word
from backspike.golden.core.rule_kernels import Job, Word
from backspike.hdl.layouts import MicroOp, SignMode, Target
from backspike.hdl.learning.learning_lane import LearningLane
from backspike.hdl.learning.rule_setup import lane_op_layout
from backspike.sim.engines.simulate import simulate

N_WORDS = 40
AXON = 3
TARGETS = [target.name.lower() for target in Target]


def random_traces(p, t, rng):
    """Any traces of compartments and of the axon, at any time of an epoch."""
    state = t.state
    for traces in (state.y.now, state.y.then, state.y.past, state.x.past):
        traces[...] = np.reshape([rng.randrange(128) for _ in range(traces.size)], traces.shape)
    for times in (state.y.time, state.x.time):
        times[:] = [rng.randrange(p.history + 1) for _ in times]
    state.seen[:] = [rng.randrange(2) for _ in state.seen]


def packed(traces, kinds, first=0):
    return sum(int(trace) << 7 * (first + k) for k, trace in enumerate(traces[:kinds]))


def look(ctx, dut, p, state, target):
    """Shows what the core has of a compartment."""
    x, y = state.x, state.y
    word = packed(y.now[target], p.y_kinds)
    if p.has_history:
        word |= packed(y.then[target], p.y_kinds, p.y_kinds)
        word |= int(y.time[target]) << 14 * p.y_kinds
        slot = (int(x.time[AXON]) - 1) % p.history
        ctx.set(dut.y_past, packed(y.past[slot, target], p.y_kinds))
        for n in range(p.history):
            ctx.set(dut.recalled[n], packed(x.past[n, AXON], p.x_kinds))
    ctx.set(dut.y, word)
    ctx.set(dut.fired, int(state.seen[target]))


def plan(p, ops, coefficients, listed):
    """Orders of control in every cycle, for a lane operation per cycle; and its last cycle."""
    cycles, later = defaultdict(dict), int(p.has_lava)
    cycles[0]["take"] = {"en": 1}
    unit = 1 << listed["lsb"]
    rails = {
        SignMode.MIXED.value: (-256, 256 - unit),
        SignMode.EXCITATORY.value: (0, 256 - unit),
        SignMode.INHIBITORY.value: (unit - 256, 0),
    }[listed["sign"]]
    for k, row in enumerate(ops, start=1):
        op = {str(name): row[name] for name, _ in lane_op_layout(p)}
        cycles[k]["factor"] = {
            "valid": 1,
            "op": op,
            "starts": op["first"] or k == 1,
            "coefficient": coefficients[op["coefficient"]] if op["first"] else 0,
        }
        cycles[k + 1]["product"] = {"valid": 1}
        if p.has_lava:
            cycles[k + 2]["scale"] = {name: op[name] for name in ("shift", "exponent")}
        cycles[k + 2 + later]["term"] = {"adds": op["last"], "negate": listed["negate"]}
        total = {"valid": 1, "begins": k == 1, "stochastic": listed["stochastic"]}
        total["fraction"] = (1 << (7 + listed["lsb"])) - 1 & 0xFFFF
        if p.has_targets:
            total["target"] = op["target"]
        cycles[k + 3 + later]["total"] = total
    end = len(ops) + 4 + later
    cycles[end]["round"] = {"keeps": -unit, "low": rails[0], "high": rails[1]}
    cycles[end]["round"]["sparse"] = listed["sparse"]
    cycles[end + 1]["write"] = {"en": 1}
    return cycles, end + 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"weight_bits": 4, "stochastic": False},
        {"tags": True, "delays": True, "more_factors": True},
        {"lava": True},
        {"compact": True, "lava": True, "tags": True, "delays": True},
        {"history": 4, "more_factors": True},
    ],
    ids=lambda changes: " ".join(changes) or "plain",
)
def test_synapses_are_those_of_the_golden_core(changes, rng, microcode, small, twin):
    p = small(1, microcode_words=64, **changes)
    dut, t = LearningLane(p), twin(p)
    rows = microcode(p)
    t.set_words("microcode", rows)
    lane_ops = [n for n, row in enumerate(rows) if row["op"] == MicroOp.LANE.value]
    stages = [str(name) for name, _ in dut.control.shape()]

    def random_synapse():
        before = {"weight": rng.randrange(-256, 256, 1 << p.weight_low)}
        before |= {"tag": rng.randrange(-256, 256)} if p.has_tags else {}
        return before | ({"delay": rng.randrange(p.max_delay + 1)} if p.delays else {})

    def golden(before, addresses, coefficients, listed):
        """The synapse after it has learned."""
        state = t.state
        recall = {"recall": 1} if p.has_history else {}
        t.set_words("rules", [{"stochastic": listed["stochastic"]} | recall])
        t.set_words("lists", [{name: listed[name] for name in ("sign", "lsb", "negate")}])
        for target, name in enumerate(TARGETS):
            state.before[target, 0] = before.get(name, 0)
        state.coefficients[:] = coefficients
        keep = -1 if listed["sparse"] else -(1 << p.weight_low)
        word = Word(target=listed["target"], lane=0, n=1, keep=keep)
        learn_word(state, Job(0, 0, AXON, 1), np.array(addresses), word)
        return {name: int(state.after[TARGETS.index(name), 0]) for name in before}

    async def bench(ctx):
        changed = 0
        for _ in range(N_WORDS):
            random_traces(p, t, rng)
            listed = {name: rng.randrange(2) for name in ("stochastic", "negate", "sparse")}
            listed |= {"sign": rng.randrange(3), "lsb": rng.randrange(9)}
            listed["target"] = rng.randrange(p.compartments)
            coefficients = [
                rng.choice([-(1 << 17), (1 << 17) - 1, rng.randrange(-2000, 2000)])
                for _ in range(p.operations)
            ]
            addresses = [rng.choice(lane_ops) for _ in range(rng.randrange(1, 9))]
            before = random_synapse()
            after = golden(before, addresses, coefficients, listed)
            look(ctx, dut, p, t.state, listed["target"])
            ctx.set(dut.synapse, before)
            masked = rng.randrange(2)
            ctx.set(dut.masked, masked)
            if p.has_random:
                ctx.set(dut.random, int(t.state.random[0]) >> 16)
            cycles, end = plan(p, [rows[n] for n in addresses], coefficients, listed)
            for cycle in range(end + 1):
                for stage in stages:
                    ctx.set(dut.control[stage], cycles[cycle].get(stage, {}))
                if cycle == end:
                    assert {name: ctx.get(dut.learned[name]) for name in after} == after
                await ctx.tick()
            assert ctx.get(dut.changed) == (masked and before["weight"] != after["weight"])
            changed += before["weight"] != after["weight"]
        assert changed, "no weight changed"

    simulate(dut, bench)
