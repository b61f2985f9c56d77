"""Rules against exact arithmetic: what microcode sets up, and what its products make."""

import numpy as np
import pytest

from backspike.golden.core.rule_kernels import Job, Word, apply_rule, set_up
from backspike.golden.core.state import CoreState
from backspike.golden.rules.microcode import compile_rule
from backspike.hdl.layouts import Factor, MicroOp
from backspike.hdl.params import CoreParams

AXON, TARGET, N = 5, 8, 4
X = {"x0": 1, "x1": 17, "x2": 90}
REWARDS = {"r1": -9, "r0": 30}


def core_with(program, **changes):
    """A core whose rule 0 is a list of instructions; the job of axon 5; its lane operations."""
    core = CoreState.zero(CoreParams(lanes=N, **({"more_factors": True, "tags": True} | changes)))
    for address, instruction in enumerate(program):
        for name, value in instruction.items():
            core.microcode[name][address] = getattr(value, "value", value)
    core.rules["count"][0] = len(program)
    core.x.now[AXON] = X["x1"], X["x2"]
    for name, value in REWARDS.items():
        core.rewards[name][0] = value
    rng = np.random.default_rng(1)
    core.y.now[:] = rng.integers(0, 128, core.y.now.shape)
    core.seen[:] = rng.random(core.seen.size) < 0.5
    core.before[:] = rng.integers(-256, 256, core.before.shape)
    job = Job(0, 0, AXON, X["x0"])
    return core, job, core.lane_ops[: set_up(core, job)]


@pytest.mark.parametrize(
    ("mantissa", "exponent", "factors", "expected"),
    [
        (3, -7, [], 3),
        (-1, 0, [], -128),
        (255, 8, [], (1 << 17) - 1),
        (-256, 8, [], -(1 << 17)),
        (3, -8, [], 3 << 15),  # beyond its range, an exponent is taken modulo 16
        (5, -16, [], 5 << 7),
        (7, 9, [], 7),
        (2, 0, [(Factor.X1, 3)], 256 * (17 + 3)),
        (1, 0, [(Factor.R1, 1), (Factor.X0, 0), (Factor.R0, -1)], 128 * -8 * 29),
        (1, 4, [(Factor.X2, 0), (Factor.R1, 0)], -(1 << 17)),  # saturates, then changes its sign
    ],
)
def test_coefficients_are_products_of_scalars(mantissa, exponent, factors, expected):
    program = [{"op": MicroOp.LOAD, "constant": mantissa, "exponent": exponent}]
    program += [{"op": MicroOp.MUL, "factor": f, "constant": c} for f, c in factors]
    program[-1] |= {"last": 1, "coefficient": 2}
    core, _, lane_ops = core_with(program)
    assert core.coefficients.tolist() == [0, 0, expected, *[0] * (core.size.operations - 3)]
    assert lane_ops.size == 0


@pytest.mark.parametrize("epochs_done", [0, 2, 3, 7, 0xFFFF])
def test_u_is_1_in_every_epoch_of_a_power_of_two(epochs_done):
    program = [
        {"op": MicroOp.LOAD, "constant": 1},
        {"op": MicroOp.MUL, "factor": Factor.U, "exponent": 2, "last": 1},
    ]
    core, job, _ = core_with(program)
    core.registers["epochs_done"] = epochs_done
    set_up(core, job)
    assert core.coefficients[0] == 128 * ((epochs_done + 1) % 4 == 0)


