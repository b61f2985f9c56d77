"""Recordings: a scene run on an engine, all of it as plain data, and two of them compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np

from backspike.golden.engine import Engine
from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import MAX_THRESHOLD
from backspike.golden.network.neurons import Input, Population
from backspike.golden.network.reuse import Transpose
from backspike.lab.scene import Built, Scene
from backspike.sim.simulation.inputs import Inputs
from backspike.sim.simulation.recorded import Events
from backspike.sim.simulation.result import Result
from backspike.sim.simulation.simulation import EngineName, Simulation

__all__ = ["Difference", "Recording", "drawing", "first_difference", "record"]


class Difference(NamedTuple):
    """First difference of two recordings."""

    step: int
    what: str
    place: int
    golden: float
    rtl: float


@dataclass(frozen=True, eq=False)
class Recording:
    """Spikes and values of all steps of a scene.

    Attributes
    ----------
    engine : str
    steps : int
    spikes : dict of str to Events
        By group.
    values : dict of str to numpy.ndarray
        By probe, after each step, float64, (steps, values).
    before : dict of str to numpy.ndarray
        Weights of each connection before the first step, float64.
    thresholds : dict of str to float
        The highest one of each population.
    """

    engine: str
    steps: int
    spikes: dict[str, Events]
    values: dict[str, np.ndarray]
    before: dict[str, np.ndarray]
    thresholds: dict[str, float]

    def weights(self, name: str) -> np.ndarray:
        """Weights of a connection after each step, (steps, synapses)."""
        return self.values.get(
            f"w:{name}", np.broadcast_to(self.before[name], (self.steps, self.before[name].size))
        )

    def as_data(self) -> dict[str, Any]:
        """Everything as JSON may have it; of weights, those at first and their changes."""
        return {
            "engine": self.engine,
            "steps": self.steps,
            "spikes": {
                name: [events.steps.tolist(), events.neurons.tolist()]
                for name, events in self.spikes.items()
            },
            "lines": {
                name: values.T.round(3).tolist()
                for name, values in self.values.items()
                if not name.startswith("w:")
            },
            "weights": {
                name: {"before": first.tolist(), "changes": _changes(first, self.weights(name))}
                for name, first in self.before.items()
            },
            "thresholds": self.thresholds,
        }


def record(scene: Scene, built: Built, engine: EngineName | Engine) -> Recording:
    """Run all steps of a scene from its beginning, on an engine of its core or one that is made.

    Raises
    ------
    ValueError
        If the network does not fit the core; the message says what, and how much there is.
    """
    network = built.network
    simulation = Simulation(network, engine, params=scene.core)
    learning = [name for name, made in network.connections.items() if made.rule is not None]
    probes = [name for name in simulation.probes if name.startswith("v:")]
    probes += [name for name in scene.lines if name in simulation.probes and name not in probes]
    probes += [f"w:{name}" for name in learning]
    before = {name: simulation.weights(name).ravel() for name in network.connections}
    result = reduce(add, _results(simulation, scene, built, probes))
    values = {name: result[name].reshape(scene.steps, -1).astype(np.float64) for name in probes}
    thresholds = {
        name: _threshold(network, population) for name, population in network.populations.items()
    }
    return Recording(simulation.engine.name, scene.steps, result.spikes, values, before, thresholds)


def _results(
    simulation: Simulation, scene: Scene, built: Built, probes: list[str]
) -> Iterator[Result]:
    """Results of the parts of a scene, with a rest before each but the first."""
    inputs = Inputs(built.inputs, simulation.program.inputs, 0, scene.steps)
    for begin, end in scene.parts:
        if begin:
            simulation.engine.clear()
        spikes = {
            name: np.column_stack(events).tolist()
            for name, events in inputs.events(begin, end).items()
        }
        yield simulation.run(end - begin, spikes, probes=probes, progress=False)


def first_difference(golden: Recording, rtl: Recording) -> Difference | None:
    """The earliest difference of two recordings of one scene, None if they are the same."""
    found = []
    for name in golden.spikes:
        pair = [_raster(recording, name) for recording in (golden, rtl)]
        found += _differences(f"spikes:{name}", *pair)
    for name, values in golden.values.items():
        found += _differences(name, values, rtl.values[name])
    return min(found, default=None)


def _raster(recording: Recording, name: str) -> np.ndarray:
    """Spikes of a group, 0 or 1, (steps, neurons)."""
    events = recording.spikes[name]
    raster = np.zeros((recording.steps, events.size))
    raster[events.steps, events.neurons] = 1
    return raster


def _differences(what: str, golden: np.ndarray, rtl: np.ndarray) -> list[Difference]:
    """The first difference of two arrays, (steps, values), if there is one."""
    places = np.argwhere(golden != rtl)
    if not len(places):
        return []
    step, index = map(int, places[0])
    return [Difference(step, what, index, float(golden[step, index]), float(rtl[step, index]))]


def _changes(first: np.ndarray, weights: np.ndarray) -> list[list[float]]:
    """Step, synapse and new weight of each change."""
    earlier = np.concatenate([first[None], weights[:-1]])
    return [
        [int(step), int(n), float(weights[step, n])] for step, n in np.argwhere(weights != earlier)
    ]


def drawing(scene: Scene, network: Network) -> dict[str, Any]:
    """Groups and synapses of a scene, and where they are drawn, as JSON may have them."""
    places = {place.group: place for place in scene.places}
    groups: list[Input | Population] = [*network.inputs.values(), *network.populations.values()]
    drawn = [
        {
            "name": group.name,
            "spots": places[group.name].spots(group.size),
            "gap": places[group.name].gap,
        }
        for group in groups
    ]
    synapses = {name: _synapses(network, name) for name in network.connections}
    back = [_back(synapses[way.connection], way) for way in network.transposes.values()]
    return {"groups": drawn, "connections": [*synapses.values(), *back]}


def _threshold(network: Network, group: Population) -> float:
    """The highest threshold of a population or, if it never fires, of those that watch it."""
    watching = [other for other in network.populations.values() if other.watches is group]
    seen = watching if group.thresholds.min() >= MAX_THRESHOLD else [group]
    return float(max((other.thresholds.max() for other in seen), default=MAX_THRESHOLD))


def _synapses(network: Network, name: str) -> dict[str, Any]:
    """Both ends of each synapse of a connection."""
    made = network.connections[name]
    sources, targets = made.synapses()
    return {
        "name": name,
        "of": name,
        "source": made.source.owner.name,
        "target": made.target.owner.name,
        "learns": made.rule is not None,
        "sources": (sources + made.source.first).tolist(),
        "targets": (targets + made.target.first).tolist(),
    }


def _back(forward: dict[str, Any], way: Transpose) -> dict[str, Any]:
    """A way back through the synapses of a connection, as :func:`_synapses` tells them."""
    return {
        "name": way.name,
        "of": forward["name"],
        "source": way.source.owner.name,
        "target": way.target.owner.name,
        "learns": False,
        "sources": forward["targets"],
        "targets": forward["sources"],
    }
