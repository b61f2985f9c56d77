"""The ``backspike nir tune`` command: the last layer of an import goes on learning on a core."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from backspike.cli.console import console, verdict
from backspike.cli.engines import ENGINES, maker
from backspike.cli.nir_import import import_file, import_options
from backspike.cli.nir_tables import calibration_table
from backspike.cli.options import PATH, REAL, WHOLE
from backspike.experiments.files import check_file
from backspike.experiments.nir_data import load_labelled, without_share
from backspike.experiments.progress import bars
from backspike.golden.engine import Engine
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file
from backspike.golden.names import counted
from backspike.golden.network.network_file import save_network
from backspike.golden.nir.export import nir_graph
from backspike.golden.nir.graph_file import write_graph
from backspike.golden.nir.samples import Samples
from backspike.golden.nir.teaching import TuningOptions
from backspike.golden.nir.to_network import NirImport
from backspike.golden.nir.tuning import Tuning, core_accuracy, float_accuracy, tune_nir
from backspike.hdl.params import CoreParams

__all__ = ["tune_file"]

_DEFAULT = TuningOptions()


@click.command()
@click.argument("file", type=PATH)
@import_options
@click.option("--data", type=PATH, required=True, help="spikes x and labels y (.npz) to learn from")
@click.option("--test", type=PATH, help="spikes x and labels y (.npz) that accuracies are told of")
@click.option(
    "--validation",
    type=REAL(0.01, 0.5),
    help="share of --data that is set aside: the epoch that is best on it is kept "
    "[default: none, the last epoch is kept]",
)
@click.option(
    "--epochs",
    type=WHOLE(1, 1000),
    default=5,
    show_default=True,
    help="times that all samples are learned",
)
@click.option(
    "--rate",
    type=WHOLE(1, 128),
    default=_DEFAULT.rate,
    show_default=True,
    help="step of a weight, in 1/128 of a trace",
)
@click.option(
    "--period",
    type=WHOLE(1, 1000),
    default=_DEFAULT.period,
    show_default=True,
    help="steps from a spike of the teacher to the next",
)
@click.option(
    "--impulse",
    type=WHOLE(1, 127),
    default=_DEFAULT.impulse,
    show_default=True,
    help="what a spike adds to a trace",
)
@click.option(
    "--tau",
    type=REAL(0, 1000),
    default=_DEFAULT.tau,
    show_default=True,
    help="time constant of traces, in steps",
)
@click.option(
    "--seed",
    type=WHOLE(0),
    default=1,
    show_default=True,
    help="of the orders of samples, and of the rounding",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="golden",
    show_default=True,
    help="verilator: learn in the RTL, and compare its weights with those of the golden core",
)
@click.option(
    "-o",
    "--out",
    type=PATH,
    help="graph (.nir) or network (.npz) to write [default: FILE_tuned.nir]",
)
def tune_file(
    file: Path,
    resets: tuple[str, ...],
    calibrate: Path | None,
    data: Path,
    test: Path | None,
    validation: float | None,
    epochs: int,
    rate: int,
    period: int,
    impulse: int,
    tau: float,
    seed: int,
    engine: str,
    out: Path | None,
    **options: Any,
) -> None:
    """Let the last layer of FILE (.nir) go on learning on a core, from spikes with labels.

    A teacher fires where the output should; the output's own spikes subtract what the teacher's
    add. A table has the accuracies before and after, of the float graph and of the core.
    """
    target = out or Path(f"{file.stem}_tuned.nir")
    _check(file, target, data, test, calibrate)
    constants = TuningOptions(rate=rate, period=period, impulse=impulse, tau=tau)
    imported, calibration = import_file(file, resets, calibrate, **options)
    write = _writer(target, imported)
    splits = {"learned": load_labelled(imported, data)}
    if validation is not None:
        learned, aside = without_share(splits["learned"], validation)
        splits = {"learned": learned, "validation": aside}
    chosen = {"epochs": epochs, "options": constants, "seed": seed}
    tuned = _tune(imported, splits, maker(console, engine), **chosen)
    differ = None
    if engine != "golden":
        golden = _tune(imported, splits, maker(console, "golden"), **chosen)
        differ = sum(int((tuned.weights[n] != w).sum()) for n, w in golden.weights.items())
    if test is not None:
        splits["test"] = load_labelled(imported, test)
    rows = [(name, *_accuracies(imported, tuned, split)) for name, split in splits.items()]
    write(tuned.imported)
    if calibration is not None:
        console.print(calibration_table(calibration))
    _show(tuned, rows, {name: len(split) for name, split in splits.items()})
    if differ is not None:
        count = sum(weights.size for weights in tuned.weights.values())
        line = f"golden core and {engine}: {differ:,} of {counted(count, 'weight')} differ"
        console.print(verdict(line, good=not differ))
    console.print(f"{target}: {tuned.imported.network}", highlight=False, soft_wrap=True)
    if differ:
        raise SystemExit(1)


def _check(file: Path, target: Path, data: Path, test: Path | None, calibrate: Path | None) -> None:
    """Refuse a file that cannot be written, and tests on what was learned or calibrated on."""
    if target.suffix not in (".nir", ".npz"):
        raise UserError(f"--out {target} must end in .nir or .npz")
    if target.resolve() == file.resolve():
        raise UserError(f"--out {target} must not be the graph that is read")
    check_file("--out", target)
    for option, used in (("--data", data), ("--calibrate", calibrate)):
        if test is not None and used is not None and test.resolve() == used.resolve():
            raise UserError(f"--test {test} must not be the {option}, which the network is made by")


def _writer(target: Path, imported: NirImport) -> Callable[[NirImport], None]:
    """Writes a network to a file; raises UserError where it could not be said in its format."""
    if target.suffix == ".npz":
        return lambda made: replace_file(target, lambda path: save_network(made.network, path))
    dt = imported.conventions.dt
    nir_graph(imported.network, dt=dt)

    def write(made: NirImport) -> None:
        graph = nir_graph(made.network, dt=dt).graph
        write_graph(target, graph)

    return write


def _tune(
    imported: NirImport,
    splits: dict[str, Samples],
    engine: Callable[[CoreParams], Engine],
    **chosen: Any,
) -> Tuning:
    """Learn under a progress bar."""
    learned, aside = splits["learned"], splits.get("validation")
    tests = (chosen["epochs"] + 1) * len(learned if aside is None else aside)
    with bars(console) as progress:
        task = progress.add_task("tune", total=tests + chosen["epochs"] * len(learned))

        def tell(doing: str, done: int, total: int) -> None:
            progress.update(task, description=f"tune, {doing}")
            progress.advance(task)

        return tune_nir(imported, learned, validation=aside, engine=engine, progress=tell, **chosen)


def _accuracies(imported: NirImport, tuned: Tuning, samples: Samples) -> tuple[float, float, float]:
    """Accuracies of the float graph, and of the core before and after."""
    after = core_accuracy(tuned.imported, samples)
    return float_accuracy(imported, samples), core_accuracy(imported, samples), after


def _show(
    tuned: Tuning, rows: list[tuple[str, float, float, float]], sizes: dict[str, int]
) -> None:
    """Print accuracies by epochs, and before and after."""
    checked = "validation" if "validation" in sizes else "learned"
    epochs = Table("epoch", f"core, {checked}", "")
    for epoch, accuracy in enumerate(tuned.accuracies):
        epochs.add_row(str(epoch), f"{accuracy:.4f}", "kept" if epoch == tuned.kept else "")
    table = Table("split", "samples", "float graph before", "core before", "core after")
    for name, *found in rows:
        table.add_row(name, f"{sizes[name]:,}", *(f"{accuracy:.4f}" for accuracy in found))
    for one in (epochs, table):
        for column in one.columns[1:]:
            column.justify = "right"
        console.print(one)
