"""Every word that a memory of the core holds, declared once, LSB first.

The RTL, the golden core, the compiler and the host all pack and unpack through these. Those of a
core are made once.
"""

from collections.abc import Mapping
from functools import cache

from amaranth import Shape, ShapeLike, signed, unsigned
from amaranth.lib import data, enum

from backspike.hdl.params import CoreParams

__all__ = [
    "COEFFICIENT_BITS",
    "FRACTION_BITS",
    "IMPULSE_FRACTION",
    "LAVA_BITS",
    "LIST_FIELDS",
    "NOISE_BITS",
    "NOISE_FRACTION",
    "NOISE_SHAPE",
    "PRODUCT_BITS",
    "REWARD_BITS",
    "STATELESS",
    "TAG_BITS",
    "TRACE_BITS",
    "TRACE_MAX",
    "WEIGHT_MAX",
    "WEIGHT_MIN",
    "Factor",
    "Gate",
    "ListKind",
    "MicroOp",
    "Moment",
    "NoiseTarget",
    "Reset",
    "SignMode",
    "Target",
    "Visit",
    "axon_layout",
    "beats_of",
    "bias_layout",
    "describe",
    "list_layout",
    "microcode_layout",
    "profile_layout",
    "rewards_layout",
    "row_layout",
    "rule_layout",
    "sparse_layout",
    "state_layout",
    "widest_stride",
    "x_trace_layout",
    "y_trace_layout",
]

#: A weight, as the arithmetic sees it: signed, 9 bits (Davies 2018: 1 to 9 bits).
WEIGHT_MIN, WEIGHT_MAX = -256, 255
#: Traces are unsigned, 7 bits.
TRACE_BITS = 7
TRACE_MAX = (1 << TRACE_BITS) - 1
#: Fraction bits of an impulse; all of them are rounded away.
IMPULSE_FRACTION = 7
#: A tag is signed, 9 bits (Davies 2018).
TAG_BITS = 9
#: The reward traces r0 and r1 are signed, 8 bits.
REWARD_BITS = 8
#: What a row's noise is drawn from, signed; its fraction bits, and the width of what is added.
NOISE_BITS, NOISE_FRACTION, NOISE_SHAPE = 8, 7, signed(22)
#: Fraction bits of a coefficient and of a product, in weight units.
FRACTION_BITS = 7
#: Width of a coefficient and of a running product, signed, saturating.
COEFFICIENT_BITS = 18
#: Width of a running product as Lava computes it, signed: never saturates.
PRODUCT_BITS = 36
#: Lava scales products down to this many bits beside their sign.
LAVA_BITS = 15


class ListKind(enum.Enum, shape=2):
    """Storage of a synapse list."""

    DENSE = 0  # `count` consecutive targets from lane 0 of `row`, one word of weights per row
    SPARSE = 1  # `count` single synapses, each with its own target, exponent and delay
    REWARD = 2  # no synapse: adds `address`, signed 8 bits, to a reward of the next step
    COLUMN = 3  # the synapses by which dense lists of `count` consecutive sources reach one lane


class SignMode(enum.Enum, shape=2):
    """Range of a plastic list's weights; ``unit`` is ``2**lsb``, its rounding unit."""

    MIXED = 0  # -256 to 256 - unit
    EXCITATORY = 1  # 0 to 256 - unit
    INHIBITORY = 2  # -(256 - unit) to 0


class Gate(enum.Enum, shape=2):
    """Permission to fire that a compartment has from its gate, a neuron whose spikes of the earlier
    steps of the epoch count."""

    NONE = 0  # at any time
    OPEN = 1  # if the gate fired
    CLOSED = 2  # if the gate did not fire


class Reset(enum.Enum, shape=2):
    """Change of v by a spike."""

    ZERO = 0  # to 0
    SUBTRACT = 1  # down by 64 * threshold
    DELAYED = 2  # the same in the next step, after the leak


