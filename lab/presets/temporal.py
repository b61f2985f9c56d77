"""Two spikes whose order is learned: samples that run in time, by online surrogate gradients."""

from backspike.golden.temporal.circuit import temporal_circuit
from backspike.golden.temporal.initial_weights import initial_weights
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import temporal_steps
from backspike.lab.nbp_scene import NBP_CORE
from backspike.lab.scene import Built, Choices, Place, Scene, number

__all__ = ["SCENE"]

_LAYERS = (2, 8, 2)
_MOMENTS = 6  # steps of data in a sample
_MOMENT = temporal_steps(len(_LAYERS) - 1)  # time steps of each
_SAMPLE = _MOMENT * _MOMENTS
_LESSONS, _TESTS = 20, 4
_GOAL, _MARGIN = 128, 64


def _build(values: Choices) -> Built:
    options = TemporalOptions(
        tau=values["tau"],
        tau_trace=values["tau"],
        tau_out=1000.0,
        tau_trace_out=1000.0,
        threshold=values["threshold"],
        box=128,
        in_exponent=1,
        goal=_GOAL,
        margin=_MARGIN,
        settle=values["gap"],
        impulse=32,
        impulse_out=32,
        rate=values["rate"],
        rate_out=values["rate_out"],
    )
    weights = initial_weights(
        _LAYERS, threshold=256, active=0.5, recurrent=False, seed=values["seed"], in_exponent=1
    )
    spikes: dict[str, list[tuple[int, int]]] = {"in_x": [], "in_t": [], "in_n": []}
    for sample in range(_LESSONS + _TESTS):
        begin, first = _SAMPLE * sample, sample % 2
        second = begin + _MOMENT * values["gap"]
        spikes["in_x"] += [(begin, first), (second, 1 - first)]
        if sample < _LESSONS:
            asked = range(second + 1, begin + _SAMPLE, _MOMENT)
            spikes["in_t"] += [(step, first) for step in asked]
            spikes["in_n"] += [(step, 1 - first) for step in asked]
    return Built(temporal_circuit(weights, options), spikes)


SCENE = Scene(
    name="temporal",
    title="Which came first?",
    about="Both inputs fire once in each sample; its class is which of them came first. Outputs o"
    " sum up, and forget nothing, so that the order is lost on them. It takes the hidden neurons"
    " h1, which leak: what is left of the first spike helps the second one, and other neurons fire."
    " From then on, in_t and in_n say what o should be; errors d+ and d- go back through the"
    " same synapses, to e1+ and e1-, where c1 fired: where the voltage was near the threshold."
    " In the last four samples nobody says it, and the order is known. Let the hidden neurons"
    " forget at once, and it cannot be learned.",
    steps=_SAMPLE * (_LESSONS + _TESTS),
    places=(
        Place("in_x", 8, 19, gap=10),
        Place("h1", 31, 19, 2, 7.0),
        Place("o", 56, 19, gap=10),
        Place("hi", 67, 19, gap=10),
        Place("lo", 74, 19, gap=10),
        Place("d+", 83, 12, gap=6),
        Place("d-", 83, 28, gap=6),
        Place("in_t", 94, 12, gap=6),
        Place("in_n", 94, 28, gap=6),
        Place("c1", 20, 49, 4, 4.0),
        Place("e1+", 44, 49, 4, 4.0),
        Place("e1-", 68, 49, 4, 4.0),
    ),
    fields=(
        number("gap", "steps of data from one spike to the other", 2, 1, _MOMENTS - 2),
        number("tau", "time constant of hidden neurons", 4.0, 0.5, 100, 0.1, "steps of data"),
        number("threshold", "threshold of hidden neurons", 256, 128, 1000),
        number("rate", "learning rate of hidden neurons, in 1/128 of a trace", 4, 1, 255),
        number("rate_out", "learning rate of outputs, in 1/128 of a trace", 40, 1, 255),
        number("seed", "seed of the first weights", 31, 0, 1000),
    ),
    build=_build,
    lines=("v:h1", "v:o"),
    look=_SAMPLE + _MOMENT * 2 + 4,
    rests=tuple(range(_SAMPLE, _SAMPLE * (_LESSONS + _TESTS), _SAMPLE)),
    core=NBP_CORE,
)
