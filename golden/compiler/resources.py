"""Resources of a core that networks use: one table, each counted, fitted and checked.

A feature of the core that networks use is a row of :data:`RESOURCES`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from backspike.golden.compiler.use import Use
from backspike.golden.compiler.users import users_of
from backspike.golden.errors import CapacityError, check_capacity
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import axon_layout, widest_stride
from backspike.hdl.params import CoreParams

__all__ = ["RESOURCES", "Resource", "check_fit", "fitting_core", "lacks"]

_PROFILES = MEMORIES["profiles"].depth(CoreParams())
_LISTS_OF_AXON = (1 << axon_layout(CoreParams())["lists"].width) - 1
_SILENT_LISTS = (1 << axon_layout(CoreParams())["silent"].width) - 1
#: Longest delay, at least, of a core that is made to fit and learns delays.
_LEARNED_DELAY = 6
#: Memories of a core that is made to fit are multiples of this.
_GRAIN = 64


@dataclass(frozen=True)
class Resource:
    """Something of which a core has enough for a network, or not.

    Attributes
    ----------
    name : str
        In messages.
    need : callable
        Amount that a network needs; 0 and 1 for what a core has or lacks.
    fit : callable, optional
        Fields of a core that is made to fit, from the need and the least core that is allowed;
        without it, the core stays as it is.
    check : callable
        Raises CapacityError if a core has less than is needed.
    wish : callable, optional
        Amount that a core that is made to fit has, where that is more than the need.
    """

    name: str
    need: Callable[[Use], int]
    fit: Callable[[int, CoreParams], Mapping[str, object]] | None
    check: Callable[[int, CoreParams], None]
    wish: Callable[[Use], int] = lambda use: 0


def _switch(
    name: str,
    reason: str,
    need: Callable[[Use], int | bool] | None = None,
    *,
    has: str | None = None,
    fitted: bool = True,
) -> Resource:
    """A feature that a core has or lacks: ``has`` is the property that says so, else ``name``.

    ``reason`` completes "the network ..."; without ``need``, it is that of the rules.
    """

    def check(need: int, core: CoreParams) -> None:
        if need and not getattr(core, has or name):
            raise CapacityError(f"{name}: the network {reason}, the core has {name}=False")

    return Resource(
        name,
        need=lambda use: int(need(use) if need else use.most(name)),
        fit=(lambda need, _: {name: bool(need)}) if fitted else None,
        check=check,
    )


def _limit(
    name: str,
    need: Callable[[Use], int],
    limit: Callable[[CoreParams], int] | None = None,
    *,
    fit: Callable[[int, CoreParams], int] | None = None,
    field: str | None = None,
    wish: Callable[[Use], int] = lambda use: 0,
    advice: str = "",
) -> Resource:
    """A number that a core has, at most ``limit`` or, without it, what its field ``name`` says.

    ``fit`` gives ``field``, else ``name``, of a core that is made to fit; ``wish`` is as of
    :class:`Resource`.
    """

    def check(need: int, core: CoreParams) -> None:
        check_capacity(name, need, limit(core) if limit else getattr(core, name), advice)

    return Resource(
        name,
        need,
        fit=(lambda need, least: {field or name: fit(need, least)}) if fit else None,
        check=check,
        wish=wish,
    )


def _grains(need: int, least: CoreParams) -> int:
    return max(1, math.ceil(need / _GRAIN)) * _GRAIN


def _exact(need: int, least: CoreParams) -> int:
    return need


def _check_plain_learning(need: int, core: CoreParams) -> None:
    if need and core.has_lava:
        raise CapacityError("lava: the core learns in Lava's arithmetic, the network does not")


#: Every resource, in the order in which they are checked.
RESOURCES = (
    _switch("learning", "has rules, rewards, gates or tags", lambda use: use.has_engine),
    _switch("traces", "uses traces in its rules", has="has_traces"),
    _switch(
        "stochastic",
        "rounds at random",
        lambda use: max(use.most("traces"), use.most("stochastic")),
        has="has_random",
    ),
    _switch(
        "dynamics",
        "has decays, biases, refractory times, noise, limits of v, resets or watchers",
        lambda use: use.network.has_dynamics,
        fitted=False,
    ),
    _switch(
        "noise",
        "has noise",
        lambda use: any(p.noise[1] for p in use.network.populations.values()),
    ),
    _switch(
        "subtract",
        "resets by subtraction",
        lambda use: any(p.reset != "zero" for p in use.network.populations.values()),
    ),
    _switch(
        "watch",
        "watches voltages",
        lambda use: any(p.watches for p in use.network.populations.values()),
    ),
    _switch("epochs", "has longer epochs or gates", lambda use: use.has_epochs, has="has_epochs"),
    _switch(
        "columns",
        "has transposes, teachers, weights that are subtracted or kernels that learn",
        lambda use: use.has_columns,
    ),
    _switch(
        "more_factors",
        "uses x2, y2, y3, r0, u_k, sgn or fractions",
        lambda use: use.more_factors,
        has="has_more_factors",
    ),
    _switch("tags", "has tags", lambda use: use.has_tags, has="has_tags"),
    _switch("delays", "has dense synapses with delays of their own", lambda use: use.has_delays),
    _switch("lava", "learns in Lava's arithmetic", lambda use: use.is_lava, has="has_lava"),
    Resource(
        "exact learning",
        lambda use: int(bool(use.rules) and not use.is_lava),
        fit=None,
        check=_check_plain_learning,
    ),
    _limit("compartments", lambda use: use.compartments, fit=_exact),
    _limit(
        "input_axons",
        lambda use: use.layout.input_axons,
        fit=lambda need, least: max(2, math.ceil(need / least.lanes)) * least.lanes,
    ),
    _limit("profiles", lambda use: len(use.layout.profiles), lambda core: _PROFILES),
    _limit("lists", lambda use: len(use.tables.lists["kind"]), fit=_grains),
    _limit(
        "lists of one axon",
        lambda use: int(use.tables.lists_of.max(initial=0)),
        lambda core: _LISTS_OF_AXON,
    ),
    _limit(
        "lists of one axon that are not delivered",
        lambda use: int(use.tables.silent_of.max(initial=0)),
        lambda core: _SILENT_LISTS,
        advice="each connection has one for every teacher but the last that adds",
    ),
    _limit(
        "stride of a column",
        lambda use: use.widest_column,
        widest_stride,
        advice="a core with more compartments has a wider one",
    ),
    _limit("dense_words", lambda use: len(use.tables.dense), fit=_grains),
    _limit("sparse_words", lambda use: len(use.tables.sparse["weight"]), fit=_grains),
    _limit(
        "delay",
        lambda use: use.longest_delay,
        lambda core: core.max_delay,
        fit=lambda need, least: 1 << (need + 1).bit_length(),
        field="delay_slots",
        wish=lambda use: _LEARNED_DELAY * use.learns_delays,
        advice="a core with delay_slots=n has delays of up to n - 2",
    ),
    _limit(
        "history",
        lambda use: max(use.most("history"), 1),
        lambda core: core.history if core.has_history else 1,
        fit=_exact,
    ),
    _limit("reinforcements", lambda use: use.channels, fit=_exact),
    _limit("rules", lambda use: len(use.rules), fit=lambda need, least: max(2, need)),
    _limit(
        "microcode_words",
        lambda use: sum(len(rule.instructions) for rule in use.rules),
        fit=lambda need, least: max(8, need),
    ),
    _limit("operations", lambda use: use.most("operations")),
    _limit(
        "weight_bits",
        lambda use: use.weight_bits,
        fit=_exact,
        advice="n bits hold multiples of 2**(9 - n)",
    ),
)


def fitting_core(use: Use, least: CoreParams, overrides: Mapping[str, object]) -> CoreParams:
    """The smallest core with ``overrides`` for a network; memories of synapses grow in grains.

    Raises
    ------
    CapacityError
        If no core is large enough.
    """
    fields: dict[str, object] = {}
    for resource in RESOURCES:
        if resource.fit:
            fields |= resource.fit(max(resource.need(use), resource.wish(use)), least)
    try:
        return least.with_(**{**fields, **overrides})
    except ValueError as error:
        raise CapacityError(f"no core is large enough for the network: {error}") from None


def check_fit(use: Use, core: CoreParams) -> None:
    """Raise CapacityError unless a core has enough of every resource."""
    if lack := next(lacks(use, core), None):
        raise CapacityError(lack)


def lacks(use: Use, core: CoreParams) -> Iterator[str]:
    """A line for each resource of which a core has not enough, in their order."""
    for resource in RESOURCES:
        try:
            resource.check(resource.need(use), core)
        except CapacityError as error:
            users = ", ".join(map(repr, users_of(resource.name, use)))
            yield f"{error}; needed by {users}" if users else str(error)
