"""The spikes of some samples in a circuit, step by step: for pictures and waveforms."""

from pathlib import Path

import numpy as np
from vcd import VCDWriter

from backspike.experiments.learning_circuits import LearningCircuit
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine

__all__ = ["sample_rasters", "write_waveform"]


def sample_rasters(
    circuit: LearningCircuit,
    engine: Engine,
    x: np.ndarray,
    y: np.ndarray,
    program: Program | None = None,
) -> dict[str, np.ndarray]:
    """Spikes of every population while a fresh circuit learns some samples.

    ``program`` is the circuit with other weights than its first ones.

    Returns
    -------
    dict of str to numpy.ndarray
        bool, shape (steps * samples, size), from step ``circuit.shown_from`` of the first sample
        on; the paper's chain of gates last.
    """
    engine.load(program or circuit.program)
    begin = circuit.lead + circuit.shown_from
    n_steps = begin + circuit.steps * len(y)
    record = engine.run(n_steps, circuit.stimulus(x, y, first=True))
    populations = circuit.program.populations
    names = sorted(populations, key=lambda name: name.startswith("g"))
    return {name: record.raster(n_steps, *populations[name])[begin:] for name in names}


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
