"""The ``backspike`` command."""

import importlib
import io
import json
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click
from rich.table import Table
from rich.text import Text

from backspike.cli import doctor as tools
from backspike.cli.console import console, verdict
from backspike.cli.continual_commands import continual
from backspike.cli.core_commands import rule, verilog
from backspike.cli.demo_command import demo
from backspike.cli.engines import ENGINES
from backspike.cli.example_run import example_run
from backspike.cli.fpga_commands import fpga
from backspike.cli.inspection import eval_run, raster_run
from backspike.cli.lab_command import lab
from backspike.cli.lessons_command import lessons
from backspike.cli.memory_view import show_memory
from backspike.cli.nir_commands import nir
from backspike.cli.options import PATH, WHOLE, options
from backspike.cli.run_commands import predict, report, status
from backspike.cli.signals import Stopped, stoppable
from backspike.cli.sweep_commands import sweep
from backspike.cli.train_command import train
from backspike.cli.waves_command import waves
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.examples import EXAMPLES
from backspike.experiments.files import check_file
from backspike.experiments.settings import DATA, TrainSettings
from backspike.experiments.waves_settings import SAMPLE_HELP
from backspike.golden.compiler.program import Program
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file
from backspike.hdl.params import DEFAULT_LANES
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.verification import SIMULATORS, Verification
from backspike.sim.verify.verification import verify as verify_rtl
from backspike.sim.waiting import told_kernels

__all__ = ["main"]

BENCHES = ("equations", "paper_circuit", "folded_circuit", "throughput")
#: Only run by name: it needs yosys, and minutes.
SLOW_BENCHES = ("features",)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backspike")
def cli() -> None:
    """Backspike: a neurocore that learns by exact backpropagation, on chip, in spikes."""


for command in (
    fpga, nir, sweep, continual, demo, train, status, report, predict, waves, lab, verilog, rule,
    lessons
):  # fmt: skip
    cli.add_command(command)


@cli.command("eval")
@click.argument("run", type=PATH)
@click.option("--engine", type=click.Choice(["equations", *ENGINES]), default="equations")
@options(
    TrainSettings,
    *DATA,
    "kernels",
    "samples",
    "lanes",
    dataset={"default": None, "shown": False, "help": "with a file of weights: what they are for"},
    samples={"help": "the first N test samples only"},
    kernels={"help": "with a file of weights: its convolutions"},
    lanes={"help": f"of the engine's core [default: {DEFAULT_LANES}, or what kernels allow]"},
)
def evaluate_run(**options: Any) -> None:
    """Accuracy on the test split, on any engine, of RUN: a run, finished or not, or its weights.

    A file of weights (.npz with W1, W2, ...) needs the --dataset, and what else says how that
    becomes spikes.
    """
    if not eval_run(console, **options):
        raise SystemExit(1)


@cli.command()
@click.argument("run", type=PATH, required=False)
@options(
    TrainSettings,
    *DATA,
    "kernels",
    "hidden",
    "seed",
    dataset={"default": None, "shown": False},
    kernels={"help": "without RUN: convolutions"},
    hidden={"help": "without RUN: [default: 64; with kernels: none]"},
    seed={"default": None, "shown": False, "help": "without RUN: [default: 1]"},
)
@click.option("--circuit", type=click.Choice(list(CIRCUITS)), help="[default: RUN's, or paper]")
@click.option("--samples", type=WHOLE(1, 20), help="so many, from --sample on [default: 2, or 1]")
@click.option("--sample", metavar="WHICH", help=SAMPLE_HELP)
@click.option("--engine", type=click.Choice(ENGINES), default="golden", show_default=True)
@click.option("--out", type=PATH, default=Path("raster"), show_default=True)
def raster(**options: Any) -> None:
    """The spikes of some test samples in a circuit, as PNG and VCD, with save files for viewers.

    With the weights of RUN, or fresh ones for the samples of --dataset.
    """
    raster_run(console, **options)


