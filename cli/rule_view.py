"""Output of ``backspike rule``: a rule's products, its microcode, what it costs and needs."""

import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.fpga.feature_costs import PLAIN, PLAIN_CELLS, features_of
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

__all__ = ["show_rule"]

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


def show_rule(console: Console, compiled: CompiledRule) -> None:
    """Print a compiled rule."""
    table = Table("", "product", "once per axon", "per synapse")
    names = {target: name for name, target in TARGETS.items()}
    groups = _groups(compiled)
    for product, (scalar, lane) in zip(compiled.rule.products, groups, strict=True):
        table.add_row(names[product.target], str(product), scalar, lane)
    console.print(table)
    rows = [
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
    microcode = Table(*shown, title="microcode")
    for row in rows:
        microcode.add_row(*(str(row[name]) for name in shown))
    console.print(microcode)
    recall = f", at least {needs_of(compiled)['history'] + 3}" if compiled.recalls else ""
    for line in (
        f"cycles: {compiled.lane_ops} a word; set-up {len(compiled.instructions) + 4} for each "
        f"axon and rule{recall}",
        f"axons: {_VISITS[compiled.pre]}; words of compartments: {_VISITS[compiled.post]}",
        f"changes in an epoch: {_changes(compiled)}",
        f"rounding: {'stochastic' if compiled.stochastic else 'down'}",
        *_traces(compiled),
        f"a core needs: {_needs(compiled)}",
    ):
        console.print(line, highlight=False)
    console.print(_cost_table(compiled))


def _cost_table(compiled: CompiledRule) -> Table:
    """Cells that the features of a rule take."""
    features = features_of(needs_of(compiled))
    table = Table("", "LUT4", "FF", "block RAM", "multipliers", title="on an FPGA, as measured")
    table.caption = (
        f"ECP5, yosys, a core of {PLAIN.compartments:,} compartments and {PLAIN.lanes} lanes"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("neurons and synapses", *(f"{n:,}" for n in PLAIN_CELLS))
    for feature in features:
        table.add_row(feature.name, *(f"{n:+,}" if n else "" for n in feature.added))
    whole = sum((feature.added for feature in features), start=PLAIN_CELLS)
    table.add_row("about, together", *(f"{n:,}" for n in whole), style="bold")
    return table


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
