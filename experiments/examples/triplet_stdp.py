"""Triplet STDP: the same pairs of spikes, but fast ones strengthen (Pfister and Gerstner, 2006).

Each synapse sees pairs at one rate: its axon fires 10 steps before its neuron, or 10 after. A pair
rule then says what the order says, and at high rates weakens, as each spike meets the pair behind
it. The triplet rule gains with the trace y2 of the neuron's earlier spikes: at low rates the order
decides, at high ones both orders strengthen, as measured in cortex (Sjoestroem et al., 2001).
"""

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.examples.example import Example, MakeEngine, Outcome, Session
from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode
from backspike.sim.figures import colour, new_figure, style

__all__ = ["EXAMPLE"]

IMPULSE2 = 4  # of y2: a trace that is read at a spike has that spike's impulse in it
PAIR = "dw = 2^-4*x1*y0 - 2^-4*x0*y1"
TRIPLET = f"dw = 2^-6*x1*y0*(y2 - {IMPULSE2}) - 2^-4*x0*y1"
PERIODS = (100, 66, 50, 33, 25, 20)  # steps of a millisecond
LAG, PAIRS, START = 10, 60, 128


def _network() -> Network:
    network = Network(seed=3)
    network.traces(x1=(8, 17.0), y1=(8, 34.0), y2=(IMPULSE2, 114.0))
    size = 2 * len(PERIODS)
    axons, drive = network.input("axons", size), network.input("drive", size)
    for name, rule in (("pair", PAIR), ("triplet", TRIPLET)):
        neurons = network.population(name, size, threshold=1000)
        network.connect(f"drive {name}", drive, neurons, 2048, pattern="one-to-one")
        network.connect(
            name,
            axons,
            neurons,
            START / 256,
            pattern="all-to-all",
            exponent=-8,
            rule=rule,
            rounding="stochastic",
            sign=SignMode.EXCITATORY,
        )
    return network


def _run(make: MakeEngine) -> Outcome:
    session = Session(_network(), make)
    spikes = []
    for n, period in enumerate(PERIODS):
        for k in range(PAIRS):
            at = 20 + k * period
            # A spike that the host sends fires an axon at once, and the neuron a step later.
            spikes += [(at + 1, "axons", 2 * n), (at + LAG, "drive", 2 * n)]
            spikes += [(at + LAG + 1, "axons", 2 * n + 1), (at, "drive", 2 * n + 1)]
    session.run(40 + PAIRS * max(PERIODS), spikes)
    change = {
        name: (np.diagonal(session.weights(name)).astype(int) - START).reshape(-1, 2)
        for name in ("pair", "triplet")
    }
    facts = {
        f"{name}, {order} first, {1000 / PERIODS[n]:.0f} Hz: change": int(change[name][n, k])
        for name in change
        for k, order in enumerate(("axon", "neuron"))
        for n in (0, -1)
    }
    pair, triplet = change["pair"], change["triplet"]
    by_order = triplet[0, 0] > 0 > triplet[0, 1] and pair[0, 0] > 0 > pair[0, 1]
    learned = by_order and min(triplet[-1]) > 0 and max(pair[-1]) < 0
    return Outcome(facts, bool(learned), _figure(change))


@style()
def _figure(change: dict[str, np.ndarray]) -> Figure:
    figure = new_figure(9, 3.5)
    for axes, (name, lines) in zip(figure.subplots(1, 2, sharey=True), change.items(), strict=True):
        hertz = 1000 / np.array(PERIODS)
        for values, look, order in zip(lines.T, ("o-", "s-"), ("before", "after"), strict=True):
            axes.plot(hertz, values, look, label=f"axon 10 steps {order} neuron")
        axes.axhline(0, color=colour("soft"), lw=0.8)
        axes.set(xlabel="pairs a second (1 ms steps)", title=f"{name} rule")
        axes.set(ylabel=f"change of weight, {PAIRS} pairs" if name == "pair" else "")
        axes.legend()
    return figure


EXAMPLE = Example(
    name="triplet-stdp",
    about="at high rates pairs of spikes strengthen in either order, as a pair rule cannot say",
    rules=(PAIR, TRIPLET),
    run=_run,
)
