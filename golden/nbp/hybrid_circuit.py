"""A hybrid: the first layer learns without labels by spikes' timing, the last one by nBP.

Hidden neurons race: each integrates what the input says and climbs by ``CLIMB`` a step. The first
ones to fire, about ``winners``, make ``stop`` fire, which silences the others for the sample. At
the end of the epoch a winner moves its weights towards the input (synapses from active inputs gain,
those from silent ones lose, and all decay towards a multiple of how often the input was active).
A plastic bias keeps every neuron winning at the same rate: an adaptive threshold by a rule.

Then the first layer is left as it is (register ``learn_first``), and the last one learns as that
of :mod:`backspike.golden.nbp.folded_circuit`, from the code ``h``::

    step 0            the host's input, target, and the bias
    steps 1 to RACE   the race: who has fired is remembered by the epoch
    step RACE + 1     h: who has won, all at once
    step RACE + 2     o, d+, d-
"""

from collections.abc import Sequence

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus
from backspike.golden.errors import check_int
from backspike.golden.nbp.arguments import layer_sizes
from backspike.golden.nbp.folded_circuit import FOLDED_RULE, output_errors
from backspike.golden.nbp.stimulus import active_inputs, check_classes, sorted_spikes
from backspike.golden.network.network import Network

__all__ = [
    "CODE_STEP",
    "HYBRID_STEPS",
    "STDP_RULE",
    "hybrid_circuit",
    "hybrid_phases",
    "hybrid_stimulus",
]

RACE = 40
HYBRID_STEPS = RACE + 3
"""Time steps of a sample."""
CODE_STEP = RACE + 1
"""Step of a sample in which ``h`` fires."""
STDP_RULE = "dw = 4*x0*y0 - 2*y0 - 2^-6*w*y0"
"""Towards 128 where input and neuron fired, and -128 where the neuron fired alone."""
CLIMB, LINE = 64, 4096
_SILENCE = -32768


def hybrid_circuit(weights: Sequence[np.ndarray], winners: int, *, seed: int = 0) -> Network:
    """The circuit.

    Parameters
    ----------
    weights : sequence of numpy.ndarray
        W1 and W2, int16, even.
    winners : int
        Hidden neurons that may fire before the others are silenced.
    seed : int
        Of the random rounding.

    Returns
    -------
    Network
        Inputs ``in_x``, ``in_one``, ``in_t``, ``in_go``, ``in_reset``; populations ``race``,
        ``stop``, ``h``, ``o``, ``d+``, ``d-``; plastic connections ``W1``, ``bias``, ``W2``.

    Raises
    ------
    TypeError, ValueError
        If the weights do not fit each other or cannot be stored, or ``winners`` is out of range.
    """
    if len(weights) != 2:
        raise ValueError(f"weights must be W1 and W2, not {len(weights)} arrays")
    n_in, hidden, n_out = layer_sizes(weights)
    check_int("winners", winners, 1, hidden)
    network = Network(epoch=HYBRID_STEPS, seed=seed)
    x, one = network.input("in_x", n_in), network.input("in_one", 1)
    target = network.input("in_t", n_out)
    go, reset = network.input("in_go", 1), network.input("in_reset", 1)
    race = network.population("race", hidden, threshold=LINE, decay_v=0, bias=CLIMB, vmin=0)
    network.connect(
        "W1",
        x,
        race,
        weights[0],
        pattern="all-to-all",
        exponent=0,
        rule=STDP_RULE,
        rounding="stochastic",
    )
    network.connect(
        "bias",
        one,
        race,
        0,
        pattern="one-to-all",
        exponent=5,
        rule=_bias_rule(winners, hidden),
        rounding="stochastic",
    )
    stop = network.population("stop", 1, threshold=64 * winners - 32, decay_v=0, vmin=0)
    network.connect("count", race, stop, 64, pattern="all-to-all")
    network.connect("silence", stop, race, _SILENCE, pattern="one-to-all")
    network.connect("clear race", reset, race, _SILENCE, pattern="one-to-all")
    network.connect("clear stop", reset, stop, _SILENCE, pattern="one-to-all")
    code = network.population("h", hidden, threshold=32, gate=race)
    network.connect("go", go, code, 64, pattern="one-to-all")
    output = network.population("o", n_out, threshold=512)
    network.connect(
        "W2", code, output, weights[1], pattern="all-to-all", exponent=0, rule=FOLDED_RULE
    )
    up, down = output_errors(network, output, target)
    network.teach("W2", up)
    network.teach("W2", down, negate=True)
    return network


def _bias_rule(winners: int, hidden: int) -> str:
    """Down by 2 with every win, and up by as much as makes ``winners`` of ``hidden`` win."""
    up = round(256 * winners / hidden)
    return f"dw = {up}*2^-7*x0 - 2*x0*y0"


def hybrid_phases(program: Program) -> dict[str, dict[str, int]]:
    """Registers with which the first layer learns, the last one, and none."""
    lanes, compartments = program.params.lanes, program.params.compartments
    x, one, h = program.inputs["in_x"], program.inputs["in_one"], program.populations["h"]
    inputs = (compartments + x[0]) // lanes, (compartments + one[0]) // lanes
    code = h[0] // lanes, (h[0] + h[1] - 1) // lanes
    rows = {"first": inputs, "last": code}
    phases = {
        name: {"learn": 1, "learn_first": begin, "learn_rows": end - begin + 1}
        for name, (begin, end) in rows.items()
    }
    return phases | {"none": {"learn": 0, "learn_first": 0, "learn_rows": 0}}


def hybrid_stimulus(program: Program, x: np.ndarray, y: np.ndarray) -> Stimulus:
    """Spikes of samples, ``HYBRID_STEPS`` apart; shapes as of ``folded_stimulus``."""
    axon = {name: first for name, (first, _) in program.inputs.items()}
    samples, pixels = active_inputs(x, program.inputs["in_x"][1])
    classes = check_classes(y, len(x), program.inputs["in_t"][1])
    begin = HYBRID_STEPS * np.arange(len(x))
    return sorted_spikes(
        (HYBRID_STEPS * samples, axon["in_x"] + pixels),
        (begin, axon["in_t"] + classes),
        (begin, np.full(len(x), axon["in_one"])),
        (begin + RACE, np.full(len(x), axon["in_go"])),
        (begin + HYBRID_STEPS - 1, np.full(len(x), axon["in_reset"])),
    )
