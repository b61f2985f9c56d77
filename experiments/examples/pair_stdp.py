"""Pair STDP: a neuron learns to answer a sequence of spikes ever earlier (Song et al., 2000).

Axons fire one after the other, in every sweep in the same order. The neuron fires when enough of
them have; synapses that were active before gain, those that come after lose. So it needs fewer
and fewer of the first ones, and its spike moves to the front of the sequence.
"""

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.examples.example import Example, MakeEngine, Outcome, Session
from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode
from backspike.sim.figures import colour, new_figure, style

__all__ = ["EXAMPLE"]

RULE = "dw = 2^-3*x1*y0 - 2^-3*x0*y1"
AXONS, SWEEP, SWEEPS = 32, 64, 120
GAP = 1  # steps from one axon's spike to that of the next


def _network() -> Network:
    network = Network()
    network.traces(x1=(48, 6.0), y1=(56, 8.0))
    axons = network.input("axons", AXONS)
    neuron = network.population(
        "neuron", 1, threshold=600, decay_u=4096, decay_v=256, refractory=SWEEP - AXONS
    )
    network.connect(
        "synapses",
        axons,
        neuron,
        60,
        pattern="all-to-all",
        exponent=0,
        rule=RULE,
        sign=SignMode.EXCITATORY,
    )
    return network


def _run(make: MakeEngine) -> Outcome:
    session = Session(_network(), make)
    sweep = [(GAP * n, "axons", n) for n in range(AXONS)]
    before = session.weights("synapses")[:, 0]
    latency = []
    for _ in range(SWEEPS):
        fired = session.fired(session.run(SWEEP, sweep), "neuron", SWEEP)[:, 0]
        latency.append(int(np.argmax(fired)) if fired.any() else -1)
    after = session.weights("synapses")[:, 0]
    early = after[: latency[-1]].mean()
    late = after[latency[-1] + 1 :].mean()
    facts = {
        "step of the spike at first": latency[0],
        "step of the spike at last": latency[-1],
        "mean weight of what fires before it": float(early),
        "mean weight of what fires after it": float(late),
    }
    learned = 0 < latency[-1] <= latency[0] / 2 and early > 60 > late
    return Outcome(facts, learned, _figure(before, after, latency))


@style()
def _figure(before: np.ndarray, after: np.ndarray, latency: list[int]) -> Figure:
    figure = new_figure(9, 3.5)
    left, right = figure.subplots(1, 2)
    left.plot(latency, color=colour("blue"))
    left.set(xlabel="sweep", ylabel="step of the neuron's spike", title="It answers earlier")
    right.bar(range(AXONS), after, color=colour("blue"), label="after")
    right.step(range(AXONS), before, where="mid", color=colour("red"), label="before")
    right.set(xlabel="axon, in the order of the spikes", ylabel="weight", title="Weights")
    right.legend()
    return figure


EXAMPLE = Example(
    name="pair-stdp",
    about="a neuron answers a sequence of spikes ever earlier",
    rules=(RULE,),
    run=_run,
)
