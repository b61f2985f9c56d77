"""The common shape of an example: a small network, what it must learn, and a picture of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Record, Stimulus
from backspike.golden.network.network import Network
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["SMALL_CORE", "Example", "MakeEngine", "Outcome", "Session"]

MakeEngine = Callable[[Program], Engine]

#: One core for every small example, so that its RTL is compiled once.
SMALL_CORE = CORE_PRESETS["tiny-loihi"].with_(input_axons=64, dense_words=128, sparse_words=128)


@dataclass(frozen=True)
class Outcome:
    """Result of a run of an example.

    Attributes
    ----------
    facts : mapping of str to float or int
        Measurements, for the table.
    learned : bool
        True if the example learned what it is about.
    figure : Figure
        The picture.
    """

    facts: Mapping[str, float]
    learned: bool
    figure: Figure


@dataclass(frozen=True)
class Example:
    """A network that anyone can run.

    Attributes
    ----------
    name : str
        On the command line.
    about : str
        The thing that is learned, in a line.
    rules : tuple of str
        Rules that it learns by.
    run : callable
        Runs it on an engine that the argument makes for its program.
    """

    name: str
    about: str
    rules: tuple[str, ...]
    run: Callable[[MakeEngine], Outcome]


class Session:
    """A network on an engine, addressed by the names of its parts.

    Parameters
    ----------
    network : Network
    make : callable
        Makes the engine.
    """

    def __init__(self, network: Network, make: MakeEngine) -> None:
        self.program = compile_network(network, SMALL_CORE)
        self.engine = make(self.program)
        self.engine.load(self.program)

    def run(self, n_steps: int, spikes: list[tuple[int, str, int]]) -> Record:
        """Run steps; ``spikes`` are (step, input, neuron of it), in any order."""
        axons = [(step, self.program.inputs[name][0] + neuron) for step, name, neuron in spikes]
        steps, numbers = np.array(sorted(axons), np.int64).reshape(-1, 2).T
        return self.engine.run(n_steps, Stimulus(steps, numbers))

    def fired(self, record: Record, population: str, n_steps: int) -> np.ndarray:
        """Spikes of a population, bool, shape (n_steps, size)."""
        return record.raster(n_steps, *self.program.populations[population])

    def weights(self, connection: str) -> np.ndarray:
        """Stored weights of a dense connection, (sources, targets)."""
        return self.program.matrix(self.engine, connection)

    def delays(self, connection: str) -> np.ndarray:
        """Delays of its synapses, (sources, targets)."""
        return self.program.matrix(self.engine, connection, "delays")
