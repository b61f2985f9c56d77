"""The ``backspike status``, ``report`` and ``predict`` commands: looking into a run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from backspike.cli.console import console
from backspike.cli.options import PATH
from backspike.cli.prepared_run import begin, make_learner, prepare
from backspike.cli.run_messages import summary
from backspike.cli.train_settings import variant_of
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.files import check_file
from backspike.experiments.predictions import as_csv, class_numbers, load_samples
from backspike.experiments.predictions import predict as predict_samples
from backspike.experiments.progress import duration
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import RunFolder
from backspike.experiments.settings import TrainSettings
from backspike.experiments.train_loop import accuracies
from backspike.golden.errors import UserError
from backspike.golden.files import write_text
from backspike.golden.names import counted, listed
from backspike.golden.nbp.equations import evaluate

__all__ = ["predict", "report", "status"]

#: Lines of a table of predictions.
SHOWN = 20


@click.command()
@click.argument("run", type=PATH)
def status(run: Path) -> None:
    """Show the state of RUN: its settings, epochs, accuracies, and how to go on."""
    folder = RunFolder(run)
    if not folder.is_run():
        raise UserError(f"RUN {run} is not a run: it has no checkpoint.npz")
    saved, state = folder.checkpoint()
    stored = folder.load_settings() or {}
    settings = stored.get("settings", {})
    table = Table("", "", title=str(run), show_header=False)
    finished = folder.is_finished() or (run / "continual.json").is_file()
    running = folder.is_held()
    table.add_row("state", "running" if running else "finished" if finished else "interrupted")
    names = ("dataset", "circuit", "engine", "rule", "kernels", "seed")
    for name, value in {name: settings.get(name) or saved.get(name) for name in names}.items():
        if value is not None:
            table.add_row(name, str(value))
    table.add_row("layers", "-".join(map(str, saved.get("layers", ()))))
    learning = saved.get("learning", {})
    table.add_row("learning", ", ".join(f"{k} {listed(v)}" for k, v in learning.items()))
    wanted = settings.get("epochs")
    within = f", and {state.position:,} samples of the next" if state.position else ""
    table.add_row("epochs", f"{state.epoch}{f' of {wanted}' if wanted else ''}{within}")
    if (seconds := state.totals.get("seconds_train")) is not None:
        table.add_row("time in training", duration(seconds))
    if state.history:
        for name, value in state.history[-1].items():
            if name != "epoch" and isinstance(value, float):
                table.add_row(name.replace("_", ", "), f"{value:.4f}")
    if saved.get("check"):
        table.add_row("weights that differ", f"{state.totals.get('mismatches', 0):.0f}")
    if not running and not finished and "go_on" in stored:
        table.add_row("to go on", f"{stored['go_on']} --resume")
    console.print(table)


@click.command()
@click.argument("run", type=PATH)
def report(run: Path) -> None:
    """Write the report of RUN as it is now, finished or not.

    Of an unfinished run, it shows the last checkpoint; the run can still be gone on with.
    """
    folder = RunFolder(run)
    stored = folder.load_settings() if folder.is_run() else None
    if stored is None:
        raise UserError(f"RUN {run} has no checkpoint.npz and run.json: nothing to report")
    settings = folder.settings_as(TrainSettings)
    demo = bool(folder.checkpoint()[0].get("demo"))
    prepared = prepare(replace(settings, out=run, resume=True, demo=demo))
    with folder.held():
        state = begin(folder, prepared)
        # The golden core holds a program as any other engine does, and needs no build.
        on_golden = prepared.settings
        if on_golden.circuit in CIRCUITS and not on_golden.has_board:
            on_golden = replace(on_golden, engine="golden")
        circuit, learner = make_learner(prepared._replace(settings=on_golden), state)
        if variant_of(on_golden) is None and not state.weights:
            raise UserError(f"RUN {run} has not learned anything yet: go on with --resume")
        if not state.history or state.position:
            exact = state.hits / max(1, state.position)
            now = {"epoch": state.epoch + state.position / len(prepared.data.y_train)}
            read = accuracies(learner.weights(), prepared.data, prepared.shapes)
            state.history.append(now | {"train_exact": exact} | read)
        network = prepared.data, prepared.shapes
        metrics = metrics_of(prepared.identity, *network, state, stored.get("command", ""))
        metrics["finished"] = state.epoch >= settings.epochs
        write_results(folder, *network, learner, circuit, metrics, on_golden.engine)
    console.print(summary(metrics))
    console.print(f"report: {run / 'report.html'}", highlight=False, soft_wrap=True)


@click.command()
@click.argument("run", type=PATH)
@click.argument("file", type=PATH)
@click.option("--out", type=PATH, help="write all predictions here, as .csv")
def predict(run: Path, file: Path, out: Path | None) -> None:
    """Classes of the samples in FILE, by the weights of RUN, finished or not.

    FILE is .npz with x, .csv, an image or a folder of images; its numbers become spikes as those of
    the training split did. If it has labels (y, a column label, a folder of each class), the
    accuracy is shown, too.
    """
    folder = RunFolder(run)
    if out is not None:
        if out.suffix != ".csv":
            raise UserError(f"--out {out} must end with .csv")
        check_file("--out", out)
    result, preparation = folder.load_result(), folder.load_inputs()
    samples = load_samples(file, preparation)
    what = f"FILE {file}"
    found, spikes = predict_samples(result.weights, preparation, what, samples, result.shapes)
    y = None if samples.y is None else class_numbers(what, samples.y, preparation.class_names)
    if y is not None and len(y) != len(spikes):
        raise UserError(f"{what}: {len(y)} labels for {len(spikes)} samples")
    if out is not None:
        write_text(out, as_csv(found))
    table = Table("sample", "class (membrane)", "by spikes", "lead")
    for line in found[:SHOWN]:
        table.add_row(line.name, line.membrane, line.spikes or "-", str(line.lead))
    console.print(table)
    more = f", the first {SHOWN} of them above" if len(found) > SHOWN else ""
    where = f"; all in {out}" if out else ""
    count = counted(len(found), "sample")
    console.print(f"{count}{more}{where}", highlight=False, soft_wrap=True)
    if y is not None:
        accuracy: dict[str, Any] = evaluate(result.weights, spikes, y, result.shapes)._asdict()
        read_outs = ", ".join(f"{name} {value:.4f}" for name, value in accuracy.items())
        console.print(f"accuracy: {read_outs}", highlight=False)
