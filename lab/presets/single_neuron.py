"""A single neuron: spikes add to its current, which adds to its voltage; both leak."""

from backspike.golden.network.network import Network
from backspike.lab.scene import Built, Choices, Place, Scene, number
from backspike.sim.simulation.generators import poisson

__all__ = ["SCENE"]


def _build(values: Choices) -> Built:
    network = Network()
    inputs = network.input("inputs", 4)
    neuron = network.population(
        "neuron",
        1,
        threshold=values["threshold"],
        bias=values["bias"],
        tau_u=values["tau_u"],
        tau_v=values["tau_v"],
        refractory=values["refractory"],
    )
    weight, inhibition = values["weight"], values["inhibition"]
    network.connect(
        "synapses",
        inputs,
        neuron,
        [[weight], [weight], [weight], [-inhibition]],
        pattern="all-to-all",
    )
    return Built(network, {"inputs": poisson(values["rate"], seed=3)})


SCENE = Scene(
    name="single-neuron",
    title="A single neuron",
    about="Three inputs excite the neuron, the last one inhibits it. A spike adds its weight to the"
    " current, the current adds to the voltage, and both leak away. Above its threshold the neuron"
    " fires, and its voltage begins anew. Raise a time constant, and it remembers for longer.",
    steps=200,
    places=(Place("inputs", 22, 30, gap=13), Place("neuron", 76, 30)),
    fields=(
        number("threshold", "threshold", 160, 1, 2000),
        number("tau_u", "time constant of the current", 3.0, 0, 200, 0.1, "steps"),
        number("tau_v", "time constant of the voltage", 12.0, 0, 200, 0.1, "steps"),
        number("bias", "bias", 0, -60, 60, unit="a step"),
        number("refractory", "refractory time", 4, 1, 63, unit="steps"),
        number("weight", "weight of the excitation", 32, 0, 250, 2),
        number("inhibition", "weight of the inhibition", 48, 0, 250, 2),
        number("rate", "spikes of an input", 0.08, 0, 1, 0.01, "a step"),
    ),
    build=_build,
    lines=("v:neuron", "u:neuron"),
    look=19,
)
