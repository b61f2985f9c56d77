"""The spikes of some samples in a circuit, step by step: for pictures and waveforms."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from vcd import VCDWriter

from backspike.experiments.learning_circuits import LearningCircuit
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine
from backspike.golden.files import replace_file, write_text
from backspike.sim.waves.names import vcd_names
from backspike.sim.waves.save_files import Shown, gtkwave_text, surfer_text, wave_files

__all__ = ["sample_inputs", "sample_rasters", "write_waveform"]

_TOP = "backspike"


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
        bool, shape (steps * samples, size); the paper's chain of gates last.
    """
    engine.load(program or circuit.program)
    begin = circuit.lead
    n_steps = begin + circuit.steps * len(y)
    record = engine.run(n_steps, circuit.stimulus(x, y, first=True))
    populations = circuit.program.populations
    names = sorted(populations, key=lambda name: name.startswith("g"))
    return {name: record.raster(n_steps, *populations[name])[begin:] for name in names}


def sample_inputs(circuit: LearningCircuit, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Spikes of every input meanwhile, of the same steps: bool, shape (steps * samples, size)."""
    begin = circuit.lead
    n_steps = begin + circuit.steps * len(y)
    spikes = circuit.stimulus(x, y, first=True).window(begin, n_steps)
    found = {}
    for name, (first, size) in circuit.program.inputs.items():
        found[name] = np.zeros((n_steps - begin, size), bool)
        inside = (spikes.axons >= first) & (spikes.axons < first + size)
        found[name][spikes.steps[inside], spikes.axons[inside] - first] = True
    return found


def write_waveform(
    rasters: Mapping[str, np.ndarray],
    path: Path,
    *,
    inputs: Mapping[str, np.ndarray] | None = None,
    labels: Sequence[str] = (),
) -> tuple[Path, ...]:
    """Write the spikes as VCD, one vector for each group, and save files for viewers.

    A time step takes one microsecond. Names that a VCD cannot hold are changed: see
    :func:`backspike.sim.waves.names.vcd_names`.

    Parameters
    ----------
    rasters : mapping of str to numpy.ndarray
        Spikes of each population, bool, shape (steps, size).
    path : Path
        ``NAME.vcd``; ``NAME.gtkw`` (GTKWave) and ``NAME.sucl`` (Surfer) are written beside it.
    inputs : mapping of str to numpy.ndarray, optional
        Likewise of each input.
    labels : sequence of str
        Description of each step of a sample, as the signal ``phase``.

    Returns
    -------
    tuple of Path
        The files.
    """
    groups = {"inputs": inputs or {}, "populations": rasters}
    shown: dict[str, list[Shown]] = {"step": [Shown((_TOP, "step"), 32, "integer")]}
    if labels:
        shown["step"].append(Shown((_TOP, "phase"), 1, "string"))
    for kind, group in groups.items():
        safe = vcd_names(group)
        shown[kind] = [Shown((_TOP, kind, safe[name]), group[name].shape[1]) for name in group]
    spikes = [raster for group in groups.values() for raster in group.values()]

    def write(file: Path) -> None:
        with file.open("w", encoding="ascii") as out, VCDWriter(out, timescale="1 us") as writer:
            variables = [
                writer.register_var(one.path[:-1], one.path[-1], one.kind, size=one.width)
                for ones in shown.values()
                for one in ones
            ]
            own, vectors = variables[: -len(spikes)], variables[-len(spikes) :]
            for step in range(len(spikes[0])):
                label = _plain(labels[step % len(labels)]) if labels else ""
                values: list[int | str] = [step, label]
                for variable, value in zip(own, values, strict=False):
                    writer.change(variable, step, value)
                for variable, raster in zip(vectors, spikes, strict=True):
                    bits = "".join("1" if bit else "0" for bit in raster[step][::-1])
                    writer.change(variable, step, int(bits, 2))
            writer.close(len(spikes[0]))

    replace_file(path, write)
    files = wave_files(path)
    write_text(files[1], gtkwave_text(path.name, shown, len(spikes[0])))
    write_text(files[2], surfer_text(shown))
    return files


def _plain(label: str) -> str:
    """A text as a VCD may have it: printable ASCII without spaces."""
    return "".join(sign if "!" <= sign <= "~" else "_" for sign in label)
