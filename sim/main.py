"""The ``backspike`` command."""

import importlib
import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.golden.datasets import load_dataset
from backspike.golden.equations import evaluate
from backspike.golden.microcode import compile_rule
from backspike.hdl.layouts import Factor, MicroOp
from backspike.hdl.params import CORE_PRESETS
from backspike.hdl.verilog import write_verilog
from backspike.sim import doctor as tools
from backspike.sim.commands import train_run
from backspike.sim.evaluation import infer
from backspike.sim.pictures import plot_raster
from backspike.sim.progress import bars, build_progress
from backspike.sim.rasters import sample_rasters, write_waveform
from backspike.sim.runs import RunError, RunFolder
from backspike.sim.train_loop import make_engine, paper_program
from backspike.sim.verify import SIMULATORS, Verification
from backspike.sim.verify import verify as verify_rtl
from backspike.sim.verilator_build import BuildError

__all__ = ["main"]

console = Console()
ENGINES = ("golden", "verilator")
BENCHES = ("equations", "paper_circuit")


def _sizes(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    """A list of layer sizes such as 400,400."""
    try:
        sizes = tuple(int(part) for part in value.split(","))
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 1 or max(sizes) > 16384:
        raise click.BadParameter(f"{value!r} is no list of sizes from 1 to 16384, such as 400")
    return sizes


def data_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say which samples."""
    for option in (
        click.option("--dataset", default="digits", help="digits, mnist, fashion-mnist, FILE.npz"),
        click.option("--data-dir", type=click.Path(path_type=Path), help="folder of IDX files"),
        click.option("--encoder", help="how images become spikes, such as crop:4,threshold:0.5"),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backspike")
def cli() -> None:
    """Backspike: a neurocore that learns by exact backpropagation, on chip, in spikes."""


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/demo"))
@click.option("--epochs", default=25, type=click.IntRange(1), show_default=True)
@click.option("--hidden", default="64", callback=_sizes, show_default=True)
@click.option("--seed", default=1, type=click.IntRange(0), show_default=True)
@click.option("--quick", is_flag=True, help="a small core and one epoch: a minute")
def demo(out: Path, epochs: int, hidden: tuple[int, ...], seed: int, quick: bool) -> None:
    """Learn handwritten digits in the simulated RTL, and check every weight."""
    console.print(
        "Backspike builds a neurocore from its RTL and lets it learn handwritten digits by\n"
        "backpropagation in spikes, inside the core: the host sends only pixels and labels.\n"
        "Beside it, the golden equations learn the same samples; every weight must agree."
    )
    folder = RunFolder(out)
    if folder.is_run():
        for file in out.iterdir():
            file.unlink()
    started = time.monotonic()
    metrics = train_run(
        console,
        dataset="digits",
        data_dir=None,
        encoder=None,
        engine="verilator",
        circuit="paper",
        hidden=(16,) if quick else hidden,
        epochs=1 if quick else epochs,
        samples=200 if quick else None,
        seed=seed,
        init=None,
        order="shuffled",
        check=True,
        out=out,
        resume=False,
        lanes=16,
        lift=64,
        command="backspike demo" + (" --quick" if quick else ""),
    )
    console.print(f"In all {time.monotonic() - started:.0f} s.")
    if metrics["mismatches"]:
        raise SystemExit(1)


@cli.command()
@data_options
@click.option("--circuit", type=click.Choice(["equations", "paper"]), default="equations")
@click.option("--engine", type=click.Choice(ENGINES), default="verilator", show_default=True)
@click.option("--hidden", default="400", callback=_sizes, show_default=True)
@click.option("--epochs", default=10, type=click.IntRange(1), show_default=True)
@click.option("--samples", type=click.IntRange(1), help="train on the first N samples only")
@click.option("--seed", default=1, type=click.IntRange(0), show_default=True)
@click.option("--init", type=click.Path(path_type=Path), help="start from these weights (.npz)")
@click.option("--order", type=click.Choice(["shuffled", "given"]), default="shuffled")
@click.option("--check/--no-check", default=True, help="compare with the golden equations")
@click.option("--lift", default=0, type=click.IntRange(0, 240), help="raise the output weights")
@click.option("--lanes", type=click.Choice(["1", "2", "4", "8", "16", "32"]), default="16")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/train"))
@click.option("--resume", is_flag=True, help="go on from the checkpoint in --out")
def train(**options: Any) -> None:
    """Train a network by nBP, by the equations or in the paper's circuit on a core."""
    options["lanes"] = int(options["lanes"])
    if options["circuit"] == "equations":
        options["engine"] = "numba"
    command = shlex.join(["backspike", *sys.argv[1:]])
    if train_run(console, **options, command=command)["mismatches"]:
        raise SystemExit(1)


@cli.command("eval")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(["equations", *ENGINES]), default="equations")
@click.option("--data-dir", type=click.Path(path_type=Path), help="folder of IDX files")
@click.option("--samples", type=click.IntRange(1), help="the first N test samples only")
@click.option("--lanes", type=click.Choice(["1", "2", "4", "8", "16", "32"]), default="16")
def evaluate_run(
    run: Path, engine: str, data_dir: Path | None, samples: int | None, lanes: str
) -> None:
    """Accuracy of a run's weights on the test split, on any engine."""
    metrics, weights = _finished(run)
    data = load_dataset(metrics["dataset"], data_dir=data_dir, encoder=metrics["encoder"])
    x, y = data.x_test[:samples], data.y_test[:samples]
    expected = evaluate(weights, x, y)
    table = Table("read-out", "equations")
    columns = [expected]
    if engine != "equations":
        table.add_column(engine)
        with bars(console) as progress:
            task = progress.add_task(f"infer on {engine}", total=len(y))
            accuracy, counters = infer(
                weights, x, y, engine, int(lanes), lambda n: progress.advance(task, n)
            )
        columns.append(accuracy)
    for n, name in enumerate(expected._fields):
        table.add_row(name, *(f"{column[n]:.4f}" for column in columns))
    console.print(table)
    if len(columns) > 1:
        cycles = sum(n for name, n in counters.items() if name.startswith("cycles_"))
        if cycles:
            console.print(f"{cycles:,.0f} cycles a sample, with the host's own")
        if columns[0] != columns[1]:
            raise SystemExit(1)


