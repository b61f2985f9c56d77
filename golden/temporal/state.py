"""Numbers and state of a network that learns over time, as its kernels work on them."""

from typing import NamedTuple

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.nbp.units import HIGHEST, LOWEST
from backspike.golden.network.neuron_constants import STEPS_OF_UNIT, decay_of
from backspike.golden.temporal.circuit import TemporalWeights
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import TAG_SHIFT, earlier_trace, held_constant, temporal_steps
from backspike.hdl.layouts import FRACTION_BITS

__all__ = ["Constants", "Layer", "Matrix", "Outputs", "State", "new_state"]


class Constants(NamedTuple):
    """Numbers of a network; thresholds are in the unit of voltages."""

    n: int
    """Layers of weights."""
    steps: int
    """Time steps of a step of data."""
    lanes: int
    decay_u: int
    decay_v: int
    decay_o: int
    threshold: int
    box_low: int
    box_high: int
    hi: int
    lo: int
    dead_zone: int
    """In weight units."""
    adaptation: int
    trace_decay: int
    impulse: int
    out_decay: int
    """As ``trace_decay``, of the second trace."""
    out_impulse: int
    """As ``impulse``; 0 without a second trace."""
    tagged: bool
    """Errors meet tags, not traces."""
    in_exponent: int
    """An input's spike adds its weight, times 2 to this."""
    leak: int
    """What a tag loses of itself, in 1/128."""
    low: int
    """Smallest weight."""
    high: int
    """Largest weight."""

    @classmethod
    def of(cls, program: Program, options: TemporalOptions, n: int) -> "Constants":
        """Those of a compiled circuit with ``n`` layers of weights."""
        o, unit, steps = options, STEPS_OF_UNIT, temporal_steps(n)
        return cls(
            n=n,
            steps=steps,
            lanes=program.params.lanes,
            decay_u=decay_of("tau_current", o.tau_current * steps),
            decay_v=decay_of("tau", o.tau * steps),
            decay_o=decay_of("tau_out", o.tau_out * steps),
            threshold=o.threshold * unit,
            box_low=(o.threshold - o.box) * unit,
            box_high=(o.threshold + o.box) * unit,
            hi=(o.goal + o.margin) * unit,
            lo=(o.goal - o.margin) * unit,
            dead_zone=o.dead_zone,
            adaptation=o.adaptation,
            trace_decay=program.registers["x1_decay"],
            impulse=o.impulse,
            out_decay=program.registers.get("x2_decay", 0),
            out_impulse=o.impulse_out if o.tau_trace_out else 0,
            tagged=o.eligibility == "tag",
            in_exponent=o.in_exponent,
            leak=1 << (FRACTION_BITS - o.tag_leak) if o.tag_leak else 0,
            low=LOWEST,
            high=HIGHEST,
        )


class Matrix(NamedTuple):
    """Plastic synapses of one connection."""

    weights: np.ndarray
    """int16, (sources, targets); of no size where there are none."""
    tags: np.ndarray
    """Likewise, with tags."""
    coefficient: int
    """What a rule multiplies a source's trace by, in 1/128."""
    spent: int
    """What it subtracts for a source's spike in this epoch, likewise."""
    rate: int
    """What it multiplies a tag by, likewise."""


class Layer(NamedTuple):
    """State of a layer of hidden neurons."""

    place: int
    """Of its first neuron among those with traces."""
    u: np.ndarray
    v: np.ndarray
    sums: np.ndarray
    """What arrives, by time step modulo the number of rows, int64, (rows, neurons)."""
    fired: np.ndarray
    """In this time step, bool."""
    boxed: np.ndarray
    """Voltage was in the box in this epoch, bool."""
    errors: np.ndarray
    """Sum of what comes back in the next time step, int64."""
    plus: np.ndarray
    """Positive error in this epoch, bool."""
    minus: np.ndarray
    """Negative error in this epoch, bool."""
    hits: np.ndarray
    """Words of targets with a negative error, with a positive one, and with a voltage in the box,
    bool, (3, words)."""


