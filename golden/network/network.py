"""Networks: connected groups of neurons, with teachers, ways back, rewards and traces."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Literal

from backspike.golden.errors import check_bool, check_int, warn_no_effect
from backspike.golden.names import Named, unknown
from backspike.golden.network.connected_groups import ConnectedGroups
from backspike.golden.network.connections import MAX_DELAY, Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.neurons import Neurons, Population, check_size
from backspike.golden.network.reuse import Lesson, Reward, Share, Teacher, Transpose
from backspike.golden.network.trace_constants import TraceConstants
from backspike.golden.network.weights import Pattern
from backspike.golden.rules.microcode import CompiledRule, Rounding, compile_rule, needs_of
from backspike.hdl.keywords import check_keywords, names_keywords
from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.params import REINFORCEMENTS

__all__ = ["Network"]


@names_keywords
class Network(ConnectedGroups):
    """Description of a network, which a compiler turns into a program.

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
    populations, inputs, connections, convolutions : dict
        By name, in the order of their making.
    teachers : list of Teacher
    transposes : dict of str to Transpose
    shares : list of Share
    rewards : list of Reward
    trace_constants : TraceConstants
    """

    def __init__(self, *, seed: int = 0, epoch: int = 1, lava: bool = False) -> None:
        check_int("seed", seed, 0, (1 << 64) - 1)
        super().__init__(epoch=epoch, lava=lava)
        self.seed = seed
        self.teachers: list[Teacher] = []
        self.transposes: dict[str, Transpose] = Named("transpose", {})
        self.shares: list[Share] = []
        self.rewards: list[Reward] = []
        self.trace_constants = TraceConstants()

    def __repr__(self) -> str:
        parts = [
            f"{what} " + ", ".join(f"{name} ({group.size})" for name, group in groups.items())
            for what, groups in (("inputs", self.inputs), ("populations", self.populations))
            if groups
        ]
        sizes = {name: join.weights.size for name, join in self.connections.items()}
        sizes |= {name: join.weights.size for name, join in self.convolutions.items()}
        if sizes:
            joins = ", ".join(f"{name} ({size} weights)" for name, size in sizes.items())
            parts.append(f"connections {joins}")
        return f"Network({'; '.join(parts)})"

    @names_keywords
    def teach(
        self,
        connection: str,
        by: Population,
        *,
        negate: bool = False,
        rule: str | None = None,
        rounding: Rounding = "floor",
        reinforcement: int = 0,
    ) -> None:
        """Let ``by`` stand in for the targets of a plastic connection when it learns.

        The rule then takes y0 and the other y from ``by``, neuron by neuron; with ``negate`` its
        ``dw`` is subtracted. A second teacher lets it learn once more, from that one. Teachers with
        a rule of their own (``rule``, ``rounding`` and ``reinforcement``, as of :meth:`connect`)
        come after the others; among either, those that subtract come first.

        Raises
        ------
        TypeError, ValueError
            If the connection is neither plastic and all-to-all nor a plastic convolution, the sizes
            differ, or a
            rule uses tags or delays that the synapses do not have; RuleError if a rule cannot be
            read.
        """
        where = f"teacher of connection {connection!r}"
        taught = self._whole_or_shared(where, connection)
        if taught.rule is None:
            raise ValueError(f"{where}: the connection has no rule")
        teacher = self._part(where, by)
        if not isinstance(teacher.owner, Population):
            raise ValueError(f"{where} must be a population, not an input")
        check_size(where, teacher, taught.target.size)
        negate = check_bool(f"negate of {where}", negate)
        compiled = None
        if rule is not None:
            compiled = compile_rule(
                rule,
                rounding=rounding,
                epoch=self.epoch,
                lava=self.lava,
                reinforcement=reinforcement,
            )
            for held in ("tags", "delays"):
                if needs_of(compiled)[held] and getattr(taught, held) is None:
                    raise ValueError(
                        f"rule of {where} uses {held}, which its synapses do not have: "
                        f"connect(..., {held}=...)"
                    )
        elif (rounding, reinforcement) != ("floor", 0):
            warn_no_effect(f"rounding and reinforcement of {where} have no effect without a rule")
        self.teachers.append(Teacher(connection, teacher.owner, negate, compiled))

    def lessons(self, connection: str | None = None) -> Iterator[Lesson]:
        """Passes of learning, in their order for each connection, of all connections or of one.

        Without a teacher, the targets teach.
        """
        for name, taught in self.joins().items():
            if taught.rule is None or connection not in (None, name):
                continue
            teachers = [t for t in self.teachers if t.connection == name]
            for t in sorted(teachers, key=lambda t: (t.rule is not None, not t.negate)):
                yield Lesson(taught, t.by[:], t.negate, t.rule or taught.rule)
            if not teachers:
                yield Lesson(taught, taught.target, False, taught.rule)

    @property
    def has_dynamics(self) -> bool:
        """True if one of its populations needs a core with ``dynamics``."""
        return any(population.has_dynamics for population in self.populations.values())

    def rules(self) -> list[CompiledRule]:
        """The different rules, in the order of their places in a core."""
        return list({lesson.rule.key: lesson.rule for lesson in self.lessons()}.values())

    @names_keywords
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
        """Send spikes back through the synapses of an all-to-all connection or a convolution.

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
        if not isinstance(name, str) or not name:
            raise TypeError(f"name of a transpose must be a str that is not empty, not {name!r}")
        if name in self.transposes:
            raise ValueError(f"{where} is already there")
        forward = self._whole_or_shared(where, connection)
        from_part, to_part = self._part(where, source), self._part(where, target)
        self._check_target(where, to_part)
        check_size(f"source of {where}", from_part, forward.target.size)
        check_size(f"target of {where}", to_part, forward.source.size)
        check_int(f"delay of {where}", delay, 0, MAX_DELAY)
        negate = check_bool(f"negate of {where}", negate)
        self.transposes[name] = Transpose(name, connection, from_part, to_part, delay, negate)

    @names_keywords
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
        self._check_target(where, to_part)
        check_size(f"source of {where}", from_part, shared.source.size)
        check_size(f"target of {where}", to_part, shared.target.size)
        negate = check_bool(f"negate of {where}", negate)
        self.shares.append(Share(connection, from_part, to_part, negate))

    @names_keywords
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
        if not isinstance(trace, str) or trace not in ("r0", "r1"):
            raise ValueError(f"trace of a reward must be 'r0' or 'r1', not {trace!r}")
        check_int("reinforcement of a reward", reinforcement, 0, REINFORCEMENTS - 1)
        part = self._part("source of a reward", source)
        self.rewards.append(Reward(part, value, trace, reinforcement))

    def traces(self, **constants: Any) -> None:
        """Set impulse and time constant of traces, and time constants of r0 and r1.

        Fields are those of :class:`TraceConstants`; what is never given is 0.

        Raises
        ------
        TypeError, ValueError
            If one is unknown or out of its range.
        """
        known = (field.name for field in fields(TraceConstants))
        check_keywords("traces()", constants, known)
        self.trace_constants = replace(self.trace_constants, **constants)

    def _whole_or_shared(self, where: str, name: str) -> Connection | Convolution:
        """As :meth:`_whole`, or a convolution."""
        if isinstance(name, str) and name in self.convolutions:
            return self.convolutions[name]
        return self._whole(where, name)

    def _whole(self, where: str, name: str) -> Connection:
        """A connection of every neuron of its source with every one of its target."""
        if not isinstance(name, str) or name not in self.connections:
            raise unknown(f"{where}: connection", name, self.connections)
        found = self.connections[name]
        every = found.pattern in (Pattern.ALL_TO_ALL, Pattern.ONE_TO_ALL)
        if not every or found.exponents.ndim or found.target.first:
            raise ValueError(
                f"{where}: connection {name!r} must be all-to-all, onto a population from its "
                "first neuron on, with one exponent"
            )
        return found
