"""Metaplasticity with one thing changed after the other, over several seeds.

``python -m backspike.bench.metaplasticity --dataset mnist --held-out 10000 --protocol domain``

Every row learns a pair of classes after the other, each sample once, by the equations, which the
circuit follows in every weight.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from backspike.bench.continual import (
    MEASURES,
    add_row,
    held_out,
    learned,
    protocol_option,
    task_options,
)
from backspike.cli.continual_commands import lessons_of
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.continual_strategies import (
    BackpropagationStrategy,
    MetaplasticStrategy,
    Strategy,
)
from backspike.experiments.inputs import load_data
from backspike.golden.nbp.metaplasticity import Metaplasticity
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["ROWS"]

Make = Callable[[ContinualSettings, tuple[int, ...]], Strategy]


def _metaplastic(levels: int = 8, wear: int = 1) -> Make:
    """Makers of nBP with such metaplasticity."""
    return lambda settings, layers: MetaplasticStrategy(
        settings, layers, Metaplasticity(levels, wear)
    )


def _plain(rate: int | None = None) -> Make:
    """Makers of nBP whose steps are all taken with the same probability, ``rate / 256``."""
    return lambda settings, layers: BackpropagationStrategy(
        replace(settings, rate=rate, lanes=DEFAULT_LANES), layers
    )


#: Each row: its name, what learns, and the strategy whose phases it has: under ``metaplastic``,
#: only the outputs of a lesson are pushed down, under ``none``, all are.
ROWS: tuple[tuple[str, Make, str], ...] = (
    ("nothing", _metaplastic(), "metaplastic"),
    *(
        (f"{levels} levels, wear {wear}", _metaplastic(levels, wear), "metaplastic")
        for levels, wear in ((2, 2), (4, 1), (8, 2), (16, 1))
    ),
    ("all outputs are pushed down", _metaplastic(), "none"),
    ("every step is taken", _plain(), "metaplastic"),
    *(
        (f"every step with probability {rate}/256", _plain(rate), "metaplastic")
        for rate in (16, 4, 1)
    ),
)


@click.command()
@task_options
@protocol_option
def main(dataset: str, data_dir: Path | None, count: int, protocol: str, seeds: int) -> None:
    """Print a row for the usual settings, and one for each change of them."""
    console = Console(width=140)
    data = held_out(load_data(dataset, data_dir), count)
    table = Table("changed", *MEASURES, title=f"{dataset}, {protocol}, {seeds} seeds")
    for name, make, remedy in ROWS:
        results = []
        for seed in range(1, seeds + 1):
            settings = ContinualSettings(protocol=protocol, seed=seed)
            lessons = lessons_of(settings, data)
            layers = data.n_in, *settings.hidden, lessons[0].rivals.size
            results.append(learned(lessons, make(settings, layers), remedy, seed))
        add_row(console, table, results, name)
    console.print(table)


if __name__ == "__main__":
    main()
