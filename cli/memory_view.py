"""Costs of a network: in a line, and as a table of the format of each connection and of others."""

from rich.console import Console
from rich.table import Table

from backspike.golden.compiler.program import Program

__all__ = ["say_costs", "show_memory"]


def say_costs(console: Console, program: Program) -> None:
    """Print in a line what a network takes of a core."""
    lanes = program.params.lanes
    end = max(first + size for first, size in program.populations.values())
    words, lists, bits = (
        sum(getattr(cost, what) for cost in program.costs) for what in ("words", "lists", "bits")
    )
    console.print(
        f"on a core of {lanes} lanes: {-(-end // lanes) * lanes:,} compartments; synapses in "
        f"{lists:,} lists and {words:,} words, {bits:,} bits",
        highlight=False,
        soft_wrap=True,
    )


def show_memory(console: Console, program: Program) -> None:
    """Print the formats that the compiler has chosen, and their bits."""
    p = program.params
    title = f"synapse memory: {p.lanes} lanes, weights of {p.weight_bits} bits"
    table = Table("connection", "format", title=title)
    for column in ("synapses", "words", "lists", "bits", "bits a synapse"):
        table.add_column(column, justify="right")
    table.add_column("instead")
    for cost in program.costs:
        numbers = [f"{n:,}" for n in (cost.synapses, cost.words, cost.lists, cost.bits)]
        share = f"{cost.bits / max(1, cost.synapses):.1f}"
        others = ", ".join(f"{form}: {bits:,} bits" for form, bits in cost.others.items())
        table.add_row(cost.name, cost.format, *numbers, share, others)
    synapses, bits = (sum(getattr(c, what) for c in program.costs) for what in ("synapses", "bits"))
    each = f"{bits / max(1, synapses):.1f}"
    table.add_row("all", "", f"{synapses:,}", "", "", f"{bits:,}", each, "", end_section=True)
    console.print(table)
