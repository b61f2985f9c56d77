"""The spiking circuits of nBP: the paper's, 12 steps a sample, and one that only infers, 4 steps.

Source of the paper's circuit: Renner et al., Nature Communications 15:9691 (2024),
doi 10.1038/s41467-024-53827-9. A closed chain of gating neurons opens populations step by step;
gate k fires in the step before the populations of step k. A gated neuron is held down by its
bias; ``g`` lifts it to half of the threshold, ``gp05`` to 0, ``g`` and ``gm05`` together to the
threshold itself.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.nbp.stimulus import (
    FIRST_STEP,
    INFERENCE_FIRST_STEP,
    INFERENCE_STEPS,
    SAMPLE_STEPS,
    inference_stimulus,
    stimulus,
)
from backspike.golden.nbp.units import HALF_THETA, HIGHEST, NEVER, THETA
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Population

__all__ = [
    "FIRST_STEP",
    "INFERENCE_FIRST_STEP",
    "INFERENCE_STEPS",
    "PAPER_RULE",
    "PLASTIC",
    "SAMPLE_STEPS",
    "inference_circuit",
    "inference_stimulus",
    "paper_circuit",
    "read_matrices",
    "stimulus",
]

PAPER_RULE = "dw = 4*r1*x0*y0 - 2*x0*y0"
"""Weights change where source and target fire together: +2 with reward, -2 without."""

_BIAS = -8192
_G = 8192 + HALF_THETA
_GP05 = 8192
_GM05 = HALF_THETA
_GI = -8128
_RELAY = 520
_CHAIN = 10240  # drives a gate on its own: more than 8192 + THETA

#: Plastic connections: source, target, and the matrix that they hold.
PLASTIC = {
    "W1": ("x", "h1", "W1"),
    "W1_copy": ("x", "h1_copy", "W1"),
    "W1_copy2": ("x", "h1_copy2", "W1"),
    "W2": ("h1", "o", "W2"),
    "W2_copy": ("h1", "o_copy", "W2"),
    "W2_copy2": ("h1", "o_copy2", "W2"),
    "W2T_plus": ("o", "h1T", "W2T"),
    "W2T_minus": ("oT-", "h1T", "-W2T"),
}

_H1S = ("h1", "h1_copy", "h1_copy2")
_OS = ("o", "o_copy", "o_copy2")

#: Spikes that each gate sends: weight and targets.
_GATES: Mapping[int, Sequence[tuple[int, Iterable[str]]]] = {
    0: [(_GI, _OS)],
    1: [(_G, ["x"])],
    2: [(_G, ["h1", "h1_copy"]), (_GM05, ["h1_copy"]), (_GP05, ["h1_copy2"])],
    3: [(_G, ["o", "o_copy", "t", "m_h1"]), (_GM05, ["o_copy"]), (_GP05, ["o_copy2"])],
    4: [(_GI, ["h1T", "oT-"])],
    5: [(_G, ["h1", "h1T", *_OS, "oT-"])],
    6: [(_G, ["h1T", "m_x6", "c_h1"]), (_GM05, ["h1T"]), (_GI, _OS)],
    7: [(_G, ["x"])],
    8: [(_GI, _H1S)],
    9: [(_G, ["h1", "h1T", *_OS, "oT-"])],
    10: [(_G, ["h1T"]), (_GM05, ["h1T"]), (_GI, _OS)],
    11: [(_G, ["x"])],
}

#: One-to-one: source, weight, targets, delays.
_RELAYS: Sequence[tuple[str, int, Iterable[str], Iterable[int]]] = [
    ("x", _RELAY, ["m_x6"], [4]),
    ("m_x6", _RELAY, ["x"], [0, 4]),
    ("h1", _RELAY, ["m_h1"], [0]),
    ("m_h1", _RELAY, ["h1", "h1T"], [1, 5]),
    ("h1_copy", _RELAY, ["c_h1"], [3]),
    ("h1_copy2", -_RELAY, ["c_h1"], [3]),
    ("h1T", _RELAY, _H1S, [0]),
    ("c_h1", _G, _H1S, [0, 4]),
    ("t", _RELAY, ["d+"], [0]),
    ("t", -_RELAY, ["d-"], [0]),
    ("o", -_RELAY, ["d+"], [0]),
    ("o", _RELAY, ["d-"], [0]),
    ("o_copy", _G, ["d+", "d-"], [0]),
    ("o_copy2", _GI, ["d-"], [0]),
    ("d+", _RELAY, _OS, [0]),
    ("d+", _RELAY, ["oT-"], [4]),
    ("d-", _RELAY, ["oT-"], [0]),
    ("d-", _RELAY, _OS, [4]),
]


def paper_circuit(
    layers: Sequence[int], weights: Sequence[np.ndarray], rule: str = PAPER_RULE
) -> Network:
    """The paper's circuit, population for population and delay for delay.

    Parameters
    ----------
    layers : sequence of int
        Sizes of input, hidden and output layer.
    weights : sequence of numpy.ndarray
        W1 (inputs, hidden) and W2 (hidden, outputs), even, -256 to 254.
    rule : str
        Learning rule of every plastic connection; another than :data:`PAPER_RULE` is no nBP.

    Returns
    -------
    Network
        Inputs ``in_x``, ``in_t`` and ``in_start``, plastic connections :data:`PLASTIC`.

    Raises
    ------
    ValueError
        If there is not one hidden layer, weights do not fit, or the rule cannot be read.
    """
    n_in, n_hid, n_out = _sizes(layers)
    w1, w2 = _matrices(layers, weights)
    network = Network()
    groups = dict.fromkeys(("x", "m_x6"), n_in)
    groups |= dict.fromkeys((*_H1S, "h1T", "m_h1", "c_h1"), n_hid)
    groups |= dict.fromkeys((*_OS, "oT-", "t", "d+", "d-"), n_out)
    for name, size in groups.items():
        _gated(network, name, size, refractory=1 if name == "h1T" else 2)
    gates = _chain(network, SAMPLE_STEPS)
    # -256 has no opposite among the weights.
    matrices = {"W1": w1, "W2": w2, "W2T": w2.T, "-W2T": np.minimum(-w2.T, HIGHEST)}
    for name, (source, target, matrix) in PLASTIC.items():
        network.connect(
            name,
            network.populations[source],
            network.populations[target],
            matrices[matrix],
            pattern="all-to-all",
            exponent=0,
            rule=rule,
        )
    for source, weight, targets, delays in _RELAYS:
        for target in targets:
            for delay in delays:
                network.connect(
                    f"{source}->{target} {weight:+d} delay {delay}",
                    network.populations[source],
                    network.populations[target],
                    weight,
                    pattern="one-to-one",
                    delay=delay,
                )
    _feed(network, {"in_x": "x", "in_t": "t"})
    _open(network, gates, _GATES)
    for k in (5, 7):
        network.reward(gates[k], 1)
    return network


def inference_circuit(layers: Sequence[int], weights: Sequence[np.ndarray]) -> Network:
    """The forward pass alone: ``x``, ``h1``, ``o`` and four gates, in steps 1, 2 and 3 of a sample.

    ``o_v`` sums what ``o`` receives and never fires: its voltage after step 3 is 64 * s2.

    Parameters and errors are those of :func:`paper_circuit`; inputs are ``in_x`` and ``in_start``.
    """
    n_in, n_hid, n_out = _sizes(layers)
    w1, w2 = _matrices(layers, weights)
    network = Network()
    x, h1, o = (
        _gated(network, name, size, refractory=2)
        for name, size in (("x", n_in), ("h1", n_hid), ("o", n_out))
    )
    o_v = network.population("o_v", n_out, threshold=NEVER)
    gates = _chain(network, INFERENCE_STEPS)
    network.connect("W1", x, h1, w1, pattern="all-to-all", exponent=0)
    network.connect("W2", h1, o, w2, pattern="all-to-all", exponent=0)
    network.connect("W2_v", h1, o_v, w2, pattern="all-to-all", exponent=0)
    _feed(network, {"in_x": "x"})
    _open(network, gates, {1: [(_G, ["x"])], 2: [(_G, ["h1"])], 3: [(_G, ["o"])]})
    return network


def read_matrices(program: Program, dense: np.ndarray) -> dict[str, np.ndarray]:
    """All plastic matrices by name, int16, shape (sources, targets).

    ``dense`` is the core's memory of that name as host words, as ``Engine.read`` gives it.
    """
    return program.matrices(dense, PLASTIC)


def _sizes(layers: Sequence[int]) -> tuple[int, int, int]:
    if len(layers) != 3:
        raise ValueError(
            f"layers must be the sizes of one input, one hidden and one output layer, "
            f"not {list(layers)}: the paper has no circuit for {len(layers) - 2} hidden layers"
        )
    return layers[0], layers[1], layers[2]


def _matrices(
    layers: Sequence[int], weights: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """W1 and W2 as int64."""
    if len(weights) != 2:
        raise ValueError(f"weights must be W1 and W2, not {len(weights)} matrices")
    out = []
    for i, weight in enumerate(weights):
        shape, matrix = (layers[i], layers[i + 1]), np.asarray(weight)
        if matrix.shape != shape or matrix.dtype.kind not in "iu":
            raise ValueError(
                f"W{i + 1} must be integers of shape {shape}, not {matrix.dtype} of {matrix.shape}"
            )
        out.append(matrix.astype(np.int64))
    return out[0], out[1]


def _gated(network: Network, name: str, size: int, *, refractory: int) -> Population:
    """A memoryless population that stays silent until a gate lifts it."""
    return network.population(name, size, threshold=THETA, bias=_BIAS, refractory=refractory)


def _chain(network: Network, length: int) -> list[Population]:
    """Gates ``g00`` and so on, each of which makes the next fire, started by ``in_start``."""
    gates = [_gated(network, f"g{k:02d}", 1, refractory=1) for k in range(length)]
    for k, gate in enumerate(gates):
        after = gates[(k + 1) % length]
        name = f"{gate.name}->{after.name}"
        network.connect(name, gate, after, _CHAIN, pattern="one-to-one")
    start = network.input("in_start", 1)
    network.connect("in_start->g00", start, gates[0], _CHAIN, pattern="one-to-one")
    return gates


def _feed(network: Network, inputs: Mapping[str, str]) -> None:
    """One-to-one from a new input to each population."""
    for name, target in inputs.items():
        population = network.populations[target]
        source = network.input(name, population.size)
        network.connect(f"{name}->{target}", source, population, _RELAY, pattern="one-to-one")


def _open(
    network: Network,
    gates: Sequence[Population],
    table: Mapping[int, Sequence[tuple[int, Iterable[str]]]],
) -> None:
    """One-to-all from the gates."""
    for k, sent in table.items():
        for weight, targets in sent:
            for target in targets:
                network.connect(
                    f"{gates[k].name}->{target} {weight:+d}",
                    gates[k],
                    network.populations[target],
                    weight,
                    pattern="one-to-all",
                )
