"""The window of pair STDP: by how much a synapse learns, over the time between two spikes."""

from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode
from backspike.lab.scene import Built, Choices, Place, Scene, number, rule

__all__ = ["SCENE"]

#: Steps from an axon's spike to that of the neuron, one for each axon.
_LEADS = tuple(range(24, -25, -3))
_PAIR, _PAIRS = 80, 4
_SPIKE = 40  # step of a pair in which the neuron fires


def _build(values: Choices) -> Built:
    network = Network()
    network.traces(
        x1=(values["impulse"], values["tau_x"]),
        y1=(values["impulse"], values["tau_y"]),
    )
    axons, teacher = network.input("axons", len(_LEADS)), network.input("teacher", 1)
    neuron = network.population("neuron", 1, threshold=1000)
    network.connect("push", teacher, neuron, 1024, pattern="all-to-all")
    network.connect(
        "synapses",
        axons,
        neuron,
        100,
        pattern="all-to-all",
        exponent=0,
        rule=values["rule"],
        sign=SignMode.EXCITATORY,
    )
    begins = range(0, _PAIR * _PAIRS, _PAIR)
    return Built(
        network,
        {
            "teacher": [(begin + _SPIKE - 1, 0) for begin in begins],
            "axons": [
                (begin + _SPIKE - lead, n) for begin in begins for n, lead in enumerate(_LEADS)
            ],
        },
    )


SCENE = Scene(
    name="stdp-window",
    title="The window of pair STDP",
    about="Spike-timing-dependent plasticity (STDP): how much a synapse learns from two spikes"
    " depends on the time between them. In each pair a teacher makes the neuron fire once; each"
    " axon fires at another time before or after it. A synapse that was early gains by what is left"
    " of its trace x1, one that is late loses by what is left of the neuron's trace y1: the weights"
    " at the end draw the window. Change the rule, and the window changes.",
    steps=_PAIR * _PAIRS,
    places=(
        Place("axons", 18, 30, gap=3.2),
        Place("teacher", 78, 10),
        Place("neuron", 78, 32),
    ),
    fields=(
        rule("dw = 2^-3*x1*y0 - 2^-3*x0*y1"),
        number("impulse", "impulse of the traces", 96, 0, 127),
        number("tau_x", "time constant of x1", 10.0, 0, 200, 0.1, "steps"),
        number("tau_y", "time constant of y1", 10.0, 0, 200, 0.1, "steps"),
    ),
    build=_build,
    lines=("x1:axons", "y1:neuron"),
    look=_SPIKE,
    window=tuple(float(-lead) for lead in _LEADS),
)
