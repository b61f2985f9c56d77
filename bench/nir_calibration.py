"""Share of the spikes that calibration keeps, of networks that other frameworks have exported.

``python -m backspike.bench.nir_calibration tests/vectors/nir``
"""

from pathlib import Path
from typing import NamedTuple, get_args

import click
from rich.table import Table

from backspike.cli.console import console
from backspike.golden.nir.calibration import calibrate_nir
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.neurons import Reset
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.scales import Scaling
from backspike.golden.nir.to_network import NirImport, read_nir

__all__ = ["EXPORTS", "Export", "main", "shares"]

STEPS, RATE = 100, 0.3
#: Samples that are calibrated on and compared on, and the seeds of both.
CALIBRATED, COMPARED, SEEDS = 32, 64, (11, 12)


class Export(NamedTuple):
    """A file, and what it does not say."""

    name: str
    dt: float
    reset: Reset


#: Files of the folder.
EXPORTS = (
    Export("leaky_zero", 1e-4, "zero"),
    Export("leaky_subtract", 1e-4, "delayed"),
    Export("recurrent_subtract", 1e-4, "delayed"),
    Export("norse", 1e-6, "zero"),
    Export("spikingjelly", 1e-4, "zero"),
)


def shares(imported: NirImport) -> tuple[list[float], list[float]]:
    """Share of the spikes of each layer that are the same, before and after calibration."""
    first, other = (
        random_samples(imported, steps=STEPS, rate=RATE, seed=seed, samples=samples)
        for seed, samples in zip(SEEDS, (CALIBRATED, COMPARED), strict=True)
    )
    before, after = (
        [group.same_spikes or 0.0 for group in compare_nir(made, other).groups]
        for made in (imported, calibrate_nir(imported, first).imported)
    )
    return before, after


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Compare exported networks with their graphs, rounded by errors and as measured."""
    table = Table("exported by, reset")
    scalings: tuple[Scaling, ...] = get_args(Scaling)
    for scaling in scalings:
        for way in ("by errors", "calibrated"):
            table.add_column(f"{scaling}, {way}", justify="right")
    for export in EXPORTS:
        file = folder / f"{export.name}.nir"
        cells = []
        for scaling in scalings:
            imported = read_nir(file, dt=export.dt, reset=export.reset, scaling=scaling)
            for side in shares(imported):
                cells.append(f"{', '.join(f'{100 * share:.1f}' for share in side)} %")
        table.add_row(f"{export.name}, {export.reset}", *cells)
    console.print(table)


if __name__ == "__main__":
    main()
