"""One neuron of the golden core, step by step: what exercises on neurons expect."""

from collections.abc import Sequence

from backspike.golden.network.network import Network
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import pack_array
from backspike.sim.simulation.simulation import Simulation

__all__ = ["golden_run"]


def golden_run(
    sums: Sequence[int], decay_v: int, threshold: int, refractory: int = 1, *, voltage: int = 0
) -> list[tuple[int, int]]:
    """Voltage (in 1/64 of a weight unit) and spike of each step.

    Parameters
    ----------
    sums : sequence of int
        What arrives in each step, in weight units: even, -256 to 254.
    decay_v, threshold, refractory : int
        As in :meth:`backspike.Network.population`.
    voltage : int
        At the beginning, in 1/64 of a weight unit.
    """
    values = sorted(set(sums) - {0}) or [2]
    network = Network()
    source = network.input("source", len(values))
    neuron = network.population(
        "neuron", 1, threshold=threshold, decay_v=decay_v, refractory=refractory
    )
    weights = [[value] for value in values]
    network.connect("synapses", source, neuron, weights, pattern="all-to-all")
    simulation = Simulation(network)
    # a spike is on its way for a step: those of the first sum set out before the run begins
    events = [(step, values.index(value)) for step, value in enumerate(sums) if value]
    simulation.run(1, {"source": [event for event in events if event[0] == 0]})
    program, engine = simulation.program, simulation.engine
    state = pack_array(state_layout(program.params), u=[0], v=[voltage], refractory=[0])
    engine.write("state", state, program.populations["neuron"][0])
    later = [(step - 1, which) for step, which in events if step]
    result = simulation.run(len(sums), {"source": later}, probes=["v:neuron"])
    voltages, spikes = result["v:neuron"][:, 0], result["spikes:neuron"][:, 0]
    return [(int(v * 64), int(spike)) for v, spike in zip(voltages, spikes, strict=True)]
