"""Forms of the nBP equations: the circuit's, the paper's, and alternatives to them.

``circuit`` is that of `backspike.golden.nbp.equations`. The authors' released rehearsal in numpy
differs from their circuit in three details; ``rehearsal`` follows it: backpropagation through the
weights of the next layer as already updated by the same sample, ``h_hi`` at ``s >= theta``, weights
clipped to [-254, 254].

The paper's circuit stores ``-W2^T`` as a matrix ``M`` of its own, with the same rails. -256 has no
opposite there, so from the first weight that meets a rail on, the circuit leaves the equations.
``paper`` follows it, in every weight and for ever::

    M = min(-W2^T, 254) at first                        M -= 2 (d2+ - d2-) h^T, clipped as W2 is
    d1+ = H(W2^T d2+ + M d2-) & h_lo & ~h_hi            d1- = H(W2^T d2- + M d2+) & h_lo & ~h_hi

Two alternatives send errors back through matrices ``B`` that are random and never learn
(`backspike.golden.nbp.feedback`): ``random``, feedback alignment (Lillicrap et al., Nature
Communications 7:13276, 2016), has ``e_l = B_{l+1} (d_{l+1}+ - d_{l+1}-)``; ``direct``, direct
feedback alignment (Noekland, NeurIPS 2016), ``e_l = B_l (d+ - d-)`` of the output. ``delta`` is nBP
with ``d2+ = t & ~o``, ``d2- = o & ~t`` whatever the sums: with one layer of weights, the delta
rule.
"""

from typing import NamedTuple

from backspike.golden.nbp.units import HALF_THETA, HIGHEST, LOWEST, THETA

__all__ = ["VARIANTS", "UpdateRule", "variant_rule"]


class UpdateRule(NamedTuple):
    """Numbers and switches in which the forms of the equations differ."""

    hi_above: int
    """``h_hi`` is ``s > hi_above``."""
    low: int
    """Smallest weight."""
    high: int
    """Largest weight."""
    update_first: bool
    """Backpropagate through weights that this sample has already changed."""
    own_backward: bool
    """Backpropagate ``d-`` through ``-W^T`` as a matrix of its own, as the paper's circuit does."""
    fixed_backward: bool = False
    """Backpropagate through matrices that never learn."""
    direct: bool = False
    """Each of them takes the error of the output itself to its layer."""
    weak: tuple[int, int] = (0, HALF_THETA)
    """An output that is the target has an error where ``weak[0] < s <= weak[1]``."""
    strong: tuple[int, int] = (HALF_THETA, 2 * HALF_THETA)
    """Another has one where ``strong[0] < s <= strong[1]``."""
    dead_zone: int = 0
    """An error that comes back counts where its magnitude is larger."""
    frozen: int = 0
    """So many layers of weights, from the first on, do not learn."""
    rates: tuple[int, ...] = (0,)
    """Rate of each layer of weights, the last one that of all further ones: a step is taken with
    probability ``rate / 256``; all are 0 where steps are always taken, and nothing is drawn."""


_ANY_SUM = 1 << 30  # beyond all sums

_CIRCUIT = UpdateRule(THETA, low=LOWEST, high=HIGHEST, update_first=False, own_backward=False)

VARIANTS = {
    "circuit": _CIRCUIT,
    "paper": _CIRCUIT._replace(own_backward=True),
    "rehearsal": _CIRCUIT._replace(
        hi_above=THETA - 1, low=-HIGHEST, update_first=True, strong=(HALF_THETA, THETA - 1)
    ),
    "random": _CIRCUIT._replace(fixed_backward=True),
    "direct": _CIRCUIT._replace(fixed_backward=True, direct=True),
    "delta": _CIRCUIT._replace(weak=(-_ANY_SUM, HALF_THETA), strong=(HALF_THETA, _ANY_SUM)),
}
"""The forms of the equations: with each weight once, with a backward copy as in the paper's
circuit, as in the authors' rehearsal of it, with feedback through random matrices, layer by layer
or from the output directly, and with the output error of the delta rule."""


def variant_rule(variant: str) -> UpdateRule:
    """The rule of a variant, by name.

    Raises
    ------
    ValueError
        If there is no such variant.
    """
    if variant not in VARIANTS:
        known = ", ".join(map(repr, VARIANTS))
        raise ValueError(f"variant must be one of {known}, not {variant!r}")
    return VARIANTS[variant]
