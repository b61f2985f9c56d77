"""Import from NIR for several commands: its options, and the import under a progress bar."""

from pathlib import Path
from typing import Any, get_args

import click

from backspike.cli.console import console
from backspike.cli.options import PATH, WHOLE, with_options
from backspike.experiments.nir_data import load_spikes
from backspike.experiments.progress import bars
from backspike.golden.nir.calibration import Calibration, calibrate_nir
from backspike.golden.nir.neurons import NEURONS, Integrator, Reset
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.scales import Scaling
from backspike.golden.nir.to_network import NirImport, check_nir

__all__ = ["import_file", "import_options", "resets_of", "rounding_options"]

#: How weights become integers, for all commands that make a network.
rounding_options = with_options(
    click.option(
        "--scaling",
        type=click.Choice(get_args(Scaling)),
        default="power-of-two",
        show_default=True,
        help="weight units for one unit of NIR's voltage",
    ),
    click.option(
        "--synapses",
        type=WHOLE(1, 3),
        default=1,
        show_default=True,
        help="that each weight is the sum of: more are more exact",
    ),
)

import_options = with_options(
    click.option(
        "--dt", type=float, required=True, help="seconds of a time step; snnTorch has 1e-4"
    ),
    click.option(
        "--reset",
        "resets",
        multiple=True,
        metavar="[NODE=]RESET",
        help=f"of all neurons, of a node or a kind: {', '.join(get_args(Reset))} "
        "[default: as an export has noted, or zero]",
    ),
    click.option(
        "--integrator",
        type=click.Choice(get_args(Integrator)),
        default="euler",
        show_default=True,
        help="a step loses dt/tau, or 1 - exp(-dt/tau)",
    ),
    rounding_options,
    click.option(
        "--calibrate",
        type=PATH,
        metavar="DATA",
        help="spikes (.npz, .npy) on which scales, limits and rounding of weights are chosen",
    ),
)


def resets_of(words: tuple[str, ...]) -> dict[str, Any]:
    """Resets by node or kind; a word without either is of all kinds."""
    found: dict[str, Any] = {}
    for word in words:
        name, _, reset = word.rpartition("=")
        found |= {name: reset} if name else dict.fromkeys(NEURONS, reset)
    return found


def import_file(
    file: Path, resets: tuple[str, ...], calibrate: Path | None, **options: Any
) -> tuple[NirImport, Calibration | None]:
    """The import of a file, calibrated on another one, if there is one.

    Raises
    ------
    OSError, ValueError
        If a file, the graph or an option is unusable.
    """
    found = check_nir(file, reset=resets_of(resets), **options)
    if found.imported is None:
        raise GraphError(found.problems)
    if calibrate is None:
        return found.imported, None
    samples = load_spikes(found.imported, calibrate)
    with bars(console) as progress:
        task = progress.add_task("calibrate", total=len(found.imported.choices))

        def tell(doing: str, done: int, total: int) -> None:
            progress.update(task, completed=done, description=f"calibrate {doing}".strip())

        calibration = calibrate_nir(found.imported, samples, progress=tell)
    return calibration.imported, calibration