class NoiseTarget(enum.Enum, shape=1):
    """Place where the noise of a row is added, in every step."""

    CURRENT = 0
    VOLTAGE = 1  # with the bias


class Visit(enum.Enum, shape=2):
    """Synapses that a rule can change, judged by the neuron on one side of them."""

    SPIKED = 0  # those whose neuron spiked in this step
    TRACED = 1  # those, and those whose trace is not zero
    ALWAYS = 2  # all


class MicroOp(enum.Enum, shape=2):
    """Operation of an instruction; those of a rule run in order, once per rule and axon. Any
    other value does nothing."""

    LOAD = 0  # running scalar = constant * 2**exponent
    MUL = 1  # running scalar *= factor + constant
    LANE = 2  # append a lane operation: product *= factor + constant


class Target(enum.Enum, shape=2):
    """Variable of the synapse that a product of a rule is added to."""

    WEIGHT = 0
    TAG = 1
    DELAY = 2


class Moment(enum.Enum, shape=2):
    """Step of an epoch after which a trace is read: its last one, or that of a spike."""

    END = 0
    PRE = 1  # the last spike of the axon
    POST = 2  # the last spike of the compartment


class Factor(enum.Enum, shape=4):
    """The variable of a factor. Presynaptic variables and rewards are scalars, the others differ
    from lane to lane. So do x1 and x2 where they are read at the spike of the compartment: they are
    0 in lanes whose compartment did not spike.
    """

    ONE = 0
    X0 = 1  # the axon spiked in this step
    X1 = 2  # trace of the axon
    R1 = 3  # trace of the reward
    X2 = 4
    R0 = 5
    U = 6  # 1 in every epoch of which 2**exponent is a divisor of the number, else 0
    Y0 = 8  # the compartment spiked in this step
    Y1 = 9  # trace of the compartment
    W = 10  # the weight, as it was before this step's learning
    Y2 = 11
    Y3 = 12
    T = 13  # the tag, likewise
    D = 14  # the delay, likewise


#: Fields of a list that mean something else in one of another kind, by their names there.
LIST_FIELDS = {
    ListKind.REWARD: {"impulse": "address", "trace": "rule", "channel": "lsb"},
    ListKind.COLUMN: {"stride": "post", "lane": "rotate"},
}
#: Fields of a profile that a core without ``dynamics`` lacks, and what it does instead.
STATELESS = {
    "decay_u": 4096,
    "decay_v": 4096,
    "refractory": 1,
    "vmin": 23,
    "vmax": 7,
    "reset": 0,
}


@cache
def axon_layout(p: CoreParams) -> data.StructLayout:
    """Synapse lists of an axon; plastic lists come first among them."""
    return data.StructLayout({
        "list": unsigned(max(1, (p.lists - 1).bit_length())),  # first list
        "lists": unsigned(6),  # number of lists, to deliver
        "plastic": unsigned(6),  # number of plastic lists, to learn
        "silent": unsigned(3),  # lists to pass over before those to deliver
    })


@cache
def list_layout(p: CoreParams) -> data.StructLayout:
    """Descriptor of one synapse list."""
    words = max(p.dense_words, p.sparse_words, 1 << REWARD_BITS)
    row = unsigned(max(1, (p.compartment_rows - 1).bit_length()))
    fields = {
        "kind": ListKind,
        "address": unsigned((words - 1).bit_length()),  # of the first word, or a reward impulse
        "row": row,  # first row of targets
        "count": unsigned(p.compartments.bit_length()),  # synapses, at least 1
        "exponent": signed(4),  # DENSE, COLUMN: a spike adds weight * 2**exponent, rounded down
        "delay": unsigned(p.slot_bits),  # DENSE (without `delays`), COLUMN: steps beyond the first
        "rule": unsigned(
            max(1, (p.rules - 1).bit_length())
        ),  # plastic: its rule; REWARD: 0 r1, 1 r0
        "sign": SignMode,  # of a plastic list
        # Of a plastic list: weights are multiples of 2**lsb, 0 to 8. REWARD: its channel.
        "lsb": unsigned(4),
    }
    if p.columns:
        fields |= {
            # Of a plastic list: first row of the compartments whose spikes and traces are y.
            # COLUMN: words from one source's list to the next one's; 0 means 2**(its bits).
            "post": row,
            # DENSE: lane n is stored in bank (n + rotate) % lanes; source n of a COLUMN has n.
            # COLUMN: the lane to read.
            "rotate": unsigned(max(1, p.lane_bits)),
            "negate": unsigned(1),  # subtract: the weights in delivery, dw in learning
        }
    return data.StructLayout(fields)