@pytest.mark.parametrize(
    ("factor", "variable"),
    [
        (Factor.Y0, lambda core: core.seen[TARGET : TARGET + N]),
        (Factor.Y1, lambda core: core.y.now[TARGET : TARGET + N, 0]),
        (Factor.Y2, lambda core: core.y.now[TARGET : TARGET + N, 1]),
        (Factor.Y3, lambda core: core.y.now[TARGET : TARGET + N, 2]),
        (Factor.W, lambda core: core.before[0]),
        (Factor.T, lambda core: core.before[1]),
        (Factor.ONE, lambda core: np.ones(N, int)),
        (Factor.X1, lambda core: np.ones(N, int)),  # a scalar: 1 in a core without a history
        (Factor.X2, lambda core: np.ones(N, int)),
    ],
)
@pytest.mark.parametrize("negate", [0, 1])
@pytest.mark.parametrize("sgn", [0, 1])
def test_products_take_the_factor_of_each_lane(factor, variable, negate, sgn):
    program = [
        {"op": MicroOp.LOAD, "constant": 3, "last": 1},
        {"op": MicroOp.LANE, "factor": factor, "constant": -2, "sgn": sgn, "first": 1, "last": 1},
    ]
    core, job, lane_ops = core_with(program)
    core.lists["negate"][0] = negate
    apply_rule(core, job, lane_ops, Word(TARGET, 0, N, -1))
    values = [int(value) - 2 for value in variable(core)]
    if sgn:
        values = [(value > 0) - (value < 0) for value in values]
    change = [sorted([-(1 << 17), 384 * value, (1 << 17) - 1])[1] for value in values]
    signed = [-value if negate else value for value in change]
    before = core.before[0].tolist()
    assert core.after[0].tolist() == [128 * w + dw for w, dw in zip(before, signed, strict=True)]
    assert core.after[1].tolist() == (128 * core.before[1]).tolist()


def test_a_product_for_a_sum_that_there_is_not_is_lost():
    """No rule has one, but a host may write it; the RTL does the same."""
    lane = {"op": MicroOp.LANE, "factor": Factor.ONE, "first": 1, "last": 1}
    program = [{"op": MicroOp.LOAD, "constant": 3, "last": 1}, {**lane, "target": 3}]
    core, job, lane_ops = core_with(program)
    apply_rule(core, job, lane_ops, Word(TARGET, 0, N, -1))
    assert core.coefficients[0] != 0
    assert core.after[:3].tolist() == (128 * core.before[:3]).tolist()


def test_a_text_means_what_it_says():
    text = "dw = 2^-1*x1*x0*y1 - 3*r1*y0; dt = x0*w"
    core, job, lane_ops = core_with(compile_rule(text).instructions)
    apply_rule(core, job, lane_ops, Word(TARGET, 0, N, -1))
    for k in range(N):
        y0, y1 = int(core.seen[TARGET + k]), int(core.y.now[TARGET + k, 0])
        w, t = core.before[:2, k].tolist()
        assert core.after[0, k] == 128 * w + 64 * X["x1"] * y1 - 384 * REWARDS["r1"] * y0
        assert core.after[1, k] == 128 * t + 128 * X["x0"] * w


def test_products_of_lava_have_36_bits():
    program = [
        {"op": MicroOp.LOAD, "constant": 7, "exponent": -7, "last": 1},
        {"op": MicroOp.LANE, "factor": Factor.W, "first": 1},
        {"op": MicroOp.LANE, "factor": Factor.W, "last": 1, "shift": 7, "exponent": -7},
    ]
    core, job, lane_ops = core_with(program, lava=True)
    core.before[0] = weights = [-256, 200, 100, 3]
    apply_rule(core, job, lane_ops, Word(TARGET, 0, N, -1))
    assert core.after[0].tolist() == [128 * w + (7 * w * w >> 7) for w in weights]


@pytest.mark.parametrize("recall", [0, 1])
def test_past_traces_of_the_axon_are_0_unless_the_rule_asks_for_them(recall):
    program = [
        {"op": MicroOp.LOAD, "constant": 1, "exponent": -7, "last": 1},
        {"op": MicroOp.LANE, "factor": Factor.X1, "first": 1, "last": 1},
    ]
    core, job, lane_ops = core_with(program, history=4)
    core.x.past[:] = 7
    core.rules["recall"][0] = recall
    apply_rule(core, job, lane_ops, Word(TARGET, 0, N, -1))
    spiked = core.seen[TARGET : TARGET + N]
    assert spiked.any()
    added = core.after[0, :N] - (core.before[0, :N] << 7)
    assert added.tolist() == (7 * recall * spiked).tolist()