@cli.command()
@click.option("--simulator", type=click.Choice(SIMULATORS), default="verilator")
@click.option("--seed", default=0, type=WHOLE(0), show_default=True)
@click.option("--runs", default=20, type=WHOLE(1), show_default=True)
@click.option("--preset", type=click.Choice(list(CORE_PRESETS)), default="tiny")
@click.option("--rules", is_flag=True, help="compile learning rules from random texts")
def verify(simulator: Any, seed: int, runs: int, preset: str, rules: bool) -> None:
    """Random programs and stimuli: the RTL against the golden core."""

    def tell(result: Verification) -> None:
        agree = result.difference is None
        line = (
            f"seed {result.seed}: {result.steps} steps, {result.spikes} spikes, "
            f"{result.synapses_changed} weights changed: "
        )
        found = verdict("agree" if agree else str(result.difference), good=agree)
        console.print(Text.assemble(line, found))

    results = verify_rtl(
        simulator,
        seed,
        runs,
        params=CORE_PRESETS[preset],
        rules=rules,
        on_run=tell,
        console=console,
    )
    if not all(result.difference is None for result in results):
        raise SystemExit(1)


@cli.command()
@click.argument("name", type=click.Choice(list(EXAMPLES)), required=False)
@click.option("--engine", type=click.Choice(ENGINES), help="[default: golden]")
@click.option("--out", type=PATH, help="picture to write [default: NAME.png]")
def example(**options: Any) -> None:
    """Run a small network that learns, and draw what it learned; without NAME, list them."""
    if not example_run(console, **options):
        raise SystemExit(1)


@cli.command()
@click.argument("run", type=PATH)
def memory(run: Path) -> None:
    """Costs and formats of the synapses of RUN, a folder or a program (.npz)."""
    file = run / "program.npz" if run.is_dir() else run
    try:
        program = Program.load(file)
    except FileNotFoundError:
        reason = "there is no such file"
        if (run / "run.json").exists():
            reason += ", as in runs of the equations, which have no core"
        raise UserError(f"RUN {file} is not a program: {reason}") from None
    except ValueError as error:
        raise UserError(f"RUN {error}") from None
    show_memory(console, program)


@cli.command()
def doctor() -> None:
    """Tools that are found, their versions, and what to install."""
    findings = tools.examine()
    table = Table("tool", "needed for", "status", "found", "remedy")
    for finding in findings:
        colour = "green" if finding.status == "ok" else "red" if finding.required else "yellow"
        table.add_row(
            finding.name,
            finding.needed_for,
            Text(finding.status, colour),
            finding.found,
            finding.remedy,
        )
    console.print(table)
    if not tools.is_healthy(findings):
        raise SystemExit(1)


@cli.command()
@click.argument("names", nargs=-1, type=click.Choice([*BENCHES, *SLOW_BENCHES]))
@options(TrainSettings, "data_dir")
@click.option("--json", "file", type=PATH, help="write the results here")
def bench(names: tuple[str, ...], data_dir: Path | None, file: Path | None) -> None:
    """Run benchmarks: speeds, as ratios to something that runs beside them.

    Only by name: features, what each feature of a core costs on an FPGA.
    """
    if file is not None:
        check_file("--json", file)
    results = {}
    for name in names or BENCHES:
        results[name] = importlib.import_module(f"backspike.bench.{name}").run(data_dir)
    if file is not None:
        replace_file(file, lambda path: path.write_text(json.dumps(results, indent=2) + "\n"))


def main() -> None:
    """Entry point: every error of the user is one line, and exit status 2."""
    warnings.showwarning = _show_warning
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names that the locale has no codes for
    try:
        with stoppable(), told_kernels(console):
            cli.main(sys.argv[1:] or ["--help"], prog_name="backspike", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt) as stop:
        # click makes an Abort of any KeyboardInterrupt.
        cause = stop if isinstance(stop, Stopped) else stop.__cause__
        number = cause.number if isinstance(cause, Stopped) else signal.SIGINT
        raise SystemExit(128 + number) from None
    except click.ClickException as error:
        _fail(error.format_message())
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except ValueError as error:
        # Everything that a user can get wrong is a ValueError: data, rules, sizes, runs.
        _fail(str(error))


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Tell a warning in one line, as errors are."""
    click.echo(f"backspike: warning: {message}", err=True)


def _fail(message: str) -> NoReturn:
    click.echo(f"backspike: {message}", err=True)
    raise SystemExit(2) from None


if __name__ == "__main__":
    main()