def widest_stride(p: CoreParams) -> int:
    """Words from one source's list to the next one's that a COLUMN has with 0 as its ``stride``:
    enough for targets in all rows of the core."""
    return 1 << max(1, (p.compartment_rows - 1).bit_length())


@cache
def sparse_layout(p: CoreParams) -> data.StructLayout:
    """One synapse of a sparse list."""
    fields = {
        "weight": signed(9),
        "target": unsigned(max(1, (p.compartments - 1).bit_length())),  # compartment
        "exponent": signed(4),  # a spike adds weight * 2**exponent, rounded down
        "delay": unsigned(p.slot_bits),  # time steps beyond the first
    }
    if p.has_tags:
        fields["tag"] = signed(TAG_BITS)
    return data.StructLayout(fields)


@cache
def row_layout(p: CoreParams) -> data.StructLayout:
    """Settings that the compartments of one row share."""
    fields = {
        "profile": unsigned(4),
        "sums": range(p.compartment_rows),  # row whose accumulators they take; usually their own
        "keep": unsigned(1),  # leave the accumulators for a row below
        "negate": unsigned(1),  # take the negative of the sums
    }
    if p.has_epochs:
        fields |= {
            "gating": Gate,
            "gate": range(p.rows),  # row of axons that gates them, lane by lane
        }
    if p.noise:
        # In 1/64 of a weight unit: (r + 64 * mantissa) * 2**(exponent - 7), truncated towards
        # zero, where r is uniform from -128 to 127; none with exponent 0.
        fields |= {
            "noise_mantissa": signed(7),
            "noise_exponent": unsigned(4),
            "noisy": NoiseTarget,
        }
    if p.watch:
        fields["watch"] = unsigned(1)  # see v of the row `sums`, which is above, for their own
    return data.StructLayout(fields)


@cache
def profile_layout(p: CoreParams) -> data.StructLayout:
    """Constants of a population (``v`` and currents are in 1/64 of a weight unit)."""
    fields: dict[str, ShapeLike] = {
        "decay_u": unsigned(13),  # 0 to 4096, in 1/4096 per step; 4096 forgets at once
        "decay_v": unsigned(13),
        "threshold": unsigned(17),  # fires where v > 64 * threshold
        "refractory": unsigned(6),  # 1 to 63; 1 has no dead step
        "vmin": unsigned(5),  # v stays at or above 1 - 2**vmin, 0 to 23
        "vmax": unsigned(3),  # v stays at or below 2**(9 + 2 * vmax) - 1
        "window": unsigned(4),  # n > 0: fires only where v <= 64 * (threshold + 2**n)
    }
    if p.subtract:
        fields |= {"reset": Reset}
    if not p.dynamics:
        fields = {name: shape for name, shape in fields.items() if name not in STATELESS}
    return data.StructLayout(fields)


@cache
def bias_layout(p: CoreParams) -> data.StructLayout:
    """Bias of one compartment: ``mantissa * 2**exponent`` is added to v in every step."""
    return data.StructLayout({"mantissa": signed(13), "exponent": unsigned(3)})


