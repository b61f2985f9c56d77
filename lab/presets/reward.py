"""Reward: tags remember which synapse made an action, until a reward turns them into weights."""

from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode
from backspike.lab.scene import Built, Choices, Place, Scene, number, rule

__all__ = ["SCENE"]

_TRIAL, _LESSONS, _TESTS = 32, 12, 4
_SIDES = 2  # cues, and actions


def _build(values: Choices) -> Built:
    network = Network(seed=5)
    network.traces(x1=(64, values["tau_x"]), r1=2.0)
    cues, push, juice = (network.input(name, _SIDES) for name in ("cues", "push", "outcome"))
    action = network.population("action", _SIDES, threshold=values["threshold"], refractory=20)
    network.connect(
        "choice",
        cues,
        action,
        60,
        pattern="all-to-all",
        exponent=0,
        rule=values["rule"],
        sign=SignMode.EXCITATORY,
    )
    network.connect("push", push, action, 448, pattern="one-to-one")
    judges = network.population("judges", _SIDES, threshold=32)
    network.connect("outcome", juice, judges, 64, pattern="one-to-one")
    network.reward(judges[0], values["reward"])
    network.reward(judges[1], -values["punishment"])
    spikes: dict[str, list[tuple[int, int]]] = {"cues": [], "push": [], "outcome": []}
    for trial in range(_LESSONS + _TESTS):
        begin, cue = _TRIAL * trial, trial % _SIDES
        spikes["cues"].append((begin, cue))
        if trial < _LESSONS:
            pushed = trial // _SIDES % _SIDES
            spikes["push"].append((begin + 1, pushed))
            spikes["outcome"].append((begin + values["delay"], int(pushed != cue)))
    return Built(network, spikes)


SCENE = Scene(
    name="reward",
    title="Reward, some steps later",
    about="A cue is shown, and the neuron of one of two actions is pushed to fire. The synapse from"
    " the cue to it gets a tag, which fades. Steps later comes a reward if the action fits the cue,"
    " else a punishment; it turns tags into weights. In the last four trials nobody pushes: a cue"
    " has learned which action pays.",
    steps=_TRIAL * (_LESSONS + _TESTS),
    places=(
        Place("cues", 14, 15, gap=14),
        Place("action", 54, 15, gap=14),
        Place("push", 88, 15, gap=14),
        Place("outcome", 14, 48, gap=12),
        Place("judges", 54, 48, gap=12),
    ),
    fields=(
        rule("dt = x1*y0 - 2^-4*t*u0; dw = 2^-3*r1*t*u0"),
        number("delay", "steps from cue to reward", 12, 4, 28, unit="steps"),
        number("reward", "reward", 12, 0, 100),
        number("punishment", "punishment", 4, 0, 100),
        number("tau_x", "time constant of x1", 3.0, 0, 100, 0.1, "steps"),
        number("threshold", "threshold of an action", 120, 1, 440),
    ),
    build=_build,
    lines=("tag:choice", "r1", "v:action"),
    look=14,
)
