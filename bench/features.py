"""Costs of each feature of a core: cells on ECP5 with it, and beyond the core without it.

``python -m backspike.bench.features``: the default core, of 1,024 compartments and 16 lanes,
counted by yosys before place and route (a few minutes each, an hour in all).
"""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from backspike.bench.alone import alone
from backspike.fpga.feature_costs import FEATURES, PLAIN
from backspike.fpga.resources import cell_counts
from backspike.hdl.params import CoreParams

__all__ = ["run"]


def run(data_dir: Path | None = None) -> dict:
    """Count and print; returns the cells of the plain core, and what every feature adds.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    known: dict[CoreParams, dict[str, int]] = {}
    console = Console()

    def cells(params: CoreParams) -> dict[str, int]:
        if params not in known:
            known[params] = cell_counts(params)
        return known[params]

    added = {}
    with console.status("") as status:
        status.update("neurons and synapses")
        plain = cells(PLAIN)
        for name, without, changes, _ in FEATURES:
            status.update(name)
            with_it = cells(without.with_(**changes))
            added[name] = {kind: n - cells(without)[kind] for kind, n in with_it.items()}
    size = f"{PLAIN.compartments} compartments, {PLAIN.lanes} lanes"
    table = Table("feature", *plain, title=f"ECP5, yosys, {size}")
    table.add_row("neurons and synapses", *(f"{n:,}" for n in plain.values()))
    for name, counts in added.items():
        table.add_row(name, *(f"{n:+,}" for n in counts.values()))
    console.print(table)
    return {"core": size, "plain": plain, "added": added}


if __name__ == "__main__":
    alone(run, __doc__)()
