"""The spikes of some samples in a circuit, step by step: for pictures and waveforms."""

from pathlib import Path

import numpy as np
from vcd import VCDWriter

from backspike.experiments.circuits import Circuit
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine

__all__ = ["sample_rasters", "write_waveform"]


def sample_rasters(
    circuit: Circuit,
    layers: tuple[int, ...],
    program: Program,
    engine: Engine,
    x: np.ndarray,
    y: np.ndarray,
) -> dict[str, np.ndarray]:
    """Spikes of every population while a fresh circuit learns some samples.

    Returns
    -------
    dict of str to numpy.ndarray
        bool, shape (steps * samples, size), from step ``circuit.shown_from`` of the first sample
        on; the paper's chain of gates last.
    """
    engine.load(program)
    begin = circuit.lead + circuit.shown_from
    n_steps = begin + circuit.steps(layers) * len(y)
    record = engine.run(n_steps, circuit.stimulus(program, x, y, first=True))
    names = sorted(program.populations, key=lambda name: name.startswith("g"))
    return {name: record.raster(n_steps, *program.populations[name])[begin:] for name in names}


def write_waveform(rasters: dict[str, np.ndarray], path: Path) -> None:
    """Write the spikes as VCD: one vector per population, one time step per microsecond."""
    with path.open("w") as file, VCDWriter(file, timescale="1 us") as writer:
        signals = {
            name: writer.register_var("backspike", name, "wire", size=raster.shape[1])
            for name, raster in rasters.items()
        }
        n_steps = len(next(iter(rasters.values())))
        for step in range(n_steps):
            for name, raster in rasters.items():
                value = int("".join("1" if bit else "0" for bit in raster[step][::-1]), 2)
                writer.change(signals[name], step, value)
        writer.close(n_steps)
