"""Reward-modulated STDP: which action pays for which cue, with the reward steps later.

Every synapse from a cue to an action has a tag: a cue that fired shortly before an action leaves
it there, and it fades. A reward that arrives later, from neurons of the core itself, turns tags
into weights: up where the cue wanted that action, down where not (Izhikevich, 2007; three factors
as reviewed by Fremaux and Gerstner, 2016). Until a cue is strong enough to choose, the host pushes
a random action. In a second run the same rewards come at random.
"""

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.examples.example import Example, MakeEngine, Outcome, Session
from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode
from backspike.sim.figures import colour, new_figure, sequential, style

__all__ = ["EXAMPLE"]

RULE = "dt = x1*y0 - 2^-4*t*u0; dw = 2^-3*r1*t*u0"
CUES, AXONS, ACTIONS = 4, 4, 4  # axons of one cue
TRIAL, TRIALS, DELAY = 48, 240, 12
WINDOW = 32  # trials of a point in the picture


def _network() -> Network:
    network = Network(seed=5)
    network.traces(x1=(64, 3.0))
    cues, push = network.input("cues", CUES * AXONS), network.input("push", ACTIONS)
    wanted, reset = network.input("wanted", ACTIONS), network.input("reset", 1)
    action = network.population("action", ACTIONS, threshold=400, refractory=20)
    network.connect(
        "choice",
        cues,
        action,
        40,
        pattern="all-to-all",
        exponent=0,
        rule=RULE,
        rounding="stochastic",
        sign=SignMode.EXCITATORY,
    )
    # Comes a step after the cue, and too late if the cue chose: actions inhibit each other.
    network.connect("push", push, action, 448, pattern="one-to-one", delay=1)
    others = [(a, b) for a in range(ACTIONS) for b in range(ACTIONS) if a != b]
    network.connect("rivals", action, action, -512, pattern=others)
    # Waits for the action that is wanted, which gives two rewards; any action takes one away.
    right = network.population("right", ACTIONS, threshold=100, decay_v=0, vmin=0)
    taken = network.population("taken", ACTIONS, threshold=32)
    network.connect("wanted", wanted, right, 64, pattern="one-to-one")
    network.connect("right", action, right, 64, pattern="one-to-one", delay=DELAY)
    network.connect("taken", action, taken, 64, pattern="one-to-one", delay=DELAY)
    network.connect("reset", reset, right, -256, pattern="one-to-all")
    network.reward(right, 8)
    network.reward(taken, -4)
    return network


def _run(make: MakeEngine) -> Outcome:
    hits, after = _learn(make, shuffled=False)
    blind, _ = _learn(make, shuffled=True)
    facts = {
        f"right actions of the first {WINDOW} trials": float(hits[:WINDOW].mean()),
        f"right actions of the last {WINDOW} trials": float(hits[-WINDOW:].mean()),
        "the same, rewards at random": float(blind[-WINDOW:].mean()),
        "mean weight, right action": float(np.mean([after[c, c] for c in range(CUES)])),
        "mean weight, other actions": float(after[~np.eye(CUES, dtype=bool)].mean()),
    }
    learned = hits[-WINDOW:].mean() >= 0.9 and blind[-WINDOW:].mean() <= 0.6
    return Outcome(facts, bool(learned), _figure(hits, blind, after))


def _learn(make: MakeEngine, *, shuffled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Trials that were right, and the mean weight of each cue to each action."""
    session = Session(_network(), make)
    rng = np.random.default_rng(1)
    cues, pushed = rng.integers(CUES, size=TRIALS), rng.integers(ACTIONS, size=TRIALS)
    wanted = rng.integers(ACTIONS, size=TRIALS) if shuffled else cues
    spikes = []
    for trial, (cue, push, want) in enumerate(zip(cues, pushed, wanted, strict=True)):
        at = trial * TRIAL
        spikes += [(at, "cues", AXONS * int(cue) + n) for n in range(AXONS)]
        spikes += [(at, "push", int(push)), (at, "wanted", int(want)), (at + TRIAL - 2, "reset", 0)]
    n_steps = TRIAL * TRIALS
    fired = session.fired(session.run(n_steps, spikes), "action", n_steps)
    actions = fired.reshape(TRIALS, TRIAL, ACTIONS).any(axis=1)
    hits = (actions == (cues[:, None] == np.arange(ACTIONS))).all(axis=1)
    return hits, session.weights("choice").reshape(CUES, AXONS, ACTIONS).mean(axis=1)


@style()
def _figure(hits: np.ndarray, blind: np.ndarray, after: np.ndarray) -> Figure:
    figure = new_figure(9, 3.5)
    left, right = figure.subplots(1, 2)
    for line, label, hue in (
        (hits, "reward for the right action", "blue"),
        (blind, "the same rewards at random", "red"),
    ):
        mean = np.convolve(line, np.ones(WINDOW) / WINDOW, "valid")
        left.plot(np.arange(len(mean)) + WINDOW, mean, color=colour(hue), label=label)
    left.axhline(1 / ACTIONS, color=colour("soft"), ls=":", label="chance")
    left.set(
        xlabel="trial",
        ylabel=f"right actions, mean of {WINDOW} trials",
        ylim=(0, 1.05),
        title=f"Reward {DELAY + 2} steps after the action",
    )
    left.legend(fontsize=8, loc="lower right")
    image = right.imshow(after, vmin=0, vmax=255, cmap=sequential())
    right.set(
        xlabel="action",
        ylabel="cue",
        xticks=range(ACTIONS),
        yticks=range(CUES),
        title="Weights afterwards",
    )
    figure.colorbar(image, label="mean weight")
    return figure


EXAMPLE = Example(
    name="reward-stdp",
    about="which action a cue asks for, from rewards that come steps later, by eligibility tags",
    rules=(RULE,),
    run=_run,
)
