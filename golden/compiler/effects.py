"""Parts of a network that cannot have an effect."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from backspike.golden.compiler.firing import unheard_inputs, why_silent
from backspike.golden.compiler.rule_effects import (
    at_limits,
    dead_rules,
    learned_parts,
    small_changes,
)
from backspike.golden.compiler.use import Use
from backspike.golden.network.network import Network
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.rules.microcode import needs_of
from backspike.hdl.layouts import Target
from backspike.hdl.params import CoreParams

__all__ = ["parts_without_effect", "unwritten_rewards"]


def parts_without_effect(use: Use, core: CoreParams) -> Iterator[str]:
    """A sentence for each part of a network that can do nothing on a core."""
    for check in _CHECKS:
        yield from check(use, core)


def unwritten_rewards(network: Network) -> Iterator[str]:
    """A sentence for each reward that a rule reads and no neuron of the network writes."""
    written = {(reward.reinforcement, reward.trace) for reward in network.rewards}
    readers: dict[tuple[int, str], list[str]] = {}
    for part in learned_parts(network):
        for trace in ("r0", "r1"):
            place = part.rule.reinforcement, trace
            if part.rule.rule.uses(trace) and place not in written:
                readers.setdefault(place, []).append(part.connection.name)
    for (channel, trace), names in readers.items():
        yield (
            f"reward {trace} of reinforcement {channel} is never written, and stays 0; the rule of "
            f"{_names(names)} reads it"
        )


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _silent_populations(use: Use, core: CoreParams) -> Iterator[str]:
    yield from why_silent(use.network)


def _unheard_inputs(use: Use, core: CoreParams) -> Iterator[str]:
    if names := unheard_inputs(use.network):
        yield f"input {_names(names)} has no effect: nothing is connected to it"


def _gates(use: Use, core: CoreParams) -> Iterator[str]:
    gated = [p.name for p in use.network.populations.values() if p.gated_by == "silence" and p.gate]
    if gated and use.network.epoch == 1:
        yield (
            f"gate of population {_names(gated)} has no effect: in epochs of one step, no neuron "
            "has fired earlier (Network(epoch=...))"
        )


def _epochs(use: Use, core: CoreParams) -> Iterator[str]:
    if use.network.epoch > 1 and not use.has_epochs:
        yield f"epoch={use.network.epoch} has no effect: there are neither rules nor gates"


def _traces(use: Use, core: CoreParams) -> Iterator[str]:
    """Traces that rules read and that do not move, and such that no rule reads."""
    for name in TRACE_NAMES:
        impulse, tau = getattr(use.network.trace_constants, name)
        readers = _readers(use.network, name)
        advice = f"Network.traces({name}=(impulse, time constant))"
        if readers and not impulse:
            yield f"trace {name} has no impulse; the rule of {_names(readers)} reads it: {advice}"
        elif readers and not tau:
            yield (
                f"trace {name} has no time constant: it is gone in the step after a spike, and the "
                f"rule of {_names(readers)} reads it: {advice}"
            )
        elif impulse and not readers:
            yield f"impulse of trace {name} has no effect: no rule reads {name}"


def _readers(network: Network, variable: str) -> list[str]:
    """Names of the connections with a rule that reads a variable."""
    reading = [p.connection.name for p in learned_parts(network) if p.rule.rule.uses(variable)]
    return list(dict.fromkeys(reading))


def _rewards(use: Use, core: CoreParams) -> Iterator[str]:
    """Rewards that no rule reads."""
    rules = [(rule.reinforcement, rule.rule) for rule in use.network.rules()]
    for reward in use.network.rewards:
        channel, trace = reward.reinforcement, reward.trace
        if not any(of == channel and rule.uses(trace) for of, rule in rules):
            yield (
                f"reward by {reward.source.owner.name!r} has no effect: no rule with "
                f"reinforcement={channel} reads {trace}"
            )


def _weights(use: Use, core: CoreParams) -> Iterator[str]:
    """Fixed synapses that add 0."""
    for name, c in use.network.connections.items():
        delivered = np.floor(np.ldexp(c.weights.astype(float), c.exponents))
        if c.rule is None and not delivered.any():
            small = "rounded down, they" if c.weights.any() else "they"
            yield f"weights of connection {name!r} add nothing: {small} are all 0"
    for name, convolution in use.network.convolutions.items():
        if convolution.rule is not None:
            continue
        if not np.floor(np.ldexp(convolution.weights.astype(float), convolution.exponent)).any():
            yield f"weights of convolution {name!r} add nothing: rounded down, they are all 0"


def _tags(use: Use, core: CoreParams) -> Iterator[str]:
    named = [
        name
        for name, c in use.network.connections.items()
        if c.tags is not None
        and not any(needs_of(lesson.rule)["tags"] for lesson in use.network.lessons(name))
    ]
    if named:
        yield f"tags of connection {_names(named)} have no effect: no rule reads or changes them"


def _delays(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules for delays on a core that has but one."""
    parts = learned_parts(use.network)
    learned = [p.connection.name for p in parts if Target.DELAY in p.rule.rule.targets]
    if learned and not core.max_delay:
        yield (
            f"rule of connection {_names(learned)} cannot change d: the core's longest delay is 0 "
            f"(delay_slots={core.delay_slots}; the longest is two less)"
        )


def _noise(use: Use, core: CoreParams) -> Iterator[str]:
    named = [p.name for p in use.network.populations.values() if p.noise[0] and not p.noise[1]]
    if named:
        yield f"noise of population {_names(named)} has no effect: its exponent is 0"


def _rules(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules of connections all of whose teachers have their own."""
    network = use.network
    for name, c in network.joins().items():
        if c.rule is not None and all(t.rule is not c.rule for t in network.lessons(name)):
            yield f"rule of connection {name!r} has no effect: all its teachers have their own"


def _resets(use: Use, core: CoreParams) -> Iterator[str]:
    """Remainders of a reset that are forgotten before they count."""
    populations = use.network.populations.values()
    named = [p.name for p in populations if p.reset == "subtract" and p.decay_v == 4096]
    if named:
        yield (
            f"reset of population {_names(named)} has no effect: with decay_v=4096, nothing is "
            "left of the voltage of a step before"
        )


_CHECKS: tuple[Callable[[Use, CoreParams], Iterator[str]], ...] = (
    _silent_populations,
    _unheard_inputs,
    _gates,
    _epochs,
    _traces,
    _rewards,
    dead_rules,
    small_changes,
    at_limits,
    _weights,
    _tags,
    _delays,
    _noise,
    _rules,
    _resets,
)
