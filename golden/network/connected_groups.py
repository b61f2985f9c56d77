"""Groups of neurons and the synapses between them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from backspike.golden.errors import check_bool, check_int, warn_no_effect
from backspike.golden.names import Named
from backspike.golden.network.connections import MAX_DELAY, Connection, make_connection
from backspike.golden.network.convolution import Convolution, make_convolution
from backspike.golden.network.groups import Groups
from backspike.golden.network.neurons import Input, Neurons, Part, Population
from backspike.golden.network.weights import sign_mode
from backspike.golden.rules.microcode import CompiledRule, Rounding, compile_rule
from backspike.hdl.keywords import names_keywords
from backspike.hdl.layouts import SignMode

__all__ = ["ConnectedGroups"]

#: Options that only a rule gives a meaning, as they are if they are left out.
_OF_RULE = {"rounding": "floor", "reinforcement": 0, "bits": 8}
#: A rule to check these by where there is none.
_ANY = "x0*y0"


class ConnectedGroups(Groups):
    """Groups of neurons with connections and convolutions between them.

    Parameters
    ----------
    epoch, lava : int, bool
        As of :class:`~.network.Network`.

    Attributes
    ----------
    connections : dict of str to Connection
        In the order of their making.
    convolutions : dict of str to Convolution
    """

    def __init__(self, *, epoch: int, lava: bool) -> None:
        super().__init__()
        check_int("epoch", epoch, 1, 63)
        self.epoch, self.lava = int(epoch), check_bool("lava", lava)
        self.connections: dict[str, Connection] = Named("connection", {})
        self.convolutions: dict[str, Convolution] = Named("convolution", {})

    @names_keywords
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
        sign: SignMode | Literal["mixed", "excitatory", "inhibitory"] = SignMode.MIXED,
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
        sign, bits : SignMode or its name, int
            What a learning weight can be: ``bits`` bits, sign included in mode MIXED, so that 8
            bits there are the even weights from -256 to 254. Fixed weights must have the sign,
            too; ``rounding``, ``reinforcement`` and ``bits`` have no effect on them.

        Raises
        ------
        TypeError, ValueError
            If a field is out of its range, a shape does not fit, or a weight cannot be stored
            exactly; RuleError if the rule cannot be read.
        """
        where = f"connection {name!r}"
        from_part, to_part = self._ends(where, name, source, target, delay)
        mode = sign_mode(where, sign)
        options = {"rounding": rounding, "reinforcement": reinforcement, "bits": bits}
        self.connections[name] = made = make_connection(
            name,
            from_part,
            to_part,
            weights,
            pattern=pattern,
            delay=delay,
            delays=delays,
            tags=tags,
            exponent=exponent,
            rule=self._rule(where, rule, options),
            sign=mode,
            bits=bits,
        )
        return made

    @names_keywords
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
        rule: str | None = None,
        rounding: Rounding = "floor",
        reinforcement: int = 0,
        sign: SignMode | Literal["mixed", "excitatory", "inhibitory"] = SignMode.MIXED,
        bits: int = 8,
    ) -> Convolution:
        """Add a convolution, from an image of neurons to an image.

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
        rule, rounding, reinforcement, sign, bits
            As of :meth:`connect`, of kernels that learn: each of their weights from every pair of
            neurons that it joins, one after the other, by source, row of the kernel, and target.
            The rule uses neither tags nor delays.

        Raises
        ------
        TypeError, ValueError
            If a shape or size does not fit, a field is out of its range, or a weight cannot be
            stored exactly; RuleError if the rule cannot be read.
        """
        where = f"convolution {name!r}"
        from_part, to_part = self._ends(where, name, source, target, delay)
        mode = sign_mode(where, sign)
        options = {"rounding": rounding, "reinforcement": reinforcement, "bits": bits}
        self.convolutions[name] = made = make_convolution(
            name,
            from_part,
            to_part,
            kernels,
            image,
            stride,
            pad,
            delay,
            exponent,
            rule=self._rule(where, rule, options),
            sign=mode,
            bits=bits,
        )
        return made

    def joins(self) -> dict[str, Connection | Convolution]:
        """All connections and convolutions, by name."""
        return {**self.connections, **self.convolutions}

    def _rule(
        self, where: str, rule: str | None, options: Mapping[str, Any]
    ) -> CompiledRule | None:
        """The rule of new synapses, compiled, if there is one; a warning of options without it."""
        compiled = compile_rule(
            _ANY if rule is None else rule,
            rounding=options["rounding"],
            epoch=self.epoch,
            lava=self.lava,
            reinforcement=options["reinforcement"],
        )
        if rule is not None:
            return compiled
        for field, value in options.items():
            if value != _OF_RULE[field]:
                warn_no_effect(f"{field}={value!r} of {where} has no effect: it has no rule")
        return None

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
        self._check_target(where, to_part)
        check_int(f"delay of {where}", delay, 0, MAX_DELAY)
        return from_part, to_part

    @staticmethod
    def _check_target(where: str, target: Part) -> None:
        """Raise ValueError unless a part has sums that synapses can add to."""
        group = target.owner
        if isinstance(group, Input):
            raise ValueError(f"target of {where} must be a population, not an input")
        must = f"target of {where} must have sums of its own: {group.name!r}"
        if group.sums_of is not None:
            raise ValueError(f"{must} takes those of {group.sums_of.name!r}")
        if group.watches is not None:
            raise ValueError(f"{must} watches {group.watches.name!r}")
