"""Random learning rules, as microcode."""

import numpy as np

from backspike.hdl import layouts
from backspike.hdl.layouts import Factor, MicroOp, Moment, Target, Visit
from backspike.hdl.packing import pack_array, pack_rows
from backspike.hdl.params import CoreParams

__all__ = ["random_rules"]

_RECALLED = (Factor.X1.value, Factor.X2.value)


def _scalars(p: CoreParams) -> list[int]:
    """Factors that are the same for all synapses of an axon."""
    more = [Factor.X2, Factor.R0, Factor.U] if p.has_more_factors else []
    return [factor.value for factor in (Factor.ONE, Factor.X0, Factor.X1, Factor.R1, *more)]


def _per_lane(p: CoreParams) -> list[int]:
    """Factors of lane operations."""
    factors = [Factor.ONE, Factor.Y0, Factor.Y1, Factor.W]
    if p.has_more_factors:
        factors += [Factor.Y2, Factor.Y3]
    if p.has_history:
        factors += [Factor.X1, Factor.X2][: p.x_kinds]
    if p.has_tags:
        factors.append(Factor.T)
    if p.has_learned_delays:
        factors.append(Factor.D)
    return [factor.value for factor in factors]


def random_rules(rng: np.random.Generator, p: CoreParams) -> dict[str, np.ndarray]:
    """Memories ``rules`` and ``microcode``; behind the rules, the microcode is zero."""
    most = min(20, p.microcode_words // p.rules)
    starts, counts, recalls = [], [], []
    instructions: list[dict[str, int]] = []
    for _ in range(p.rules):
        rule = _random_rule(rng, p, most)
        starts.append(len(instructions))
        counts.append(len(rule))
        lanes = [row["factor"] for row in rule if row["op"] == MicroOp.LANE.value]
        recalls.append(int(any(factor in _RECALLED for factor in lanes)))
        instructions += rule
    microcode = np.zeros(p.microcode_words, np.uint64)
    microcode[: len(instructions)] = pack_rows(layouts.microcode_layout(p), instructions)
    channels = rng.integers(0, p.reinforcements, p.rules)
    return {
        "rules": pack_array(
            layouts.rule_layout(p),
            start=starts,
            count=counts,
            pre=rng.choice([v.value for v in Visit], p.rules),
            post=rng.choice([Visit.SPIKED.value, Visit.ALWAYS.value], p.rules),
            stochastic=rng.integers(0, 2, p.rules),
            **({"recall": recalls} if p.has_history else {}),
            **({"channel": channels} if p.reinforcements > 1 else {}),
        ),
        "microcode": microcode,
    }


def _random_rule(rng: np.random.Generator, p: CoreParams, most: int) -> list[dict[str, int]]:
    """Instructions of one rule: scalars into coefficients, then products over the lanes."""
    length = int(rng.integers(2, most + 1))
    lane_ops = int(rng.integers(1, min(p.operations, length - 1) + 1))
    coefficients = int(rng.integers(1, p.operations + 1))
    small = rng.random() < 0.7  # changes that do not all end at a rail
    scalars, per_lane, targets = _scalars(p), _per_lane(p), _targets(p)
    moments = [moment.value for moment in Moment]
    rows = []
    for k in range(length):
        lane = k >= length - lane_ops
        load = not lane and (k == 0 or rng.random() < 0.4)
        exponent = 0
        if load or (lane and p.has_lava):
            exponent = int(rng.integers(-7, 1 if small else 9))
        elif not lane:
            exponent = int(rng.integers(0, 4))  # k of u_k
        op = MicroOp.LANE if lane else MicroOp.LOAD if load else MicroOp.MUL
        last = k in (length - lane_ops - 1, length - 1) or rng.random() < 0.55
        rows.append({
            "op": op.value,
            "factor": int(rng.choice(per_lane if lane else scalars)),
            "constant": _constant(rng, small),
            "exponent": exponent,
            "coefficient": int(rng.integers(coefficients)),
            "first": int(lane and (k == length - lane_ops or rng.random() < 0.5)),
            "last": int(last),
            "sgn": int(lane and rng.random() < 0.2),
            "moment": int(rng.choice(moments)),
            "target": int(rng.choice(targets)),
            "shift": int(rng.integers(0, 8)),
        })
    return rows


def _targets(p: CoreParams) -> list[int]:
    """Parts of a synapse that rules can change."""
    beside = [Target.TAG] * p.has_tags + [Target.DELAY] * p.has_learned_delays
    return [target.value for target in (Target.WEIGHT, *beside)]


def _constant(rng: np.random.Generator, small: bool) -> int:
    """A constant, small or of any size; often 0."""
    if rng.random() < 0.3:
        return 0
    return int(rng.integers(-4, 5) if small else rng.integers(-256, 256))
