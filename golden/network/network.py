"""Networks: populations of compartments, inputs, connections between them, learning rules."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.network.connections import Connection, Reward, Share, Teacher, Transpose
from backspike.golden.network.convolution import Convolution, make_convolution
from backspike.golden.network.neurons import Input, Neurons, Part, Population, check_size
from backspike.golden.network.trace_constants import Traces
from backspike.golden.network.weights import (
    Pattern,
    encode_weights,
    lsb_of,
    shaped_ints,
    shaped_weights,
)
from backspike.golden.rules.microcode import Rounding, compile_rule, needs_of
from backspike.hdl.layouts import REWARD_BITS, TAG_BITS, SignMode
from backspike.hdl.params import REINFORCEMENTS

__all__ = ["Network"]

#: Longest delay of any core, in time steps beyond the one that every spike takes.
MAX_DELAY = 62


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
    convolutions : dict of str to Convolution
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
        self.convolutions: dict[str, Convolution] = {}
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
        reinforcement: int = 0,
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
            Learning rule, see :mod:`backspike.golden.rules.parser`; ``dw`` counts stored weights.
            A rule that uses ``d`` or ``t`` gives every synapse a delay or a tag.
        rounding : {"floor", "stochastic"}
            How learning rounds.
        reinforcement : int
            Channel whose rewards are the rule's r0 and r1, 0 to 3.
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
        from_part, to_part = self._ends(where, name, source, target, delay)
        sign = SignMode(sign)
        compiled = None
        if rule is not None:
            compiled = compile_rule(
                rule,
                rounding=rounding,
                epoch=self.epoch,
                lava=self.lava,
                reinforcement=reinforcement,
            )
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

    def convolve(
        self,
        name: str,
        source: Population | Input,
        target: Population,
        kernels: object,
        *,
        image: tuple[int, int, int],
        stride: int = 1,
        pad: int = 0,
        delay: int = 0,
        exponent: int | None = None,
    ) -> Convolution:
        """Add a convolution of fixed weights, from an image of neurons to an image.

        Neuron ``(y * width + x) * channels + c`` of a group is channel c of its pixel (y, x).

        Parameters
        ----------
        name : str
            Under which the program places it.
        source, target : Population or Input, Population
            Whole groups, of the sizes of their images.
        kernels : array-like of float
            Effective weights, shape (height, width, channels in, channels out): a spike at (y, x)
            adds ``kernels[i, j]`` at ((y + pad - i) / stride, (x + pad - j) / stride).
        image : (int, int, int)
            Height, width and channels of the source.
        stride, pad : int
            As is usual: 1 to 16 and 0 to less than the kernel.
        delay, exponent : int
            As of :meth:`connect`.

        Raises
        ------
        TypeError, ValueError
            If a shape or size does not fit, a field is out of its range, or a weight cannot be
            stored exactly.
        """
        where = f"convolution {name!r}"
        from_part, to_part = self._ends(where, name, source, target, delay)
        self.convolutions[name] = made = make_convolution(
            name, from_part, to_part, kernels, image, stride, pad, delay, exponent
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
        check_size(where, teacher, taught.target.size)
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
        check_size(f"source of {where}", from_part, forward.target.size)
        check_size(f"target of {where}", to_part, forward.source.size)
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
        check_size(f"source of {where}", from_part, shared.source.size)
        check_size(f"target of {where}", to_part, shared.target.size)
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

    def reward(
        self,
        source: Neurons,
        value: int,
        trace: Literal["r0", "r1"] = "r1",
        reinforcement: int = 0,
    ) -> None:
        """Let spikes of ``source`` add ``value``, -128 to 127, to a reward trace of the next step.

        ``reinforcement`` is the channel that it is of, 0 to 3.

        Raises
        ------
        TypeError, ValueError
            If the source is not of this network or the value is out of range.
        """
        half = 1 << (REWARD_BITS - 1)
        check_int("value of a reward", value, -half, half - 1)
        if trace not in ("r0", "r1"):
            raise ValueError(f"trace of a reward must be 'r0' or 'r1', not {trace!r}")
        check_int("reinforcement of a reward", reinforcement, 0, REINFORCEMENTS - 1)
        part = self._part("source of a reward", source)
        self.rewards.append(Reward(part, value, trace, reinforcement))

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

    def _ends(
        self, where: str, name: object, source: object, target: object, delay: object
    ) -> tuple[Part, Part]:
        """Source and target of new synapses, after checks of these, of the name and the delay."""
        if not isinstance(name, str) or not name:
            raise TypeError(f"name of a connection must be a str that is not empty, not {name!r}")
        if name in self.connections or name in self.convolutions:
            raise ValueError(f"{where} is already there")
        from_part = self._part(f"source of {where}", source)
        to_part = self._part(f"target of {where}", target)
        _check_target(where, to_part)
        check_int(f"delay of {where}", delay, 0, MAX_DELAY)
        return from_part, to_part

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
