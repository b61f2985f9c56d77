"""One learning synapse of the golden core, step by step: what exercises on learning expect."""

from collections.abc import Mapping, Sequence

import numpy as np

from backspike.golden.network.network import Network
from backspike.sim.simulation.simulation import Simulation

__all__ = ["IMPULSE", "TAU", "golden_synapse"]

#: Of the traces x1 and y1, and the time constant in steps.
IMPULSE, TAU = 64, 4.0
#: Value of register ``dither`` that takes zeros for random numbers.
_ZEROS = 1


def golden_synapse(
    rule: str,
    before: Sequence[int],
    after: Sequence[int],
    steps: int,
    *,
    rewards: Mapping[int, int] | None = None,
    probes: Sequence[str] = ("w",),
) -> dict[str, np.ndarray]:
    """Traces, weight or tag of a synapse after each step; the weight begins at 0.

    Nothing is rounded at random: what has a fraction is rounded down.

    Parameters
    ----------
    rule : str
        What it learns by.
    before, after : sequence of int
        Steps in which its source and its target fire; a target from step 1 on.
    steps : int
        That are run.
    rewards : mapping of int to int, optional
        What the reward trace r1 is set to for a single step, by that step.
    probes : sequence of str
        Any of ``"w"``, ``"tag"`` and, where the rule reads them, ``"x1"`` and ``"y1"``.
    """
    network = Network()
    network.traces(**{name: (IMPULSE, TAU) for name in ("x1", "y1") if name in rule})
    source, trigger = network.input("source", 1), network.input("trigger", 1)
    target = network.population("target", 1, threshold=1000)
    network.connect("learned", source, target, 0, pattern="one-to-one", rule=rule)
    # so strong that the target fires whatever the learned synapse adds
    network.connect("force", trigger, target, 2016, pattern="one-to-one", exponent=3)
    simulation = Simulation(network)
    if simulation.program.params.stochastic:
        simulation.set_register("dither", _ZEROS)
    places = {"x1": "x1:source", "y1": "y1:target", "w": "w:learned", "tag": "tag:learned"}
    found: dict[str, list[int]] = {name: [] for name in probes}
    for step in range(steps):
        if rewards:
            simulation.set_reward(rewards.get(step, 0))
        spikes = {"source": step in before, "trigger": step + 1 in after}
        simulation.run(1, {name: [(0, 0)] for name, fires in spikes.items() if fires})
        for name in probes:
            found[name].append(int(simulation.read(places[name]).item()))
    return {name: np.array(values) for name, values in found.items()}