@cache
def state_layout(p: CoreParams) -> data.StructLayout:
    """State of one compartment."""
    fields = {
        "u": signed(24),  # current
        "v": signed(24),  # voltage
        "refractory": unsigned(6),  # steps for which v is still held
    }
    if p.subtract:
        fields["due"] = unsigned(1)  # 64 * threshold is still to be subtracted from v
    return data.StructLayout(fields)


@cache
def x_trace_layout(p: CoreParams) -> data.StructLayout:
    """Traces of one axon: x1, x2."""
    return _trace_layout(p, p.x_kinds)


@cache
def y_trace_layout(p: CoreParams) -> data.StructLayout:
    """Traces of one compartment: y1, y2, y3."""
    return _trace_layout(p, p.y_kinds)


def _trace_layout(p: CoreParams, kinds: int) -> data.StructLayout:
    numbers = range(1, kinds + 1)
    fields = {f"trace{n}": unsigned(TRACE_BITS) for n in numbers}
    if p.has_history:
        # After the step of its last spike or, without one, after the first step of the epoch.
        fields |= {f"then{n}": unsigned(TRACE_BITS) for n in numbers}
        fields["time"] = unsigned(6)  # step of the epoch, from 1, of its last spike; 0 is none
    return data.StructLayout(fields)


@cache
def rule_layout(p: CoreParams) -> data.StructLayout:
    """One learning rule."""
    fields = {
        "start": unsigned((p.microcode_words - 1).bit_length()),  # first instruction
        "count": unsigned(6),  # instructions, at least 1
        "pre": Visit,  # which axons the rule can change synapses of
        "post": Visit,  # which compartments: SPIKED or ALWAYS
        "stochastic": 1,  # round at random rather than down
    }
    if p.has_history:
        fields["recall"] = 1  # a LANE asks for x1 or x2 at postsynaptic moments
    if p.reinforcements > 1:
        fields["channel"] = range(p.reinforcements)  # whose rewards are r1 and r0
    return data.StructLayout(fields)


@cache
def rewards_layout(p: CoreParams) -> data.ArrayLayout:
    """A reward trace, r0 or r1, of each channel."""
    return data.ArrayLayout(signed(REWARD_BITS), p.reinforcements)


@cache
def microcode_layout(p: CoreParams) -> data.StructLayout:
    """One instruction of a learning rule."""
    fields = {
        "op": MicroOp,
        "factor": Factor,
        "constant": signed(9),  # added to the factor; LOAD: the mantissa
        # LOAD: -7 to 8, others modulo 16; MUL by U: k; LANE of Lava: as `shift`
        "exponent": signed(5),
        # LOAD, MUL: where `last` adds; LANE: what `first` takes
        "coefficient": range(p.operations),
        "first": 1,  # LANE: the product starts from the coefficient
        "last": 1,  # LOAD, MUL: add the scalar to the coefficient; LANE: add the product to a sum
    }
    if p.has_more_factors:
        fields["sgn"] = 1  # LANE: take the sign of factor + constant instead
    if p.has_history:
        fields["moment"] = Moment  # of a trace
    if p.has_targets:
        fields["target"] = Target  # LANE: the sum that `last` adds to
    if p.has_lava:
        fields["shift"] = unsigned(5)  # LANE, `last`: >> shift, then << exponent + 7
    return data.StructLayout(fields)


@cache
def beats_of(layout: data.Layout) -> int:
    """32-bit beats that a word of ``layout`` takes on the host's stream: 1 or 2."""
    beats = -(-Shape.cast(layout).width // 32)
    if beats > 2:
        raise ValueError(f"a host word must fit 64 bits, not {Shape.cast(layout).width}")
    return beats


def describe(layouts: Mapping[str, data.Layout]) -> list[tuple[str, str, int, int]]:
    """Rows (memory, field, lowest bit, width) of a table of ``layouts``, for the documentation."""
    return [
        (memory, str(name), field.offset, Shape.cast(field.shape).width)
        for memory, layout in layouts.items()
        for name, field in layout
    ]
