"""Random weights from which learning over time starts."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backspike.golden.errors import check_int, check_number
from backspike.golden.nbp.units import HIGHEST, LOWEST
from backspike.golden.temporal.circuit import TemporalWeights

__all__ = ["initial_weights"]

#: Share of hidden neurons that are expected to fire in a step of data.
_ACTIVE = 0.2
#: Standard deviations of what reaches a neuron, in thresholds, from neurons of its own layer and
#: from those before an output.
_AMONG, _OUT = 0.5, 0.3
#: Mean of a hidden neuron's weights, in standard deviations.
_LIFT = 0.1


def initial_weights(
    layers: Sequence[int],
    *,
    threshold: int,
    active: float,
    recurrent: bool,
    seed: int,
    in_exponent: int = 0,
) -> TemporalWeights:
    """Normal weights, with which a neuron's input in a step is about a threshold wide.

    Parameters
    ----------
    layers : sequence of int
        Sizes, the input first: at least three.
    threshold : int
        Of hidden neurons, in weight units.
    active : float
        Share of the inputs that spike in a step.
    recurrent : bool
    seed : int
    in_exponent : int
        Of :class:`TemporalOptions`.

    Raises
    ------
    TypeError, ValueError
        If a size or the share is out of its range.
    """
    if len(layers) < 3:
        raise ValueError(f"layers must hold at least three sizes, not {list(layers)}")
    for size in layers:
        check_int("size of a layer", size, 1, 1 << 14)
    if not 0 <= check_number("active", active) <= 1:
        raise ValueError(f"active must be between 0 and 1, not {active}")
    rng = np.random.default_rng(seed)

    def drawn(
        sizes: tuple[int, int], width: float, lift: float = 0.0, exponent: int = 0
    ) -> np.ndarray:
        values = rng.normal(lift * width, width, sizes) * threshold / 2**exponent
        return (np.clip(np.trunc(values / 2) * 2, LOWEST, HIGHEST)).astype(np.int16)

    forward = []
    for k, sizes in enumerate(pairwise(layers)):
        sources = sizes[0] * max(active if k == 0 else _ACTIVE, 1 / sizes[0])
        last = k == len(layers) - 2
        width = (_OUT if last else 1) / np.sqrt(sources)
        exponent = in_exponent if k == 0 else 0
        forward.append(drawn(sizes, width, 0 if last else _LIFT, exponent))
    hidden = layers[1:-1] if recurrent else ()
    among = [drawn((n, n), _AMONG / np.sqrt(_ACTIVE * n)) for n in hidden]
    return TemporalWeights(forward, among)
