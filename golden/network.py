"""Networks: populations of compartments, inputs, connections between them, learning rules."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from backspike.golden.microcode import CompiledRule, Rounding, compile_rule, needs_of
from backspike.golden.neurons import Input, Neurons, Part, Population, check_int
from backspike.golden.weights import (
    Pattern,
    encode_weights,
    expand_pairs,
    lsb_of,
    shaped_ints,
    shaped_weights,
)
from backspike.hdl.layouts import IMPULSE_FRACTION, REWARD_BITS, TAG_BITS, TRACE_BITS, SignMode

__all__ = [
    "TRACE_NAMES",
    "Connection",
    "Network",
    "Reward",
    "Share",
    "Teacher",
    "Traces",
    "Transpose",
]

TRACE_NAMES = ("x1", "x2", "y1", "y2", "y3")
#: Longest delay of any core, in time steps beyond the one that every spike takes.
MAX_DELAY = 62


@dataclass(frozen=True, eq=False)
class Connection:
    """Synapses from one group of neurons to another.

    Attributes
    ----------
    weights : numpy.ndarray
        Stored weights, -256 to 255, int16: (sources, targets) all-to-all, (1, targets)
        one-to-all, else (synapses,). A spike adds ``floor(weight * 2**exponent)``.
    exponents : numpy.ndarray
        int8: one for all, shape (), or one per weight.
    pairs : numpy.ndarray
        Neurons of source and target, int64, shape (synapses, 2); without rows in the patterns
        that need none.
    delay : int
        Time steps beyond the one that every spike takes.
    delays, tags : numpy.ndarray, optional
        Delays of the single synapses instead, and their tags, int16, shaped as the weights.
    rule : CompiledRule, optional
        What the synapses learn by.
    sign : SignMode
        Which weights learning may reach.
    lsb : int
        Learning keeps weights multiples of ``2**lsb``.
    """

    name: str
    source: Part
    target: Part
    pattern: Pattern
    weights: np.ndarray
    exponents: np.ndarray
    pairs: np.ndarray
    delay: int
    delays: np.ndarray | None
    tags: np.ndarray | None
    rule: CompiledRule | None
    sign: SignMode
    lsb: int

    def synapses(self) -> tuple[np.ndarray, np.ndarray]:
        """Neuron of the source and neuron of the target of each weight, in row order, int64."""
        return expand_pairs(self.pattern, self.pairs, self.source.size, self.target.size)


@dataclass(frozen=True, eq=False)
class Teacher:
    """Neurons whose spikes and traces the rule of a connection takes for those of its targets.

    With ``negate``, ``dw`` is subtracted.
    """

    connection: str
    by: Population
    negate: bool


@dataclass(frozen=True, eq=False)
class Transpose:
    """Spikes of ``source`` that go back through the synapses of a connection, to ``target``.

    Neuron ``j`` of the source adds the weights of all synapses onto neuron ``j`` of the
    connection's target; with ``negate``, it subtracts them.
    """

    name: str
    connection: str
    source: Part
    target: Part
    delay: int
    negate: bool


@dataclass(frozen=True, eq=False)
class Share:
    """Spikes of ``source`` that go through the synapses of a connection as well, to ``target``.

    Neuron ``k`` of the source takes the list of neuron ``k`` of the connection's source; with
    ``negate``, it subtracts the weights.
    """

    connection: str
    source: Part
    target: Part
    negate: bool


@dataclass(frozen=True, eq=False)
class Reward:
    """Neurons whose spikes add ``value`` to the reward ``trace``, r0 or r1, of the next step."""

    source: Part
    value: int
    trace: str


@dataclass(frozen=True)
class Traces:
    """Impulse and time constant of each trace; rewards have no impulse of their own.

    An impulse is a multiple of 1/128 up to 127, its fraction rounded at random; a time constant is
    in steps, and 0 forgets at once.
    """

    x1: tuple[float, float] = (0, 0.0)
    x2: tuple[float, float] = (0, 0.0)
    y1: tuple[float, float] = (0, 0.0)
    y2: tuple[float, float] = (0, 0.0)
    y3: tuple[float, float] = (0, 0.0)
    r0: float = 0.0
    r1: float = 0.0

    def __post_init__(self) -> None:
        for name in TRACE_NAMES:
            impulse, tau = getattr(self, name)
            if isinstance(impulse, bool) or not isinstance(impulse, int | float):
                raise TypeError(f"impulse of trace {name} must be a number, not {impulse!r}")
            most = (1 << TRACE_BITS) - 1
            if not 0 <= impulse <= most:
                raise ValueError(
                    f"impulse of trace {name} must be between 0 and {most}, not {impulse}"
                )
            if (impulse * (1 << IMPULSE_FRACTION)) % 1:
                raise ValueError(
                    f"impulse of trace {name} must be a multiple of 1/128, not {impulse}"
                )
            _check_tau(name, tau)
        _check_tau("r0", self.r0)
        _check_tau("r1", self.r1)

    @property
    def fractional(self) -> bool:
        """Whether some impulse has a fraction."""
        return any(getattr(self, name)[0] % 1 for name in TRACE_NAMES)


class Network:
    """What a compiler turns into a program.

    Parameters
    ----------
    seed : int
        Seed of the generators that round at random.
    epoch : int
        Steps of a learning epoch, 1 to 63: plastic synapses learn after its last step, from who
        fired in any of its steps. The first epoch begins with the first step.
    lava : bool
        Learn in Lava's arithmetic: see ``docs/learning.md``. Learned weights are multiples of 1.

    Attributes
    ----------
    populations, inputs, connections : dict
        By name, in the order of their making.
    teachers : list of Teacher
    transposes : dict of str to Transpose
    shares : list of Share
    rewards : list of Reward
    trace_constants : Traces
    """

    def __init__(self, *, seed: int = 0, epoch: int = 1, lava: bool = False) -> None:
        check_int("seed", seed, 0, (1 << 64) - 1)
        check_int("epoch", epoch, 1, 63)
        self.seed, self.epoch, self.lava = seed, epoch, bool(lava)
        self.populations: dict[str, Population] = {}
        self.inputs: dict[str, Input] = {}
        self.connections: dict[str, Connection] = {}
        self.teachers: list[Teacher] = []
        self.transposes: dict[str, Transpose] = {}
        self.shares: list[Share] = []
        self.rewards: list[Reward] = []
        self.trace_constants = Traces()

    def population(
        self,
        name: str,
        size: int,
        *,
        threshold: int,
        bias: object = 0,
        decay_u: int = 4096,
        decay_v: int = 4096,
        refractory: int = 1,
        vmin: int = 23,
        vmax: int = 7,
        window: int = 0,
        sums_of: Population | None = None,
        negate: bool = False,
        noise: tuple[int, int] = (0, 0),
        noisy: Literal["current", "voltage"] = "current",
        gate: Population | Input | None = None,
        gated_by: Literal["spike", "silence"] = "spike",
    ) -> Population:
        """Add ``size`` compartments of equal constants; see :class:`Population`.

        Raises
        ------
        TypeError, ValueError
            If the name is taken or a constant is out of its range.
        """
        self._check_name(name)
        for field, other in (("sums_of", sums_of), ("gate", gate)):
            if other is not None:
                self._part(f"{field} of population {name!r}", other)
        self.populations[name] = made = Population(
            name=name,
            size=size,
            threshold=threshold,
            bias=bias,
            decay_u=decay_u,
            decay_v=decay_v,
            refractory=refractory,
            vmin=vmin,
            vmax=vmax,
            window=window,
            sums_of=sums_of,
            negate=negate,
            noise=noise,
            noisy=noisy,
            gate=gate,
            gated_by=gated_by,
        )
        return made

    def input(self, name: str, size: int) -> Input:
        """Add ``size`` axons that the host drives.

        Raises
        ------
        TypeError, ValueError
            If the name is taken or ``size`` is out of range.
        """
        self._check_name(name)
        self.inputs[name] = made = Input(name=name, size=size)
        return made

    def connect(
        self,
        name: str,
        source: Neurons,
        target: Neurons,
        weights: object,
        *,
        pattern: str | Sequence[tuple[int, int]] | np.ndarray,
        delay: int = 0,
        delays: object = None,
        tags: object = None,
        exponent: int | None = None,
        rule: str | None = None,
        rounding: Rounding = "floor",
        sign: SignMode = SignMode.MIXED,
        bits: int = 8,
    ) -> Connection:
        """Add synapses.

        Parameters
        ----------
        name : str
            Under which the program places it.
        source, target : Population, Input or a part of them
            ``population[3]`` is one neuron, ``population[2:5]`` three; a target is no input.
        weights : array-like of float
            What a spike adds, in weight units: one for all synapses, or one for each; a matrix
            (sources, targets) for all-to-all.
        pattern : {"one-to-one", "one-to-all", "all-to-all"} or array-like
            Which neurons are connected; explicit: pairs (neuron of source, neuron of target),
            shape (synapses, 2).
        delay : int
            Time steps beyond the one that every spike takes, 0 to 62.
        delays : array-like of int, optional
            A delay for each synapse, shaped as the weights, instead of ``delay``.
        tags : array-like of int, optional
            Tags before learning, -256 to 255, one for all or shaped as the weights; else 0.
        exponent : int, optional
            Weights are stored as multiples of ``2**exponent``, -8 to 7. Without it: the smallest
            from 0 on with which all weights are stored exactly, or else one for each synapse.
        rule : str, optional
            Learning rule, see :mod:`backspike.golden.rules`; ``dw`` counts stored weights. A rule
            that uses ``d`` or ``t`` gives every synapse a delay or a tag.
        rounding : {"floor", "stochastic"}
            How learning rounds.
        sign, bits : SignMode, int
            What a learning weight can be: ``bits`` bits, sign included in mode MIXED, so that 8
            bits there are the even weights from -256 to 254. Fixed weights ignore both.

        Raises
        ------
        TypeError, ValueError
            If a field is out of its range, a shape does not fit, or a weight cannot be stored
            exactly; RuleError if the rule cannot be read.
        """
        where = f"connection {name!r}"
        if not isinstance(name, str) or not name:
            raise TypeError(f"name of a connection must be a str that is not empty, not {name!r}")
        if name in self.connections:
            raise ValueError(f"{where} is already there")
        from_part = self._part(f"source of {where}", source)
        to_part = self._part(f"target of {where}", target)
        _check_target(where, to_part)
        check_int(f"delay of {where}", delay, 0, MAX_DELAY)
        sign = SignMode(sign)
        compiled = None
        if rule is not None:
            compiled = compile_rule(rule, rounding=rounding, epoch=self.epoch, lava=self.lava)
        lsb = lsb_of(where, bits, sign) if compiled and not self.lava else 0
        kind, pairs = Pattern.of(where, pattern, from_part.size, to_part.size)
        shaped = shaped_weights(where, weights, kind, pairs, from_part.size, to_part.size)
        stored, exponents = encode_weights(
            where, shaped, exponent, learned=(sign, lsb) if compiled else None
        )
        needs = needs_of(compiled) if compiled else {}
        if delays is None and needs.get("delays"):
            delays = delay
        if tags is None and needs.get("tags"):
            tags = 0
        half = 1 << (TAG_BITS - 1)
        self.connections[name] = made = Connection(
            name=name,
            source=from_part,
            target=to_part,
            pattern=kind,
            weights=stored,
            exponents=exponents,
            pairs=pairs,
            delay=delay,
            delays=shaped_ints(f"delay of {where}", delays, stored.shape, 0, MAX_DELAY),
            tags=shaped_ints(f"tag of {where}", tags, stored.shape, -half, half - 1),
            rule=compiled,
            sign=sign,
            lsb=lsb,
        )
        return made

    def teach(self, connection: str, by: Population, *, negate: bool = False) -> None:
        """Let ``by`` stand in for the targets of a plastic connection when it learns.

        The rule then takes y0 and the other y from ``by``, neuron by neuron; with ``negate`` its
        ``dw`` is subtracted. A second teacher lets it learn once more, from that one.

        Raises
        ------
        TypeError, ValueError
            If the connection is not plastic and all-to-all, or the sizes differ.
        """
        where = f"teacher of connection {connection!r}"
        taught = self._whole(where, connection)
        if taught.rule is None:
            raise ValueError(f"{where}: the connection has no rule")
        teacher = self._part(where, by)
        if not isinstance(teacher.owner, Population):
            raise ValueError(f"{where} must be a population, not an input")
        _check_size(where, teacher, taught.target.size)
        self.teachers.append(Teacher(connection, teacher.owner, bool(negate)))

    def transpose(
        self,
        name: str,
        connection: str,
        source: Neurons,
        target: Neurons,
        *,
        delay: int = 0,
        negate: bool = False,
    ) -> None:
        """Send spikes back through the synapses of an all-to-all connection.

        Parameters
        ----------
        name : str
            Of this way back, for messages.
        connection : str
            Whose weights are used, as they are at the time; they are stored once.
        source, target : Population or Input, Population
            As many neurons as the connection has targets, and sources.
        delay : int
            Time steps beyond the one that every spike takes, 0 to 62.
        negate : bool
            Subtract the weights.

        Raises
        ------
        TypeError, ValueError
            If a name is taken or unknown, or a size or the delay does not fit.
        """
        where = f"transpose {name!r}"
        if name in self.transposes:
            raise ValueError(f"{where} is already there")
        forward = self._whole(where, connection)
        from_part, to_part = self._part(where, source), self._part(where, target)
        _check_target(where, to_part)
        _check_size(f"source of {where}", from_part, forward.target.size)
        _check_size(f"target of {where}", to_part, forward.source.size)
        check_int(f"delay of {where}", delay, 0, MAX_DELAY)
        self.transposes[name] = Transpose(name, connection, from_part, to_part, delay, bool(negate))

    def share(
        self, connection: str, source: Neurons, target: Neurons, *, negate: bool = False
    ) -> None:
        """Send spikes of other neurons through the synapses of an all-to-all connection, too.

        Parameters
        ----------
        connection : str
            Whose weights, exponent and delays are used, as they are at the time; they are stored
            once.
        source, target : Population or Input, Population
            As many neurons as the connection has sources, and targets.
        negate : bool
            Subtract the weights.

        Raises
        ------
        TypeError, ValueError
            If the name is unknown or a size does not fit.
        """
        where = f"share of connection {connection!r}"
        shared = self._whole(where, connection)
        from_part, to_part = self._part(where, source), self._part(where, target)
        _check_target(where, to_part)
        _check_size(f"source of {where}", from_part, shared.source.size)
        _check_size(f"target of {where}", to_part, shared.target.size)
        self.shares.append(Share(connection, from_part, to_part, bool(negate)))

    def _whole(self, where: str, name: str) -> Connection:
        """A connection between whole groups, all-to-all."""
        if name not in self.connections:
            raise ValueError(f"{where}: there is no connection {name!r}")
        found = self.connections[name]
        if found.pattern is not Pattern.ALL_TO_ALL or found.exponents.ndim or found.target.first:
            raise ValueError(
                f"{where}: connection {name!r} must be all-to-all, onto a population from its "
                "first neuron on, with one exponent"
            )
        return found

    def reward(self, source: Neurons, value: int, trace: Literal["r0", "r1"] = "r1") -> None:
        """Let spikes of ``source`` add ``value``, -128 to 127, to a reward trace of the next step.

        Raises
        ------
        TypeError, ValueError
            If the source is not of this network or the value is out of range.
        """
        half = 1 << (REWARD_BITS - 1)
        check_int("value of a reward", value, -half, half - 1)
        if trace not in ("r0", "r1"):
            raise ValueError(f"trace of a reward must be 'r0' or 'r1', not {trace!r}")
        self.rewards.append(Reward(self._part("source of a reward", source), value, trace))

    def traces(self, **constants: Any) -> None:
        """Set impulse and time constant of traces, and time constants of r0 and r1.

        Fields are those of :class:`Traces`; what is not given is 0.

        Raises
        ------
        TypeError, ValueError
            If one is unknown or out of its range.
        """
        self.trace_constants = Traces(**constants)

    def _check_name(self, name: object) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"name must be a str that is not empty, not {name!r}")
        if name in self.populations or name in self.inputs:
            raise ValueError(f"name {name!r} is already taken")

    def _part(self, what: str, neurons: object) -> Part:
        """``neurons`` as a part of a group of this network."""
        if not isinstance(neurons, Population | Input | Part):
            raise TypeError(f"{what} must be a population, an input or a part, not {neurons!r}")
        part = neurons if isinstance(neurons, Part) else neurons[:]
        name = part.owner.name
        if part.owner is not self.populations.get(name) and part.owner is not self.inputs.get(name):
            raise ValueError(f"{what} must be of this network, and {name!r} is not")
        return part


def _check_target(where: str, target: Part) -> None:
    if isinstance(target.owner, Input):
        raise ValueError(f"target of {where} must be a population, not an input")
    if target.owner.sums_of is not None:
        raise ValueError(
            f"target of {where} must have sums of its own: {target.owner.name!r} takes those of "
            f"{target.owner.sums_of.name!r}"
        )


def _check_size(where: str, part: Part, size: int) -> None:
    if part.first or part.size != size:
        raise ValueError(
            f"{where} must be {size} neurons from the first on, not {part.size} from {part.first}"
        )


def _check_tau(name: str, tau: object) -> None:
    if isinstance(tau, bool) or not isinstance(tau, int | float):
        raise TypeError(f"time constant of trace {name} must be a number of steps, not {tau!r}")
    if math.isnan(tau) or tau < 0:
        raise ValueError(f"time constant of trace {name} must be 0 or more, not {tau}")
