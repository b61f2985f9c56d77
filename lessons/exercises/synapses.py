"""Exercises of lesson 3: synapse memory, delivery and delays, against compiler and golden core."""

from collections.abc import Sequence
from typing import Any

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.hdl.presets import CORE_PRESETS
from backspike.lessons.exercise import Exercise, Mistake
from backspike.sim.simulation.simulation import Simulation, simulate

__all__ = ["EXERCISES", "MOTIF"]

#: Steps in which the four inputs of exercise 3.4 fire.
MOTIF = (0, 3, 5, 6)
_SIZES = {
    f"{sources} sources, {targets} targets, {lanes} lanes": (sources, targets, lanes)
    for sources, targets, lanes in ((20, 40, 16), (8, 64, 16), (5, 3, 16), (3, 33, 8))
}
_FEW, _MORE = [(0, 1), (0, 2), (4, 1)], [(step, step % 5) for step in range(9)]
_RUNS = {
    "3 spikes, 40 targets": (_FEW, 40, 16),
    "9 spikes, 40 targets": (_MORE, 40, 16),
    "9 spikes, 8 targets": (_MORE, 8, 16),
    "no spike": ([], 40, 16),
}
_ARRIVALS = {
    "no delays": ([(0, 0), (2, 1), (5, 2)], [10, 20, -30], [0, 0, 0], 8),
    "delays": ([(0, 0), (2, 1), (5, 2)], [10, 20, -30], [3, 1, 0], 8),
    "one too late": ([(0, 0), (4, 1), (5, 2)], [10, 20, -30], [3, 1, 1], 6),
    "two at once": ([(0, 0), (1, 1), (1, 0), (2, 2)], [10, 20, -30], [2, 1, 0], 6),
}

Events = Sequence[tuple[int, int]]


def _dense(sources: int, targets: int) -> Network:
    """All sources connected with all targets."""
    network = Network()
    source = network.input("source", sources)
    target = network.population("target", targets, threshold=1000)
    network.connect("synapses", source, target, 2, pattern="all-to-all")
    return network


def _words(sources: int, targets: int, lanes: int) -> int:
    """Words of memory that the compiler takes."""
    params = CORE_PRESETS["default"].with_(lanes=lanes)
    return compile_network(_dense(sources, targets), params).costs[0].words


def _delivered(spikes: Events, targets: int, lanes: int) -> int:
    """Words that the golden core reads."""
    params = CORE_PRESETS["default"].with_(lanes=lanes)
    simulation = Simulation(_dense(5, targets), params=params)
    simulation.run(12, {"source": list(spikes)})
    return simulation.engine.counters()["synaptic_words"]


def _delayed(weights: Sequence[int], delays: Sequence[int], threshold: int) -> Network:
    """A neuron ``target`` that each neuron of ``source`` reaches by a synapse of its own."""
    network = Network()
    source = network.input("source", len(weights))
    target = network.population("target", 1, threshold=threshold)
    network.connect(
        "synapses",
        source,
        target,
        [[weight] for weight in weights],
        pattern="all-to-all",
        delays=[[delay] for delay in delays],
    )
    return network


def _sums(
    spikes: Events, weights: Sequence[int], delays: Sequence[int], steps: int
) -> dict[str, int]:
    """Sums that arrive at a neuron of the golden core, by step."""
    network = _delayed(weights, delays, threshold=1000)
    result = simulate(network, {"source": list(spikes)}, steps=steps, probes=["u:target"])
    return _by_step([int(u) for u in result["u:target"][:, 0]])


def _by_step(sums: Sequence[int]) -> dict[str, int]:
    return {f"step {step}": total for step, total in enumerate(sums)}


def _wrong_sums(kind: str) -> Any:
    """Sums with one mistake."""

    def sums(
        spikes: Events, weights: Sequence[int], delays: Sequence[int], steps: int
    ) -> list[int]:
        found = [0] * steps
        for step, source in spikes:
            at = step + (kind != "at once") + (0 if kind == "no delays" else delays[source])
            if at < steps:
                found[at] = weights[source] + (0 if kind == "last" else found[at])
        return found

    return sums


def _detector(delays: Sequence[int]) -> dict[str, Any]:
    """Spikes of a neuron that four inputs reach, each with its delay."""
    network = _delayed([30] * len(MOTIF), delays, threshold=100)
    spikes = {}
    backwards = [max(MOTIF) - step for step in MOTIF]
    for name, steps in {"the motif": MOTIF, "the motif backwards": backwards}.items():
        events = [(step, which) for which, step in enumerate(steps)]
        result = simulate(network, {"source": events}, steps=20)
        spikes[f"spikes for {name}"] = int(result["spikes:target"].sum())
    return spikes


EXERCISES = (
    Exercise(
        "3.1",
        _SIZES,
        _words,
        (
            Mistake(
                lambda sources, targets, lanes: sources * (targets // lanes),
                "The last word of a source is often not full, but it is there: round up.",
            ),
            *(
                Mistake(
                    packed,
                    "You pack all synapses into one list. Each source has a list of its own, which "
                    "begins with a new word.",
                )
                for packed in (
                    lambda sources, targets, lanes: -(-sources * targets // lanes),
                    lambda sources, targets, lanes: sources * targets // lanes,
                )
            ),
            Mistake(
                lambda sources, targets, lanes: -(-sources // lanes) * targets,
                "You have a list for each target. A list belongs to a source: it is what its "
                "spike has to reach.",
            ),
            Mistake(
                lambda sources, targets, lanes: sources * targets,
                "These are synapses. A word has `lanes` of them.",
            ),
        ),
    ),
    Exercise(
        "3.2",
        _RUNS,
        _delivered,
        (
            Mistake(
                lambda spikes, targets, lanes: (
                    len({source for _, source in spikes}) * -(-targets // lanes)
                ),
                "You count sources. Every spike reads the list of its source again.",
            ),
            Mistake(
                lambda spikes, targets, lanes: len(spikes) * targets,
                "These are synapses. A word has `lanes` of them.",
            ),
            Mistake(
                lambda spikes, targets, lanes: len(spikes),
                "These are spikes, each of which reads a whole list.",
            ),
        ),
    ),
    Exercise(
        "3.3",
        _ARRIVALS,
        _sums,
        (
            Mistake(
                _wrong_sums("at once"),
                "All arrives a step too early: every spike is on its way for one step, and its "
                "delay comes on top.",
            ),
            Mistake(_wrong_sums("no delays"), "The delays have no effect."),
            Mistake(
                _wrong_sums("last"),
                "Of spikes that arrive together only one counts: add, do not assign.",
            ),
        ),
        observe=lambda answer, *arguments: _by_step(answer(*arguments)),
    ),
    Exercise(
        "3.4",
        {"": ()},
        lambda: _detector([max(MOTIF) - step for step in MOTIF]),
        (
            Mistake(
                lambda: _detector(MOTIF),
                "Your neuron waits for the motif backwards: whoever fires first needs the longest "
                "delay.",
            ),
            Mistake(
                lambda: _detector([0] * len(MOTIF)),
                "The spikes never arrive together, so the sum never gets above 100.",
            ),
        ),
        observe=_detector,
    ),
)
