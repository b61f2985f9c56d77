"""The ``backspike train`` and ``backspike demo`` commands."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console
from backspike.cli.engines import BOARD_ENGINES, ENGINES
from backspike.cli.going_on import given_options, resumed_settings
from backspike.cli.options import options
from backspike.cli.train_run import train_run
from backspike.experiments.settings import TrainSettings
from backspike.fpga.boards import BOARDS
from backspike.golden.errors import UserError
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["demo", "train"]

#: Samples of a quick demo.
QUICK = 200


@click.command()
@options(
    TrainSettings,
    "out",
    "epochs",
    "hidden",
    "seed",
    out={"default": Path("runs/demo")},
    epochs={"default": None, "shown": False, "help": "[default: 25; quick: 1]"},
    hidden={"default": None, "shown": False, "help": "[default: 64; quick: 16]"},
)
@click.option("--quick", is_flag=True, help="a small core and 200 samples: a minute")
@options(TrainSettings, "resume", resume={"help": "go on with the interrupted demo in --out"})
def demo(
    out: Path,
    epochs: int | None,
    hidden: tuple[int, ...] | None,
    seed: int,
    quick: bool,
    resume: bool,
) -> None:
    """Learn handwritten digits in the simulated RTL, and check every weight.

    A demo before it in --out is replaced, but no other run, nor files that no run writes.
    """
    console.print(
        "Backspike builds a neurocore from its RTL and lets it learn handwritten digits by\n"
        "backpropagation in spikes, inside the core: the host sends only pixels and labels.\n"
        "Beside it, the golden equations learn the same samples; every weight must agree.",
        soft_wrap=True,
    )
    started = time.monotonic()
    if resume:
        settings = _resumed_demo(click.get_current_context().params)
    else:
        settings = TrainSettings(
            circuit="paper",
            engine="verilator",
            lanes=DEFAULT_LANES,
            check=True,
            hidden=((16,) if quick else (64,)) if hidden is None else hidden,
            epochs=epochs or (1 if quick else 25),
            samples=QUICK if quick else None,
            seed=seed,
            lift=64,
            out=out,
        )
    metrics = train_run(replace(settings, demo=True), "backspike demo")
    console.print(f"In all {time.monotonic() - started:.0f} s.")
    if metrics["mismatches"]:
        raise SystemExit(1)


def _resumed_demo(values: dict[str, Any]) -> TrainSettings:
    """Settings of the demo in ``out``, with what was given anew."""
    known = {name: values[name] for name in ("out", "epochs", "hidden", "seed", "resume")}
    settings = resumed_settings(TrainSettings, values["out"], given_options(known))
    if values["quick"] and settings.samples != QUICK:
        raise UserError(f"--resume: the demo in {values['out']} is not a --quick one")
    return settings


@click.command()
@options(
    TrainSettings,
    engine={"choices": (*ENGINES, *BOARD_ENGINES)},
    board={"choices": tuple(BOARDS)},
)
def train(**values: Any) -> None:
    """Train a network by neuromorphic backpropagation (nBP).

    By the equations, or in a circuit on a core. Circuits: the authors' (paper), ours that stores
    each weight once (folded), and ours with errors that go back through random weights instead,
    layer by layer (random-feedback) or directly (direct-feedback), or with the output error of the
    delta rule (delta, with --hidden none).
    """
    settings = TrainSettings(**values)
    if settings.resume:
        settings = resumed_settings(TrainSettings, settings.out, given_options(values))
    if train_run(settings)["mismatches"]:
        raise SystemExit(1)
