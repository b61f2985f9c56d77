"""Connections: synapses from one group of neurons to another."""

from dataclasses import dataclass

import numpy as np

from backspike.golden.network.neurons import Part
from backspike.golden.network.weights import (
    Pattern,
    check_signs,
    encode_weights,
    expand_pairs,
    lsb_of,
    shaped_ints,
    shaped_weights,
)
from backspike.golden.rules.microcode import CompiledRule, needs_of
from backspike.hdl.layouts import TAG_BITS, SignMode

__all__ = ["MAX_DELAY", "Connection", "make_connection"]

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
        Rule that the synapses learn by.
    sign : SignMode
        Signs of the weights that learning may reach.
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


def make_connection(
    name: str,
    source: Part,
    target: Part,
    weights: object,
    *,
    pattern: object,
    delay: int,
    delays: object,
    tags: object,
    exponent: int | None,
    rule: CompiledRule | None,
    sign: SignMode,
    bits: int,
) -> Connection:
    """Check shapes and encode the weights: see :meth:`~.network.Network.connect`."""
    where = f"connection {name!r}"
    lsb = lsb_of(where, bits, sign)
    lsb = lsb if rule and not rule.lava else 0
    kind, pairs = Pattern.of(where, pattern, source.size, target.size)
    shaped = shaped_weights(where, weights, kind, pairs, source.size, target.size)
    learned = (sign, lsb) if rule else None
    stored, exponents = encode_weights(where, shaped, exponent, learned=learned)
    if rule is None:
        check_signs(where, shaped, sign)
    needs = needs_of(rule) if rule else {}
    if delays is None and needs.get("delays"):
        delays = delay
    if tags is None and needs.get("tags"):
        tags = 0
    half = 1 << (TAG_BITS - 1)

    def beside(what: str, values: object, low: int, high: int) -> np.ndarray | None:
        one_source = kind is Pattern.ONE_TO_ALL
        what = f"{what} of {where}"
        return shaped_ints(what, values, stored.shape, low, high, one_source=one_source)

    return Connection(
        name=name,
        source=source,
        target=target,
        pattern=kind,
        weights=stored,
        exponents=exponents,
        pairs=pairs,
        delay=delay,
        delays=beside("delay", delays, 0, MAX_DELAY),
        tags=beside("tag", tags, -half, half - 1),
        rule=rule,
        sign=sign,
        lsb=lsb,
    )
