"""Delay learning: two neurons tell two orders of the same spikes apart, by the delays alone.

Both patterns have one spike of every axon; only the times differ. A teacher fires the neuron of a
pattern at its end. At that spike the trace x1 tells how long ago an axon fired, and the rule
moves the delay towards that: afterwards all spikes of a neuron's own pattern arrive at once, and
fire it without the teacher; those of the other one come scattered. Its own spike then comes before
the teacher's and teaches in its place, so the delays shrink together until one is 0.
"""

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.examples.example import Example, MakeEngine, Outcome, Session
from backspike.golden.engine import write_register
from backspike.golden.network.network import Network
from backspike.sim.figures import colour, new_figure, style

__all__ = ["EXAMPLE"]

# x1 has fallen to 120 * exp(-n / 60) n steps after a spike: n - 1 is about (113 - x1) * 3/4.
RULE = "dd = 3*2^-5*y0*(113 - x1) - 2^-3*y0*d"
AXONS, SPAN, TRIAL, TRIALS = 16, 24, 96, 80
TEACHER = 36  # step of a trial
ENOUGH = 9  # spikes at once that fire a neuron; a quarter of them is forgotten in each step


def _network() -> Network:
    network = Network(seed=2)
    network.traces(x1=(120, 60.0))
    axons, teacher = network.input("axons", AXONS), network.input("teacher", 2)
    neurons = network.population("neurons", 2, threshold=64 * ENOUGH, decay_v=1024, refractory=30)
    rng = np.random.default_rng(4)
    network.connect(
        "synapses",
        axons,
        neurons,
        64,
        pattern="all-to-all",
        exponent=0,
        delays=rng.integers(0, SPAN, (AXONS, 2)),
        rule=RULE,
        rounding="stochastic",
    )
    network.connect("teacher", teacher, neurons, 1024, pattern="one-to-one")
    return network


def _run(make: MakeEngine) -> Outcome:
    session = Session(_network(), make)
    rng = np.random.default_rng(9)
    times = rng.integers(0, SPAN, (2, AXONS))
    before = session.delays("synapses")
    alone_before = _answers(session, times)
    spikes = []
    for trial in range(TRIALS):
        at, which = trial * TRIAL, trial % 2
        spikes += [(at + int(times[which, n]), "axons", n) for n in range(AXONS)]
        spikes.append((at + TEACHER, "teacher", which))
    session.run(TRIALS * TRIAL, spikes)
    after = session.delays("synapses")
    alone = _answers(session, times)
    facts = {
        f"pattern {p}, spikes of neuron {n} {when}": int(answers[p, n])
        for when, answers in (("before", alone_before), ("after", alone))
        for p in range(2)
        for n in range(2)
    }
    learned = not alone_before.any() and (alone == np.eye(2)).all()
    return Outcome(facts, bool(learned), _figure(times, before, after))


def _answers(session: Session, times: np.ndarray) -> np.ndarray:
    """Spikes of both neurons for each pattern alone, (patterns, neurons); nothing is learned."""
    write_register(session.engine, "learn", 0)
    answers = []
    for pattern in times:
        record = session.run(TRIAL, [(int(at), "axons", n) for n, at in enumerate(pattern)])
        answers.append(session.fired(record, "neurons", TRIAL).sum(axis=0))
    write_register(session.engine, "learn", 1)
    return np.array(answers)


@style()
def _figure(times: np.ndarray, before: np.ndarray, after: np.ndarray) -> Figure:
    figure = new_figure(9, 4.5)
    grid = figure.subplots(2, 2, sharex=True, sharey=True)
    for row, (pattern, spikes) in zip(grid, enumerate(times), strict=True):
        for axes, neuron in zip(row, range(2), strict=True):
            for delays, hue, label in (
                (before, "soft", "before"),
                (after, "blue", "after"),
            ):
                arrive = spikes + 1 + delays[:, neuron]
                axes.scatter(arrive, range(AXONS), s=14, color=colour(hue), label=label)
            axes.set_title(f"pattern {pattern} at neuron {neuron}")
    for axes in grid[-1]:
        axes.set_xlabel("step of arrival")
    grid[0, 0].set_ylabel("axon")
    grid[1, 0].set_ylabel("axon")
    grid[0, 0].legend()
    return figure


EXAMPLE = Example(
    name="delays",
    about="two neurons tell two orders of the same spikes apart, by their delays alone",
    rules=(RULE,),
    run=_run,
)
