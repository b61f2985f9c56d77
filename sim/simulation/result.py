"""Results of a simulation: arrays by name, in one file, and as pictures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backspike.golden.array_file import arrays_of
from backspike.golden.errors import UserError, check_path, check_type
from backspike.golden.files import write_arrays
from backspike.sim.simulation.plots import plot_recorded
from backspike.sim.simulation.recorded import Events, Recorded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Result"]

#: Version of the files.
_FORMAT = 1


@dataclass(frozen=True, eq=False, repr=False)
class Result(Recorded):
    """Record of some steps of a simulation: arrays by the names of the probes.

    ``result["spikes:hidden"]`` is bool, (steps, neurons), for every population and input;
    ``result["v:hidden"]`` has a first axis of times, which ``result.times["v:hidden"]`` gives as
    numbers of steps, and then the axes of what was probed. Two results that follow each other are
    joined by ``+``. Attributes are those of :class:`Recorded`.
    """

    def __add__(self, later: "Result") -> "Result":
        """Both as one.

        Raises
        ------
        UserError
            If the other does not follow, or has other probes.
        """
        check_type("result to join", later, Result)
        if later.first != self.first + self.steps:
            raise UserError(
                f"result to join must begin with step {self.first + self.steps}, not {later.first}"
            )
        if set(self) != set(later):
            differ = ", ".join(sorted(set(self) ^ set(later)))
            raise UserError(f"results to join must have the same probes, and differ in {differ}")
        return Result(
            self.first,
            self.steps + later.steps,
            {
                name: Events(
                    np.concatenate([events.steps, later.spikes[name].steps]),
                    np.concatenate([events.neurons, later.spikes[name].neurons]),
                    events.size,
                )
                for name, events in self.spikes.items()
            },
            {n: np.concatenate([array, later.arrays[n]]) for n, array in self.arrays.items()},
            {n: np.concatenate([times, later.times[n]]) for n, times in self.times.items()},
            self.neurons,
            self.thresholds,
            self.inputs,
            self.engine,
        )

    def save(self, path: str | Path) -> Path:
        """Write one ``.npz`` file, readable with numpy alone; returns its path.

        It has each probe under its name, its steps under ``times/NAME``, the spikes of each group
        under ``steps/GROUP`` and ``neurons/GROUP``, and the rest as JSON under ``meta``.
        """
        path = check_path("a result", path, ".npz")
        meta = {
            "format": _FORMAT,
            "first": self.first,
            "steps": self.steps,
            "sizes": {name: events.size for name, events in self.spikes.items()},
            "thresholds": self.thresholds,
            "inputs": self.inputs,
            "engine": self.engine,
        }
        arrays = {**self.arrays}
        arrays |= {f"times/{name}": times for name, times in self.times.items()}
        arrays |= {f"chosen/{name}": chosen for name, chosen in self.neurons.items()}
        arrays |= {f"steps/{name}": events.steps for name, events in self.spikes.items()}
        arrays |= {f"neurons/{name}": events.neurons for name, events in self.spikes.items()}
        write_arrays(path, {"meta": np.array(json.dumps(meta)), **arrays})
        return path

    @classmethod
    def load(cls, path: str | Path) -> "Result":
        """Read what :meth:`save` wrote.

        Raises
        ------
        UserError
            If the file is no result, or damaged; FileNotFoundError if there is none.
        """
        path, arrays = arrays_of("a result of a simulation", path)
        try:
            meta = json.loads(str(arrays["meta"]))
            if meta["format"] != _FORMAT:
                raise UserError(f"{path}: format {meta['format']} must be {_FORMAT}")
            times = _under(arrays, "times/")
            return cls(
                meta["first"],
                meta["steps"],
                {
                    name: Events(arrays[f"steps/{name}"], arrays[f"neurons/{name}"], size)
                    for name, size in meta["sizes"].items()
                },
                {name: arrays[name] for name in times},
                times,
                _under(arrays, "chosen/"),
                meta["thresholds"],
                tuple(meta["inputs"]),
                meta["engine"],
            )
        except (AttributeError, KeyError, RecursionError, TypeError, json.JSONDecodeError):
            raise UserError(f"{path} is not a result of a simulation: its fields differ") from None

    def plot(self, *names: str) -> "Figure":
        """Draw spikes and probes, one above the other, over the steps.

        Parameters
        ----------
        *names : str
            Of results; else all: the raster of every group, voltages with their thresholds,
            traces, and weights: few as lines, many as the last matrix.

        Returns
        -------
        matplotlib.figure.Figure
            ``figure.savefig("run.png")`` writes it.
        """
        return plot_recorded(self, names or tuple(self))


def _under(arrays: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """The arrays whose name begins with ``prefix``, without it."""
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
