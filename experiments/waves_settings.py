"""Options of a waveform."""

from dataclasses import dataclass
from pathlib import Path

from backspike.experiments.option import option
from backspike.golden.errors import UserError
from backspike.sim.waves.simulators import SIMULATORS
from backspike.sim.waves.view import Weight

__all__ = ["SAMPLE_HELP", "WavesSettings", "neuron_of", "weight_of"]

SAMPLE_HELP = 'a test sample: its number, class:NAME, or "first mistake"'


@dataclass(frozen=True)
class WavesSettings:
    """Options of ``backspike waves``."""

    simulator: str = option(
        default="verilator",
        help="verilator: built once, then fast; amaranth: no build, but slow",
        choices=tuple(SIMULATORS),
        shown=True,
    )
    first: int | None = option(
        int, help="first step [default: 0, or that of the sample]", low=0, flag="--from"
    )
    last: int | None = option(
        int, help="last step [default: 19 more, or that of the sample]", low=0, flag="--to"
    )
    sample: str | None = option(help=f"of a RUN: {SAMPLE_HELP} [default: 0]", metavar="WHICH")
    rate: float | None = option(
        float, help="of a program: spikes of an input in a step [default: 0.1]", low=0.0, high=1.0
    )
    seed: int | None = option(int, help="of these spikes [default: 1]", low=0)
    neuron: tuple[str, ...] = option(
        default=(), help="viewers open on it", multiple=True, metavar="POPULATION:N"
    )
    weight: tuple[str, ...] = option(
        default=(), help="viewers open on it", multiple=True, metavar="CONNECTION:N[:N...]"
    )
    data_dir: Path | None = option(Path, help="of a RUN: folder of its data set, if it has one")
    out: Path | None = option(Path, help="file to write [default: NAME.vcd]")


def neuron_of(text: str) -> tuple[str, int]:
    """Population and number of a neuron, of ``POPULATION:N``.

    Raises
    ------
    UserError
        If the text is none.
    """
    name, colon, number = text.rpartition(":")
    if not colon or not number.isdecimal():
        raise UserError(f"--neuron must be POPULATION:N, such as hidden:0, not {text!r}")
    return name, int(number)


def weight_of(text: str) -> Weight:
    """Connection and index of a weight, of ``CONNECTION:N[:N...]``.

    Raises
    ------
    UserError
        If the text is none.
    """
    parts = text.split(":")
    index: list[int] = []
    while len(parts) > 1 and parts[-1].isdecimal():
        index.insert(0, int(parts.pop()))
    if not index:
        raise UserError(f"--weight must be CONNECTION:N[:N...], such as W1:3:0, not {text!r}")
    return ":".join(parts), tuple(index)
