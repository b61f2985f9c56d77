"""The ``backspike train`` command."""

from typing import Any

import click

from backspike.cli.engines import BOARD_ENGINES, ENGINES
from backspike.cli.going_on import given_options, resumed_settings
from backspike.cli.options import options
from backspike.cli.train_run import train_run
from backspike.experiments.settings import TrainSettings
from backspike.fpga.boards import BOARDS

__all__ = ["train"]


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
