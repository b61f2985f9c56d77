"""Random learning rules, as microcode."""

import numpy as np

from backspike.hdl import layouts
from backspike.hdl.layouts import COEFFICIENTS, LANE_OPS, Factor, MicroOp, Visit
from backspike.hdl.params import CoreParams

__all__ = ["random_rules"]

_SCALARS = np.array([f.value for f in (Factor.ONE, Factor.X0, Factor.X1, Factor.R1)])
_PER_LANE = np.array([f.value for f in (Factor.ONE, Factor.Y0, Factor.Y1, Factor.W)])


def random_rules(rng: np.random.Generator, p: CoreParams) -> dict[str, np.ndarray]:
    """Memories ``rules`` and ``microcode``; behind the rules, the microcode is zero."""
    most = min(20, p.microcode_words // p.rules)
    starts, counts = [], []
    instructions: list[dict[str, int]] = []
    for _ in range(p.rules):
        rule = _random_rule(rng, most)
        starts.append(len(instructions))
        counts.append(len(rule))
        instructions += rule
    columns = {name: [row[name] for row in instructions] for name in instructions[0]}
    microcode = np.zeros(p.microcode_words, np.uint64)
    microcode[: len(instructions)] = layouts.pack_array(layouts.microcode_layout(p), **columns)
    return {
        "rules": layouts.pack_array(
            layouts.rule_layout(p),
            start=starts,
            count=counts,
            pre=rng.choice([v.value for v in Visit], p.rules),
            post=rng.choice([Visit.SPIKED.value, Visit.ALWAYS.value], p.rules),
            stochastic=rng.integers(0, 2, p.rules),
        ),
        "microcode": microcode,
    }


def _random_rule(rng: np.random.Generator, most: int) -> list[dict[str, int]]:
    """Instructions of one rule: scalars into coefficients, then products over the lanes."""
    length = int(rng.integers(2, most + 1))
    lane_ops = int(rng.integers(1, min(LANE_OPS, length - 1) + 1))
    coefficients = int(rng.integers(1, COEFFICIENTS + 1))
    small = rng.random() < 0.7  # changes that do not all end at a rail
    rows = []
    for k in range(length - lane_ops):
        load = k == 0 or rng.random() < 0.4
        rows.append({
            "op": (MicroOp.LOAD if load else MicroOp.MUL).value,
            "factor": int(rng.choice(_SCALARS)),
            "constant": _constant(rng, small),
            "exponent": int(rng.integers(-7, 1 if small else 9)) if load else 0,
            "coefficient": int(rng.integers(coefficients)),
            "first": 0,
            "last": int(rng.random() < 0.6 or k == length - lane_ops - 1),
        })
    for k in range(lane_ops):
        rows.append({
            "op": MicroOp.LANE.value,
            "factor": int(rng.choice(_PER_LANE)),
            "constant": _constant(rng, small),
            "exponent": 0,
            "coefficient": int(rng.integers(coefficients)),
            "first": int(k == 0 or rng.random() < 0.5),
            "last": int(k == lane_ops - 1 or rng.random() < 0.5),
        })
    return rows


def _constant(rng: np.random.Generator, small: bool) -> int:
    """A constant, small or of any size; often 0."""
    if rng.random() < 0.3:
        return 0
    return int(rng.integers(-4, 5) if small else rng.integers(-256, 256))
