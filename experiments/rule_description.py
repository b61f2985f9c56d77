"""Descriptions of compiled rules: products, microcode, facts, and cells that they take."""

from typing import Any, NamedTuple

import numpy as np

from backspike.fpga.feature_costs import PLAIN_CELLS, features_of
from backspike.golden.network.connections import MAX_DELAY
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.rules.change import change_limits
from backspike.golden.rules.microcode import CompiledRule, needs_of
from backspike.golden.rules.rule import TARGETS
from backspike.hdl.layouts import (
    TAG_BITS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    Factor,
    MicroOp,
    Moment,
    Target,
    Visit,
)

__all__ = ["RuleProduct", "cells", "facts", "microcode", "products"]

_MOMENTS = {
    Moment.END: "",
    Moment.PRE: " at the axon's spike",
    Moment.POST: " at the compartment's spike",
}
_VISITS = {
    Visit.SPIKED: "that spiked",
    Visit.TRACED: "that spiked or have a trace",
    Visit.ALWAYS: "all",
}


class RuleProduct(NamedTuple):
    """A product of a rule, and the factors that are worked out once an axon and in each synapse."""

    target: str
    text: str
    once: str
    each: str


def products(compiled: CompiledRule) -> list[RuleProduct]:
    """The products of a rule, as the microcode has them."""
    names = {target: name for name, target in TARGETS.items()}
    groups = _groups(compiled)
    return [
        RuleProduct(names[product.target], str(product), scalar, lane)
        for product, (scalar, lane) in zip(compiled.rule.products, groups, strict=True)
    ]


def microcode(compiled: CompiledRule) -> tuple[list[str], list[list[str]]]:
    """Names of the fields that some instruction uses, and these fields of each instruction."""
    rows: list[dict[str, Any]] = [
        {
            **row,
            "op": MicroOp(row["op"]).name,
            "factor": Factor(row["factor"]).name,
            "moment": Moment(row["moment"]).name,
            "target": Target(row["target"]).name,
        }
        for row in compiled.instructions
    ]
    plain = {"sgn": 0, "moment": "END", "target": "WEIGHT", "shift": 0}
    shown = [name for name in rows[0] if any(row[name] != plain.get(name) for row in rows)]
    return shown, [[str(row[name]) for name in shown] for row in rows]


def facts(compiled: CompiledRule) -> list[str]:
    """Lines on a rule's cycles, what it visits and changes, its rounding, traces and needs."""
    recall = f", at least {needs_of(compiled)['history'] + 3}" if compiled.recalls else ""
    multiplications = sum(row["op"] == MicroOp.MUL.value for row in compiled.instructions)
    set_up = len(compiled.instructions) + multiplications + 4
    return [
        f"cycles: {compiled.lane_ops} a word; set-up {set_up} for each axon and rule{recall}",
        f"axons: {_VISITS[compiled.pre]}; words of compartments: {_VISITS[compiled.post]}",
        f"changes in an epoch: {_changes(compiled)}",
        f"rounding: {'stochastic' if compiled.stochastic else 'down'}",
        *_traces(compiled),
        f"a core needs: {_needs(compiled)}",
    ]


def cells(compiled: CompiledRule) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Cells of an FPGA, as measured: what each feature of a rule adds, and all together."""
    features = features_of(needs_of(compiled))
    whole = sum((feature.added for feature in features), start=PLAIN_CELLS)
    return {feature.name: tuple(feature.added) for feature in features}, tuple(whole)


def _changes(compiled: CompiledRule) -> str:
    """Least and greatest change of each target, and a word on those that rounding down loses."""
    half = 1 << (TAG_BITS - 1)
    ranges = {"w": (WEIGHT_MIN, WEIGHT_MAX), "t": (-half, half - 1), "d": (0, MAX_DELAY)}
    found = []
    for name, target in TARGETS.items():
        if target in compiled.rule.targets:
            low, high = change_limits(compiled.rule, target, ranges)
            lost = not compiled.stochastic and -1 < low <= high < 1
            found.append(f"{name} {low} to {high}" + ", which rounding down loses" * lost)
    return "; ".join(found)


def _traces(compiled: CompiledRule) -> list[str]:
    """A line on the traces that a rule reads, if it does."""
    named = [name for name in TRACE_NAMES if compiled.rule.uses(name)]
    if not named:
        return []
    return [f"traces: {', '.join(named)}, each with an impulse and a time constant to be set"]


def _groups(compiled: CompiledRule) -> list[tuple[str, str]]:
    """Of each product, its scalar and its lane factors, as the microcode has them."""
    scalars: list[tuple[str, int]] = []
    lanes: dict[int, list[str]] = {}
    parts: list[str] = []
    coefficient = 0
    for row in compiled.instructions:
        op = MicroOp(row["op"])
        if op is MicroOp.LANE:
            coefficient = row["coefficient"] if row["first"] else coefficient
            lanes.setdefault(coefficient, []).append(_factor(row))
            continue
        if op is MicroOp.LOAD:
            parts = [str(row["constant"]) + (f"*2^{row['exponent']}" if row["exponent"] else "")]
        else:
            parts.append(_factor(row))
        if row["last"]:
            scalars.append((" * ".join(parts), row["coefficient"]))
    by_coefficient = [(scalar, " * ".join(lanes[number])) for scalar, number in scalars]
    return [by_coefficient[place] for place in np.argsort(compiled.order)]


def _factor(row: dict[str, int]) -> str:
    """A factor of an instruction."""
    factor = Factor(row["factor"])
    name = f"u{row['exponent']}" if factor is Factor.U else factor.name.lower()
    name = "1" if factor is Factor.ONE else name
    text = f"({name} {row['constant']:+d})" if row["constant"] else name
    return (f"sgn({text})" if row["sgn"] else text) + _MOMENTS[Moment(row["moment"])]


def _needs(compiled: CompiledRule) -> str:
    """Parameters of a core, as options of ``backspike verilog``."""
    needs = needs_of(compiled)
    named = [f"history={needs.pop('history')}"] if needs["history"] > 1 else []
    needs.pop("history", None)
    named += [name for name, need in needs.items() if need]
    return ", ".join([*named, f"microcode_words={max(8, len(compiled.instructions))} or more"])
