"""Parts of a network that need a resource of a core, by name, for messages."""

from collections.abc import Callable, Mapping

import numpy as np

from backspike.golden.compiler.use import Use
from backspike.golden.network.neurons import Population
from backspike.golden.rules.microcode import needs_of

__all__ = ["users_of"]


def users_of(resource: str, use: Use) -> list[str]:
    """Names of populations and connections that need a resource of ``resources.RESOURCES``; none
    where they all do, or none by itself."""
    return _USERS[resource](use) if resource in _USERS else []


def _rules_with(*needs: str) -> Callable[[Use], list[str]]:
    """Connections whose rules have one of some needs."""
    return lambda use: list(
        dict.fromkeys(
            lesson.connection.name
            for lesson in use.network.lessons()
            if any(needs_of(lesson.rule)[need] for need in needs)
        )
    )


def _populations_with(has: Callable[[Population], object]) -> Callable[[Use], list[str]]:
    return lambda use: [name for name, p in use.network.populations.items() if has(p)]


def _longest_delays(use: Use) -> list[str]:
    """Connections, convolutions and transposes that have the longest delay."""
    network = use.network
    delays = {name: c.delay for name, c in network.convolutions.items()}
    delays |= {name: t.delay for name, t in network.transposes.items()}
    for name, c in network.connections.items():
        delays[name] = int(np.max(c.delay if c.delays is None else c.delays))
    return [name for name, delay in delays.items() if delay == use.longest_delay]


def _tagged(use: Use) -> list[str]:
    return [name for name, c in use.network.connections.items() if c.tags is not None]


def _delayed(use: Use) -> list[str]:
    return [name for name, c in use.network.connections.items() if c.delays is not None]


_USERS: Mapping[str, Callable[[Use], list[str]]] = {
    "traces": _rules_with("traces"),
    "stochastic": _rules_with("traces", "stochastic"),
    "more_factors": _rules_with("more_factors"),
    "dynamics": _populations_with(lambda p: p.has_dynamics),
    "noise": _populations_with(lambda p: p.noise[1]),
    "subtract": _populations_with(lambda p: p.reset != "zero"),
    "watch": _populations_with(lambda p: p.watches),
    "epochs": _populations_with(lambda p: p.gate),
    "tags": _tagged,
    "delays": _delayed,
    "delay": _longest_delays,
}
