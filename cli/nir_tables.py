"""Tables of imports: nodes, cores, populations beside the float graph, calibration."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from backspike.cli.console import verdict
from backspike.fpga.boards import BOARDS
from backspike.golden.compiler.compiler import shortages
from backspike.golden.network.network import Network
from backspike.golden.nir.calibration import Calibration
from backspike.golden.nir.fidelity import Fidelity
from backspike.golden.nir.problems import Problem
from backspike.golden.nir.record import NodeRecord, Verdict

__all__ = ["calibration_table", "core_table", "difference_table", "node_table", "population_table"]

_COLOURS = {Verdict.FAITHFUL: "green", Verdict.APPROXIMATE: "yellow", Verdict.REFUSED: "red"}


def node_table(records: Sequence[NodeRecord], problems: Sequence[Problem] = ()) -> Table:
    """Nodes, what becomes of them, and why; problems of what is no node come first."""
    table = Table("node", "kind", "verdict", "error", "notes")
    table.columns[3].justify = "right"
    known = {record.node for record in records}
    for problem in problems:
        if problem.node not in known:
            refused = Text(Verdict.REFUSED, _COLOURS[Verdict.REFUSED])
            table.add_row(problem.node, problem.kind, refused, "", problem.text)
    for record in records:
        fate = Text(record.verdict, _COLOURS[record.verdict])
        notes = "; ".join(record.remarks)
        error = f"{record.error:.2g}" if record.error else ""
        table.add_row(record.node, record.kind, fate, error, notes)
    return table


def core_table(network: Network) -> Table:
    """Cores of the boards, and what each of them lacks."""
    table = Table("board", "fits", "lacks")
    for name, board in BOARDS.items():
        lacking = shortages(network, board.params)
        fits = verdict("no" if lacking else "yes", good=not lacking)
        table.add_row(name, fits, "\n".join(lacking))
    return table


def population_table(fidelity: Fidelity) -> Table:
    """Populations on the core beside the neurons of the float graph."""
    table = Table("spikes of")
    for title in ("float", "core", "differ", "same", "rate error"):
        table.add_column(title, justify="right")
    if read := any(group.read_error is not None for group in fidelity.groups):
        table.add_column("voltages read, error", justify="right")
    for group in fidelity.groups:
        voltages = "" if group.read_error is None else f"{group.read_error:.2g}"
        table.add_row(
            group.name,
            f"{group.spikes_float:,}",
            f"{group.spikes_core:,}",
            verdict(f"{group.different:,}", good=not group.different),
            "" if group.same_spikes is None else f"{group.same_spikes:.2%}",
            f"{group.rate_error:.2g}",
            *([voltages] if read else []),
        )
    return table


def difference_table(fidelity: Fidelity) -> Table:
    """The first difference of each population that has one, in the graph and on the core."""
    table = Table("first difference")
    for title in ("sample", "step", "element", "step of the core", "neuron", "fired"):
        table.add_column(title, justify="right")
    for group in fidelity.groups:
        if (first := group.first) is not None:
            element = ", ".join(map(str, first.element))
            numbers = (first.sample, first.step, element, first.core_step, first.neuron)
            table.add_row(group.name, *map(str, numbers), first.fired)
    return table


def calibration_table(calibration: Calibration) -> Table:
    """Choice for each population, and why."""
    table = Table("population", "choice", "tried", "why")
    table.columns[2].justify = "right"
    for found in calibration.populations:
        choice = found.trials[found.chosen].choice
        table.add_row(found.name, str(choice), str(len(found.trials)), found.why)
    return table
