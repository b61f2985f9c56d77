"""The ``backspike nir report`` command: an imported network beside its float graph."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console, verdict
from backspike.cli.engines import ENGINES, maker
from backspike.cli.nir_import import import_file, import_options
from backspike.cli.nir_tables import (
    calibration_table,
    difference_table,
    node_table,
    population_table,
)
from backspike.cli.options import PATH, REAL, WHOLE, command_line
from backspike.experiments.fidelity_report import fidelity_json, settings_of, write_fidelity
from backspike.experiments.files import check_file, check_folder, held_out
from backspike.experiments.nir_data import load_spikes
from backspike.experiments.progress import bars
from backspike.golden.errors import UserError
from backspike.golden.files import write_text
from backspike.golden.names import counted
from backspike.golden.nir.comparison import compare_engine, compare_nir
from backspike.golden.nir.fidelity import EngineDifference, Fidelity
from backspike.golden.nir.samples import Samples, random_samples
from backspike.golden.nir.to_network import NirImport

__all__ = ["report_nir"]

#: Options of random spikes, where there are no data.
_RANDOM = {"samples": 4, "steps": 100, "rate": 0.1, "seed": 1}


@click.command()
@click.argument("file", type=PATH)
@import_options
@click.option("--data", type=PATH, help="spikes: .npy, or .npz by the names of inputs, or x and y")
@click.option("--labels", type=PATH, help="neurons of the output: .npy, or .npz with y")
@click.option("--samples", type=WHOLE(1), help="of random spikes [default: 4]")
@click.option("--steps", type=WHOLE(1), help="of random spikes [default: 100]")
@click.option("--rate", type=REAL(0, 1), help="of random spikes, in a step [default: 0.1]")
@click.option("--seed", type=WHOLE(0), help="of random spikes [default: 1]")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="golden",
    show_default=True,
    help="verilator: compare the RTL with the golden core, too",
)
@click.option(
    "--engine-samples",
    type=WHOLE(1),
    default=4,
    show_default=True,
    help="that the RTL runs: the first ones",
)
@click.option("--json", "json_file", type=PATH, help="write the report here, as JSON")
@click.option("--out", type=PATH, help="page to write (.html), or folder for all [default: none]")
def report_nir(
    file: Path,
    data: Path | None,
    labels: Path | None,
    samples: int | None,
    steps: int | None,
    rate: float | None,
    seed: int | None,
    engine: str,
    engine_samples: int,
    json_file: Path | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Compare the network of FILE (.nir) on the core with the same graph in floating point.

    On spikes of --data or, without them, on random ones. Tables say what becomes of each node, and
    how many spikes of each population differ; --out has pictures, too.
    """
    chance = {"samples": samples, "steps": steps, "rate": rate, "seed": seed}
    _check_options(data, labels, chance, options["calibrate"])
    if json_file is not None:
        check_file("--json", json_file)
    if out is not None:
        (check_file if out.suffix == ".html" else check_folder)("--out", out)
    imported, calibration = import_file(file, **options)
    used = _random(imported, chance) if data is None else load_spikes(imported, data, labels)
    with bars(console) as progress:
        task = progress.add_task("compare", total=len(used))
        found = compare_nir(imported, used, progress=lambda n: progress.update(task, completed=n))
    if engine != "golden":
        found = replace(found, engine=_on_engine(engine, imported, used.first(engine_samples)))
    if calibration is not None:
        tried = [entry.as_dict() for entry in calibration.populations]
        found = replace(found, calibration=tried)
        console.print(calibration_table(calibration))
    _show(found)
    settings = settings_of(imported) | {"calibrate": str(options["calibrate"] or "")}
    facts = {"name": file.stem, "command": command_line()}
    if json_file is not None:
        write_text(json_file, fidelity_json(found, settings, **facts))
    if out is not None:
        page = _write(out, found, settings, facts)
        console.print(f"report: {page}", highlight=False, soft_wrap=True)
    if found.engine and found.engine.different:
        raise SystemExit(1)


def _check_options(
    data: Path | None, labels: Path | None, chance: dict[str, Any], calibrate: Path | None
) -> None:
    """Refuse options that have no effect beside each other, and calibration on what is tested."""
    if data is None:
        if labels is not None:
            raise UserError(f"--labels {labels} are of --data, and there are none")
        return
    for name, value in chance.items():
        if value is not None:
            raise UserError(f"--{name} is of random spikes: --data {data} has its own")
    if calibrate is not None and calibrate.resolve() == data.resolve():
        raise UserError(f"--calibrate {calibrate} must not be the --data that are compared on")


def _random(imported: NirImport, chance: dict[str, Any]) -> Samples:
    """Random spikes, as options say."""
    chosen = {name: value for name, value in chance.items() if value is not None}
    return random_samples(imported, **(_RANDOM | chosen))


def _on_engine(name: str, imported: NirImport, samples: Samples) -> EngineDifference:
    """The golden core beside an engine by name."""
    engine = maker(console, name)(imported.compile().params)
    try:
        with bars(console) as progress:
            task = progress.add_task(f"run on {name}", total=len(samples))
            return compare_engine(
                imported,
                samples,
                engine,
                progress=lambda n: progress.update(task, completed=n),
            )
    finally:
        engine.close()


def _show(found: Fidelity) -> None:
    """Print tables and results."""
    console.print(node_table(found.records))
    console.print(population_table(found))
    if found.different:
        console.print(difference_table(found))
    size = f"{counted(found.samples, 'sample')} of {counted(found.steps, 'step')}"
    lines = [f"{size}, {found.origin}"]
    if found.same_spikes is not None:
        lines.append(f"same spikes: {found.same_spikes:.2%}")
    if found.accuracy_float is not None:
        lines.append(f"accuracy: float {found.accuracy_float:.4f}, core {found.accuracy_core:.4f}")
    if found.agreement is not None:
        lines.append(f"predictions of {found.output} that agree: {found.agreement:.2%}")
    lines += [
        f"voltages of {group.name} at a limit of the core: {group.limited:,} neurons and steps"
        for group in found.groups
        if group.limited
    ]
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    if found.engine:
        e = found.engine
        line = f"golden core and {e.engine}, {counted(e.samples, 'sample')}: {e.different:,} of "
        console.print(verdict(f"{line}{counted(e.spikes, 'spike')} differ", good=not e.different))


def _write(out: Path, found: Fidelity, settings: dict[str, Any], facts: dict[str, str]) -> Path:
    """Write the page or the folder."""
    if out.suffix == ".html":
        return write_fidelity(out, found, settings, **facts)
    with held_out(out):
        return write_fidelity(out, found, settings, **facts)
