"""The ``backspike nir`` commands."""

from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console, verdict
from backspike.cli.nir_convert import convert_file
from backspike.cli.nir_export import export_nir
from backspike.cli.nir_import import import_file, import_options, resets_of
from backspike.cli.nir_report import report_nir
from backspike.cli.nir_tables import calibration_table, core_table, node_table
from backspike.cli.nir_tune import tune_file
from backspike.cli.options import PATH
from backspike.experiments.files import check_file
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.files import replace_file
from backspike.golden.network.network_file import save_network
from backspike.golden.nir.to_network import NirCheck, check_nir

__all__ = ["nir"]


@click.group()
def nir() -> None:
    """Networks of other frameworks, in their common format NIR."""


nir.add_command(report_nir, "report")
nir.add_command(export_nir, "export")
nir.add_command(convert_file, "convert")
nir.add_command(tune_file, "tune")


@nir.command("import")
@click.argument("file", type=PATH)
@import_options
@click.option("--check", is_flag=True, help="show all problems and what fits where; write nothing")
@click.option("-o", "--out", type=PATH, help="network to write [default: FILE.npz, here]")
def import_nir(
    file: Path,
    resets: tuple[str, ...],
    calibrate: Path | None,
    check: bool,
    out: Path | None,
    **options: Any,
) -> None:
    """Read FILE (.nir), and write the network for `backspike.load_network`.

    A table says what becomes of each node, with the largest relative error of its constants.
    """
    if check:
        if out is not None:
            raise UserError(f"--out {out} and --check, which writes nothing, exclude each other")
        if calibrate is not None:
            raise UserError(f"--calibrate {calibrate} has no effect with --check")
        if not _show_check(check_nir(file, reset=resets_of(resets), **options)):
            raise SystemExit(2)
        return
    target = out or Path(f"{file.stem}.npz")
    if target.suffix != ".npz":
        raise UserError(f"--out {target} must end in .npz")
    check_file("--out", target)
    imported, calibration = import_file(file, resets, calibrate, **options)
    network = imported.network
    imported.compile()
    replace_file(target, lambda path: save_network(network, path))
    if calibration is not None:
        console.print(calibration_table(calibration))
    console.print(node_table(imported.records))
    console.print(f"{target}: {network}", highlight=False, soft_wrap=True)


def _show_check(found: NirCheck) -> bool:
    """Print what becomes of each node, and which cores would take the network; True if it fits."""
    console.print(node_table(found.records, found.problems))
    if found.imported is None:
        console.print(verdict(f"problems: {len(found.problems)}", good=False))
        return False
    try:
        core = found.imported.compile().params
    except CapacityError as error:
        console.print(verdict(str(error), good=False))
        return False
    console.print(f"smallest core: {core!r}", highlight=False, soft_wrap=True)
    console.print(core_table(found.imported.network))
    return True