@cli.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--samples", default=2, type=click.IntRange(1, 20), show_default=True)
@click.option("--engine", type=click.Choice(ENGINES), default="golden", show_default=True)
@click.option("--data-dir", type=click.Path(path_type=Path), help="folder of IDX files")
@click.option("--out", type=click.Path(path_type=Path), default=Path("raster"), show_default=True)
def raster(run: Path, samples: int, engine: str, data_dir: Path | None, out: Path) -> None:
    """The spikes of some test samples in the paper's circuit, as PNG and VCD."""
    metrics, weights = _finished(run)
    data = load_dataset(metrics["dataset"], data_dir=data_dir, encoder=metrics["encoder"])
    program = paper_program(tuple(metrics["layers"]), weights, 16)
    core = make_engine(engine, program, build_progress(console))
    x, y = data.x_test[:samples], data.y_test[:samples]
    rasters = sample_rasters(program, core, x, y)
    core.close()
    title = f"Test samples of classes {', '.join(map(str, y))}, on the engine {engine}"
    picture, waveform = out.with_suffix(".png"), out.with_suffix(".vcd")
    plot_raster(rasters, picture, title, first_step=1)
    write_waveform(rasters, waveform)
    console.print(f"{picture} and {waveform}: {sum(int(r.sum()) for r in rasters.values())} spikes")


@cli.command()
@click.option("--simulator", type=click.Choice(SIMULATORS), default="verilator")
@click.option("--seed", default=0, type=click.IntRange(0), show_default=True)
@click.option("--runs", default=20, type=click.IntRange(1), show_default=True)
@click.option("--preset", type=click.Choice(list(CORE_PRESETS)), default="tiny")
def verify(simulator: Any, seed: int, runs: int, preset: str) -> None:
    """Random programs and stimuli: the RTL against the golden core."""

    def tell(result: Verification) -> None:
        verdict = "[green]agree[/]" if result.difference is None else f"[red]{result.difference}[/]"
        console.print(
            f"seed {result.seed}: {result.steps} steps, {result.spikes} spikes, "
            f"{result.synapses_changed} weights changed: {verdict}",
            highlight=False,
        )

    results = verify_rtl(simulator, seed, runs, params=CORE_PRESETS[preset], on_run=tell)
    if not all(result.difference is None for result in results):
        raise SystemExit(1)


