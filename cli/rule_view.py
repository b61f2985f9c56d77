"""Output of ``backspike rule``: a rule's products, its microcode, what it costs and needs."""

from rich.console import Console
from rich.table import Table

from backspike.experiments.rule_description import cells, facts, microcode, products
from backspike.fpga.feature_costs import PLAIN, PLAIN_CELLS
from backspike.golden.rules.microcode import CompiledRule

__all__ = ["show_rule"]


def show_rule(console: Console, compiled: CompiledRule) -> None:
    """Print a compiled rule."""
    table = Table("", "product", "once per axon", "per synapse")
    for product in products(compiled):
        table.add_row(*product)
    console.print(table)
    fields, rows = microcode(compiled)
    instructions = Table(*fields, title="microcode")
    for row in rows:
        instructions.add_row(*row)
    console.print(instructions)
    for line in facts(compiled):
        console.print(line, highlight=False)
    console.print(_cost_table(compiled))


def _cost_table(compiled: CompiledRule) -> Table:
    """Cells that the features of a rule take."""
    added, whole = cells(compiled)
    table = Table("", "LUT4", "FF", "block RAM", "multipliers", title="on an FPGA, as measured")
    table.caption = (
        f"ECP5, yosys, a core of {PLAIN.compartments:,} compartments and {PLAIN.lanes} lanes"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("neurons and synapses", *(f"{n:,}" for n in PLAIN_CELLS))
    for name, more in added.items():
        table.add_row(name, *(f"{n:+,}" if n else "" for n in more))
    table.add_row("about, together", *(f"{n:,}" for n in whole), style="bold")
    return table
