"""The ``backspike demo`` command: two circuits on one core, in the simulated RTL."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from backspike.cli.console import console
from backspike.cli.going_on import given_options, resumed_settings
from backspike.cli.options import options
from backspike.cli.paper_part import PaperPart
from backspike.cli.prepared_run import Run
from backspike.cli.train_run import train_run
from backspike.experiments.settings import TrainSettings
from backspike.golden.errors import UserError

__all__ = ["demo"]

_ABOUT = """\
Backspike builds a neurocore from its RTL and lets it learn handwritten digits by backpropagation
in spikes (nBP), inside the core: the host sends only pixels and labels. Beside it, the golden
equations learn the same samples; every weight must agree. The first time takes {time}: simulator
and kernels are kept."""


class _Size(NamedTuple):
    """Extent of a demo."""

    epochs: int
    watched: int
    """Samples in the paper's circuit before the one that is shown."""
    time: str
    """With nothing in the caches."""


#: The core, the same for both sizes: of more lanes, a simulator takes longer to build and to run.
HIDDEN, LANES = 128, 8
#: Chosen by accuracies on a validation split: docs/howto.md.
_WHOLE, _QUICK = _Size(10, 200, "two minutes"), _Size(1, 60, "a minute")


@click.command()
@options(
    TrainSettings,
    "out",
    "epochs",
    "hidden",
    "seed",
    out={"default": Path("runs/demo")},
    epochs={
        "default": None,
        "shown": False,
        "help": f"[default: {_WHOLE.epochs}; quick: {_QUICK.epochs}]",
    },
    hidden={
        "default": None,
        "shown": False,
        "help": f"[default: {HIDDEN}]",
    },
)
@click.option("--quick", is_flag=True, help="for one epoch: a minute")
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

    First in the circuit of the paper, of which one sees the spikes of a sample that is wrong, and
    learned from; then, for longer, in the folded circuit, which --hidden and --epochs are of. A
    demo before it in --out is replaced, but no other run, nor files that no run writes.
    """
    size = _QUICK if quick else _WHOLE
    console.print(_ABOUT.format(time=size.time), soft_wrap=True)
    started = time.monotonic()
    if resume:
        settings = _resumed_demo(click.get_current_context().params)
    else:
        settings = TrainSettings(
            circuit="folded",
            engine="verilator",
            lanes=LANES,
            check=True,
            hidden=(HIDDEN,) if hidden is None else hidden,
            epochs=epochs or size.epochs,
            seed=seed,
            out=out,
        )
    first: list[PaperPart] = []

    def prelude(run: Run) -> PaperPart:
        first.append(PaperPart(run, size.watched))
        return first[0]

    # A demo of an earlier version is one of the paper's circuit alone.
    before = None if settings.circuit == "paper" else prelude
    metrics = train_run(replace(settings, demo=True), "backspike demo", before)
    console.print(f"In all {time.monotonic() - started:.0f} s.")
    if metrics["mismatches"] or any(part.mismatches for part in first):
        raise SystemExit(1)


def _resumed_demo(values: dict[str, Any]) -> TrainSettings:
    """Settings of the demo in ``out``, with what was given anew."""
    known = {name: values[name] for name in ("out", "epochs", "hidden", "seed", "resume")}
    settings = resumed_settings(TrainSettings, values["out"], given_options(known))
    if values["quick"] and values["epochs"] is None and settings.epochs != _QUICK.epochs:
        raise UserError(f"--resume: the demo in {values['out']} is not a --quick one")
    return settings
