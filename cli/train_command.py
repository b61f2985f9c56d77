"""The ``backspike train`` command."""

from itertools import pairwise
from typing import Any

import click

from backspike.cli.engines import BOARD_ENGINES, ENGINES
from backspike.cli.going_on import given_options, resumed_settings
from backspike.cli.options import options
from backspike.cli.temporal_train import temporal_train
from backspike.cli.train_run import train_run
from backspike.experiments.circuits import CIRCUITS, TEMPORAL
from backspike.experiments.settings import TrainSettings
from backspike.fpga.boards import BOARDS

__all__ = ["train"]


class _ByCircuit(click.Command):
    """The command, or that of learning over time, which has options of its own."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """See :class:`click.Command`."""
        if _names_temporal(args):
            return temporal_train.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _names_temporal(args: list[str]) -> bool:
    """Tell if the circuit on a command line is the one that learns over time."""
    named = [value for flag, value in pairwise(args) if flag == "--circuit"]
    named += [arg.partition("=")[2] for arg in args if arg.startswith("--circuit=")]
    return named[-1:] == [TEMPORAL]


@click.command(cls=_ByCircuit)
@options(
    TrainSettings,
    engine={"choices": (*ENGINES, *BOARD_ENGINES)},
    board={"choices": tuple(BOARDS)},
    circuit={"choices": ("equations", *CIRCUITS, TEMPORAL)},
)
def train(**values: Any) -> None:
    """Train a network by neuromorphic backpropagation (nBP).

    By the equations, or in a circuit on a core. Circuits: the authors' (paper), ours that stores
    each weight once (folded), and ours with errors that go back through random weights instead,
    layer by layer (random-feedback) or directly (direct-feedback), or with the output error of the
    delta rule (delta, with --hidden none).

    Data in time: --circuit temporal, which has other options (backspike train --circuit temporal
    --help).
    """
    settings = TrainSettings(**values)
    if settings.resume:
        settings = resumed_settings(TrainSettings, settings.out, given_options(values))
    if train_run(settings)["mismatches"]:
        raise SystemExit(1)
