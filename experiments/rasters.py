"""The spikes of some samples in a circuit, step by step: for pictures and waveforms."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from vcd import VCDWriter

from backspike.experiments.learning_circuits import LearningCircuit
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine

__all__ = ["sample_rasters", "vcd_names", "write_waveform"]


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
    """Write the spikes as VCD: one vector per population, one time step per microsecond.

    Names that a VCD cannot hold are changed: see :func:`vcd_names`.
    """
    written = vcd_names(rasters)
    with path.open("w", encoding="ascii") as file, VCDWriter(file, timescale="1 us") as writer:
        signals = {
            name: writer.register_var("backspike", written[name], "wire", size=raster.shape[1])
            for name, raster in rasters.items()
        }
        n_steps = len(next(iter(rasters.values())))
        for step in range(n_steps):
            for name, raster in rasters.items():
                value = int("".join("1" if bit else "0" for bit in raster[step][::-1]), 2)
                writer.change(signals[name], step, value)
        writer.close(n_steps)


def vcd_names(names: Iterable[str]) -> dict[str, str]:
    """Names as a VCD may have them: printable ASCII without spaces, none empty, each another.

    What is not is written as ``_``, and so is a ``$`` at the beginning, which would end the file's
    header; equal ones get a number.
    """
    made: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^!-~]", "_", name)
        plain = re.sub(r"^\$", "_", plain) or "_"
        number = 2
        unique = plain
        while unique in made.values():
            unique, number = f"{plain}_{number}", number + 1
        made[name] = unique
    return made