@cli.command()
@click.option("--preset", type=click.Choice(list(CORE_PRESETS)), default="default")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="change a parameter")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("backspike_core.v"))
def verilog(preset: str, changes: tuple[str, ...], out: Path) -> None:
    """Write the core as one Verilog file."""
    fields: dict[str, object] = {}
    for change in changes:
        name, _, value = change.partition("=")
        if name not in CORE_PRESETS[preset].__dataclass_fields__:
            raise RunError(f"--set {change}: the core has no parameter {name!r}")
        try:
            fields[name] = json.loads(value)
        except ValueError:
            fields[name] = value
    try:
        params = CORE_PRESETS[preset].with_(**fields)
    except TypeError as error:
        raise RunError(str(error)) from None
    if not out.absolute().parent.is_dir():
        raise RunError(f"--out {out}: there is no folder {out.absolute().parent}")
    write_verilog(out, params)
    console.print(f"{out}: {out.stat().st_size:,} bytes, module backspike_core")


@cli.command()
@click.argument("text")
@click.option("--rounding", type=click.Choice(["floor", "stochastic"]), default="floor")
def rule(text: str, rounding: Any) -> None:
    """Compile a learning rule, and show its microcode."""
    compiled = compile_rule(text, rounding=rounding)
    table = Table(*compiled.instructions[0], title=f"dw = {text.removeprefix('dw =').strip()}")
    for row in compiled.instructions:
        named = {"op": MicroOp(row["op"]).name, "factor": Factor(row["factor"]).name}
        table.add_row(*(str(value) for value in (row | named).values()))
    console.print(table)
    console.print(
        f"visits axons: {compiled.pre.name}, words: {compiled.post.name}; "
        f"rounding: {'stochastic' if compiled.stochastic else 'down'}"
    )


@cli.command()
def doctor() -> None:
    """Which tools are found, in which versions, and what to install."""
    findings = tools.examine()
    table = Table("tool", "needed for", "status", "found", "remedy")
    for finding in findings:
        colour = "green" if finding.status == "ok" else "red" if finding.required else "yellow"
        table.add_row(
            finding.name,
            finding.needed_for,
            f"[{colour}]{finding.status}[/]",
            finding.found,
            finding.remedy,
        )
    console.print(table)
    if not tools.is_healthy(findings):
        raise SystemExit(1)


@cli.command()
@click.argument("names", nargs=-1, type=click.Choice(BENCHES))
@click.option("--data-dir", type=click.Path(path_type=Path), help="folder of IDX files")
@click.option("--json", "file", type=click.Path(path_type=Path), help="write the results here")
def bench(names: tuple[str, ...], data_dir: Path | None, file: Path | None) -> None:
    """Run benchmarks: speeds, as ratios to something that runs beside them."""
    results = {}
    for name in names or BENCHES:
        results[name] = importlib.import_module(f"backspike.bench.{name}").run(data_dir)
    if file is not None:
        file.write_text(json.dumps(results, indent=2) + "\n")


def _finished(run: Path) -> tuple[dict, list[np.ndarray]]:
    """Metrics and weights of a run."""
    if not run.is_dir():
        raise RunError(f"{run} is not a run: there is no such folder")
    folder = RunFolder(run)
    return folder.load_metrics(), folder.load_weights()


def main() -> None:
    """Entry point: every error of the user is one line, and exit status 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except click.ClickException as error:
        click.echo(f"backspike: {error.format_message()}", err=True)
        raise SystemExit(2) from None
    except (ValueError, TypeError, OSError, BuildError) as error:
        # Everything that a user can get wrong is a ValueError: data, rules, sizes, runs.
        click.echo(f"backspike: {error}", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
