"""Few cores in which every two features meet: a covering array of strength two."""

import random
from collections.abc import Collection
from functools import cache
from itertools import combinations, product
from operator import itemgetter

from backspike.hdl.params import CoreParams, Overflow

__all__ = [
    "FEATURES",
    "Pair",
    "Setting",
    "covering_cores",
    "legal_pairs",
    "pairs_of",
    "program_cores",
]

#: A feature of a core, and what it is set to.
Setting = tuple[str, int | bool | Overflow]
Pair = tuple[Setting, Setting]

_OFF_ON = (False, True)

#: Features in which cores may differ, and the values that make different hardware: both of a
#: switch; of a number the smallest, one between, and one that is large for a core that is soon
#: simulated.
FEATURES: dict[str, tuple[int | bool | Overflow, ...]] = {
    "lanes": (1, 2, 8),
    "dendrite_lanes": (1, 2),
    "delay_slots": (2, 8),
    "weight_bits": (5, 8, 9),
    "acc_width": (12, 18),
    "overflow": tuple(Overflow),
    "learning": _OFF_ON,
    "traces": _OFF_ON,
    "more_factors": _OFF_ON,
    "history": (1, 8),
    "tags": _OFF_ON,
    "delays": _OFF_ON,
    "lava": _OFF_ON,
    "reinforcements": (1, 4),
    "stochastic": _OFF_ON,
    "epochs": _OFF_ON,
    "columns": _OFF_ON,
    "single_port": _OFF_ON,
    "dynamics": _OFF_ON,
    "noise": _OFF_ON,
    "subtract": _OFF_ON,
    "watch": _OFF_ON,
    "rules": (2, 16),
    "operations": (2, 8),
    "counters": _OFF_ON,
    "compact": _OFF_ON,
}

#: The property that tells if a core has what a feature asks for; others have an effect in any core.
_EFFECT = {
    "traces": "has_traces",
    "more_factors": "has_more_factors",
    "history": "has_history",
    "tags": "has_tags",
    "lava": "has_lava",
    "reinforcements": "learning",
    "stochastic": "has_random",
    "epochs": "has_epochs",
    "noise": "dynamics",
    "subtract": "dynamics",
    "watch": "dynamics",
    "rules": "learning",
    "operations": "learning",
}

#: A small core to which any feature can be set, and in which it then has an effect.
_ROOMY = CoreParams(
    compartments=16,
    input_axons=16,
    lists=32,
    dense_words=32,
    sparse_words=48,
    lanes=8,
    dendrite_lanes=1,
    microcode_words=128,
)
#: As wide as the cores of boards, with whole rows of thresholds.
_WIDE = tuple(
    _ROOMY.with_(
        compartments=64,
        input_axons=64,
        lanes=lanes,
        dendrite_lanes=lanes,
        dynamics=False,
        traces=False,
        stochastic=lanes == 16,
    )
    for lanes in (16, 32)
)
_ORDER = {name: number for number, name in enumerate(FEATURES)}
#: Cores that are drawn for each that is taken.
_CANDIDATES = 30


@cache
def pairs_of(core: CoreParams) -> frozenset[Pair]:
    """Every two settings of a core that both have an effect in it."""
    settings = [(name, getattr(core, name)) for name in FEATURES if _has_effect(core, name)]
    return frozenset(combinations(settings, 2))


@cache
def legal_pairs() -> tuple[Pair, ...]:
    """Every two settings that both have an effect in some core, in a fixed order."""
    pairs = (
        ((one, a), (other, b))
        for one, other in combinations(FEATURES, 2)
        for a, b in product(FEATURES[one], FEATURES[other])
    )
    return tuple(
        pair
        for pair in pairs
        if (core := _changed(_ROOMY, *pair)) and all(_has_effect(core, name) for name, _ in pair)
    )


@cache
def covering_cores(seed: int = 2) -> tuple[CoreParams, ...]:
    """Small cores that have every legal pair between them; equal for equal ``seed``.

    Greedy, after AETG (Cohen et al., 1997): of several cores that are drawn at random, setting by
    setting for the pairs that each adds, the one with most new pairs is taken, until none is left.
    """
    rng = random.Random(seed)
    left = dict.fromkeys(legal_pairs())
    cores = []
    while left:
        drawn = [_draw(rng, left) for _ in range(_CANDIDATES)]
        core = max(drawn, key=lambda core: len(left.keys() & pairs_of(core)))
        for pair in left.keys() & pairs_of(core):
            del left[pair]
        cores.append(_small(core))
    return tuple(cores)


def program_cores() -> tuple[CoreParams, ...]:
    """Cores for random programs: those of the covering array, and two as wide as boards have."""
    return *covering_cores(), *_WIDE


def _draw(rng: random.Random, left: Collection[Pair]) -> CoreParams:
    """A core with the first pair that is left, and with many others of them."""
    chosen = list(next(iter(left)))
    core = _changed(_ROOMY, *chosen)
    assert core
    others = [name for name in FEATURES if name not in dict(chosen)]
    for name in rng.sample(others, len(others)):
        options = []
        for value in rng.sample(FEATURES[name], len(FEATURES[name])):
            setting = (name, value)
            if tried := core if getattr(core, name) == value else _changed(core, setting):
                options.append((sum(_pair(setting, c) in left for c in chosen), setting, tried))
        _, setting, core = max(options, key=itemgetter(0))
        chosen.append(setting)
    return core


def _pair(one: Setting, other: Setting) -> Pair:
    """Two settings, in the order of the features."""
    return (one, other) if _ORDER[one[0]] < _ORDER[other[0]] else (other, one)


def _changed(core: CoreParams, *settings: Setting) -> CoreParams | None:
    """The core with some features set, or ``None`` where there is no such core."""
    try:
        return core.with_(**dict(settings))
    except ValueError:
        return None


def _has_effect(core: CoreParams, name: str) -> bool:
    """True if a core that differed in this feature would be another core."""
    if name not in _EFFECT:
        return True
    most = _changed(core, (name, FEATURES[name][-1]))
    return most is not None and bool(getattr(most, _EFFECT[name]))


def _small(core: CoreParams) -> CoreParams:
    """The same features in as few rows and instructions as they need."""
    size = max(8, 2 * core.lanes)
    return core.with_(compartments=size, input_axons=size, microcode_words=16 * core.rules)