class Outputs(NamedTuple):
    """State of the outputs."""

    v: np.ndarray
    sums: np.ndarray
    """What arrives in the next time step, int64."""
    hi: np.ndarray
    """Above goal and margin in the step of the outputs, bool."""
    lo: np.ndarray
    plus: np.ndarray
    """As those of a layer."""
    minus: np.ndarray
    hits: np.ndarray


class State(NamedTuple):
    """A network that learns: matrices and state."""

    forward: tuple[Matrix, ...]
    recurrent: tuple[Matrix, ...]
    """One of each hidden layer, maybe of no size."""
    hidden: tuple[Layer, ...]
    outputs: Outputs
    x_place: int
    """Of the first input among what has traces."""
    traces: np.ndarray
    """x1 of all axons of the rows that have them, int64, (rows * lanes,)."""
    out_traces: np.ndarray
    """x2 of them; 0 without a second trace."""
    fired: np.ndarray
    """Which of them fired in this time step, bool."""
    seen: np.ndarray
    """Which of them fired in this epoch, bool."""
    random: np.ndarray
    """Generators, uint32, (lanes,)."""


def new_state(
    program: Program, weights: TemporalWeights, options: TemporalOptions, random: np.ndarray
) -> State:
    """State of a circuit, at rest; weights and generators are shared with it, not copied."""
    lanes, n = program.params.lanes, len(weights.forward)
    rows = program.registers["x_rows"]
    first = program.registers["x_first"] * lanes
    tagged, mark = options.eligibility == "tag", 1 << (FRACTION_BITS - TAG_SHIFT)
    spent = [earlier_trace(options, n, k) for k in range(1, n)]
    recurrent = weights.recurrent or [np.zeros((0, 0), np.int16)] * (n - 1)
    in_x = program.params.compartments + program.inputs["in_x"][0]

    def hidden(w: np.ndarray, rate: int, held: int = 0) -> Matrix:
        if not tagged:
            return _matrix(w, rate, held_constant(rate * held), 0)
        return _matrix(w, mark, mark * held, rate)

    return State(
        forward=(
            hidden(weights.forward[0], options.rate_in),
            *(hidden(w, options.rate) for w in weights.forward[1:-1]),
            _matrix(weights.forward[-1], options.rate_out, 0, 0),
        ),
        recurrent=tuple(
            hidden(r, options.rate, held) for r, held in zip(recurrent, spent, strict=True)
        ),
        hidden=tuple(
            _layer(program.populations[f"h{k}"][0] - first, size, lanes, temporal_steps(n) + 1)
            for k, size in enumerate(weights.layers[1:-1], 1)
        ),
        outputs=_outputs(weights.layers[-1], lanes),
        x_place=in_x - first,
        traces=np.zeros(rows * lanes, np.int64),
        out_traces=np.zeros(rows * lanes, np.int64),
        fired=np.zeros(rows * lanes, np.bool_),
        seen=np.zeros(rows * lanes, np.bool_),
        random=random,
    )


def _matrix(weights: np.ndarray, coefficient: int, spent: int, rate: int) -> Matrix:
    shape = weights.shape if rate else (0, 0)
    return Matrix(weights, np.zeros(shape, np.int16), coefficient, spent, rate)


def _layer(place: int, size: int, lanes: int, rows: int) -> Layer:
    fired, boxed, plus, minus = (np.zeros(size, np.bool_) for _ in range(4))
    u, v, errors = (np.zeros(size, np.int64) for _ in range(3))
    sums, hits = np.zeros((rows, size), np.int64), _hits(size, lanes)
    return Layer(place, u, v, sums, fired, boxed, errors, plus, minus, hits)


def _outputs(size: int, lanes: int) -> Outputs:
    v, sums = (np.zeros(size, np.int64) for _ in range(2))
    hi, lo, plus, minus = (np.zeros(size, np.bool_) for _ in range(4))
    return Outputs(v, sums, hi, lo, plus, minus, _hits(size, lanes))


def _hits(size: int, lanes: int) -> np.ndarray:
    return np.zeros((3, -(-size // lanes)), np.bool_)
