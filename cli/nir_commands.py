"""The ``backspike nir`` commands."""

from pathlib import Path
from typing import Any, get_args

import click
from rich.table import Table
from rich.text import Text

from backspike.cli.console import console, verdict
from backspike.cli.options import PATH
from backspike.experiments.files import check_file
from backspike.fpga.boards import BOARDS
from backspike.golden.compiler.compiler import compile_network, shortages
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.network.network import Network
from backspike.golden.network.network_file import save_network
from backspike.golden.nir.neurons import NEURONS, Integrator, Reset
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.record import NodeRecord, Verdict
from backspike.golden.nir.scales import Scaling
from backspike.golden.nir.to_network import NirCheck, check_nir
from backspike.sim.files import replace_file

__all__ = ["nir"]

_COLOURS = {Verdict.FAITHFUL: "green", Verdict.APPROXIMATE: "yellow", Verdict.REFUSED: "red"}


@click.group()
def nir() -> None:
    """Networks of other frameworks, in their common format NIR."""


@nir.command("import")
@click.argument("file", type=PATH)
@click.option("--dt", type=float, required=True, help="seconds of a time step; snnTorch has 1e-4")
@click.option(
    "--reset",
    "resets",
    multiple=True,
    metavar="[NODE=]RESET",
    default=["zero"],
    show_default=True,
    help=f"of all neurons, of a node or a kind: {', '.join(get_args(Reset))}",
)
@click.option(
    "--integrator",
    type=click.Choice(get_args(Integrator)),
    default="euler",
    show_default=True,
    help="a step loses dt/tau, or 1 - exp(-dt/tau)",
)
@click.option(
    "--scaling",
    type=click.Choice(get_args(Scaling)),
    default="power-of-two",
    show_default=True,
    help="weight units for one unit of NIR's voltage",
)
@click.option(
    "--synapses",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="that each weight is the sum of: more are more exact",
)
@click.option("--check", is_flag=True, help="show all problems and what fits where; write nothing")
@click.option("-o", "--out", type=PATH, help="network to write [default: FILE.npz, here]")
def import_nir(
    file: Path, resets: tuple[str, ...], check: bool, out: Path | None, **options: Any
) -> None:
    """Read FILE (.nir), and write the network for `backspike.load_network`.

    A table says what becomes of each node, with the largest relative error of its constants.
    """
    target = out or Path(f"{file.stem}.npz")
    if check and out is not None:
        raise UserError(f"--out {out} and --check, which writes nothing, exclude each other")
    if not check:
        if target.suffix != ".npz":
            raise UserError(f"--out {target} must end in .npz")
        check_file("--out", target)
    found = check_nir(file, reset=_resets(resets), **options)
    if check:
        if not _show_check(found):
            raise SystemExit(2)
        return
    if found.imported is None:
        raise GraphError(found.problems)
    network = found.imported.network
    compile_network(network)
    replace_file(target, lambda path: save_network(network, path))
    console.print(_node_table(found))
    console.print(f"{target}: {network}", highlight=False, soft_wrap=True)


def _resets(words: tuple[str, ...]) -> dict[str, Any]:
    """Resets by node or kind; a word without either is of all kinds."""
    found: dict[str, Any] = {}
    for word in words:
        name, _, reset = word.rpartition("=")
        found |= {name: reset} if name else dict.fromkeys(NEURONS, reset)
    return found


def _show_check(found: NirCheck) -> bool:
    """Print what becomes of each node, and which cores would take the network; True if it fits."""
    console.print(_node_table(found))
    if found.imported is None:
        console.print(verdict(f"problems: {len(found.problems)}", good=False))
        return False
    try:
        core = compile_network(found.imported.network).params
    except CapacityError as error:
        console.print(verdict(str(error), good=False))
        return False
    console.print(f"smallest core: {core!r}", highlight=False, soft_wrap=True)
    console.print(_core_table(found.imported.network))
    return True


def _node_table(found: NirCheck) -> Table:
    """Nodes, what becomes of them, and why; problems of what is no node come first."""
    table = Table("node", "kind", "verdict", "error", "notes")
    table.columns[3].justify = "right"
    known = {record.node for record in found.records}
    for problem in found.problems:
        if problem.node not in known:
            refused = Text(Verdict.REFUSED, _COLOURS[Verdict.REFUSED])
            table.add_row(problem.node, problem.kind, refused, "", problem.text)
    for record in found.records:
        fate = Text(record.verdict, _COLOURS[record.verdict])
        notes = "; ".join([*record.notes, *_rounded(record)])
        error = f"{record.error:.2g}" if record.error else ""
        table.add_row(record.node, record.kind, fate, error, notes)
    return table


def _rounded(record: NodeRecord) -> list[str]:
    """Names of the constants that are not exact, with their errors."""
    errors = {constant.name: constant.error for constant in record.constants if constant.error}
    return [f"{name}: {error:.2g}" for name, error in errors.items()]


def _core_table(network: Network) -> Table:
    """Cores of the boards, and what each of them lacks."""
    table = Table("board", "fits", "lacks")
    for name, board in BOARDS.items():
        lacking = shortages(network, board.params)
        fits = verdict("no" if lacking else "yes", good=not lacking)
        table.add_row(name, fits, "\n".join(lacking))
    return table
