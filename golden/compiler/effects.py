"""Parts of a network that cannot have an effect, and warnings of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from backspike.golden.compiler.firing import firing_groups, unheard_inputs, why_silent
from backspike.golden.compiler.use import Use
from backspike.golden.errors import warn_no_effect
from backspike.golden.network.connections import Connection
from backspike.golden.network.network import Network
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.network.weights import weight_range
from backspike.golden.rules.change import change_limits
from backspike.golden.rules.microcode import needs_of
from backspike.golden.rules.rule import TARGETS, ParsedRule, Product
from backspike.hdl.layouts import TAG_BITS, Target
from backspike.hdl.params import CoreParams

__all__ = ["unwritten_rewards", "warn_of_no_effect"]


def warn_of_no_effect(use: Use, core: CoreParams) -> None:
    """Warn of each part of a network that can do nothing on a core: :class:`NoEffectWarning`."""
    for check in _CHECKS:
        for message in check(use, core):
            warn_no_effect(message)


def unwritten_rewards(network: Network) -> Iterator[str]:
    """A sentence for each reward that a rule reads and no neuron of the network writes."""
    written = {(reward.reinforcement, reward.trace) for reward in network.rewards}
    readers: dict[tuple[int, str], list[str]] = {}
    for c in _plastic(network):
        assert c.rule is not None
        for trace in ("r0", "r1"):
            place = c.rule.reinforcement, trace
            if c.rule.rule.uses(trace) and place not in written:
                readers.setdefault(place, []).append(c.name)
    for (channel, trace), names in readers.items():
        yield (
            f"reward {trace} of reinforcement {channel} is never written, and stays 0; the rule of "
            f"{_names(names)} reads it"
        )


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _plastic(network: Network) -> Iterator[Connection]:
    return (c for c in network.connections.values() if c.rule is not None)


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
        readers = [c.name for c in _plastic(use.network) if c.rule and c.rule.rule.uses(name)]
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


def _rewards(use: Use, core: CoreParams) -> Iterator[str]:
    """Rewards that no rule reads."""
    rules = [(c.rule.reinforcement, c.rule.rule) for c in _plastic(use.network) if c.rule]
    for reward in use.network.rewards:
        channel, trace = reward.reinforcement, reward.trace
        if not any(of == channel and rule.uses(trace) for of, rule in rules):
            yield (
                f"reward by {reward.source.owner.name!r} has no effect: no rule with "
                f"reinforcement={channel} reads {trace}"
            )


def _dead_rules(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules, and sums of one target, of which every product is always 0."""
    network = use.network
    firing = firing_groups(network)
    for c in _plastic(network):
        assert c.rule is not None
        taught = [t.by.name for t in network.teachers if t.connection == c.name]
        fires = {
            "x": c.source.owner.name in firing,
            "y": any(name in firing for name in taught or [c.target.owner.name]),
        }
        moves = {name: fires[name[0]] for name in ("x0", "y0")}
        moves |= {
            name: fires[name[0]] and getattr(network.trace_constants, name)[0] > 0
            for name in TRACE_NAMES
        }
        held = {"w": c.weights, "t": c.tags, "d": c.delays}
        moves |= {n: values is not None and bool(values.any()) for n, values in held.items()}
        changed = _changed(c.rule.rule, moves)
        dead = [name for name, target in TARGETS.items() if target in c.rule.rule.targets - changed]
        if dead:
            products = [p for p in c.rule.rule.products if p.target not in changed]
            read = {term.variable for product in products for term in product.terms}
            zero = [name for name, can in moves.items() if not can and name in read]
            reason = f"{', '.join(zero)} stays 0" if zero else "its constants are 0"
            what = ", ".join(name[1] for name in dead) if changed else "a synapse"
            yield f"rule of connection {c.name!r} never changes {what}: {reason}"


def _changed(rule: ParsedRule, moves: dict[str, bool]) -> set[Target]:
    """Targets of a rule with a product that can be other than 0; what they hold then moves, too."""
    changed: set[Target] = set()
    while True:
        more = {p.target for p in rule.products if not _is_zero(p, moves)} - changed
        if not more:
            return changed
        changed |= more
        moves |= {name[1]: True for name, target in TARGETS.items() if target in more}


def _is_zero(product: Product, moves: Mapping[str, bool]) -> bool:
    """True if some factor of a product stays 0."""
    return not product.mantissa or any(
        term.offset == 0 and not moves.get(term.variable, True) for term in product.terms
    )


def _small_changes(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules whose changes are smaller than what is stored, and rounded down."""
    names = {target: name for name, target in TARGETS.items()}
    for c in _plastic(use.network):
        assert c.rule is not None
        if c.rule.stochastic:
            continue
        ranges = _ranges(c, core)
        for target in c.rule.rule.targets:
            unit = 1 << c.lsb if target is Target.WEIGHT else 1
            least, most = change_limits(c.rule.rule, target, ranges)
            if -unit < least <= most < unit and (least or most):
                rounded = " or ".join(
                    text for text, seen in (("0", most > 0), (f"-{unit}", least < 0)) if seen
                )
                yield (
                    f"rule of connection {c.name!r} changes {names[target][1]} by less than its "
                    f"unit, {unit}, and rounding down makes that {rounded}: "
                    "rounding='stochastic' is right on average"
                )


def _at_limits(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules that could only change values further than these can go."""
    for c in _plastic(use.network):
        assert c.rule is not None
        ranges, held = _ranges(c, core), {"dw": c.weights, "dt": c.tags, "dd": c.delays}
        for name, target in TARGETS.items():
            values, (low, high) = held[name], ranges[name[1]]
            if target not in c.rule.rule.targets or values is None or low == high:
                continue
            least, most = change_limits(c.rule.rule, target, ranges)
            for limit, way, stuck in (
                (low, "lowers", least < 0 == most),
                (high, "raises", most > 0 == least),
            ):
                if stuck and (values == limit).all():
                    yield (
                        f"rule of connection {c.name!r} never changes {name[1]}: it only {way} it, "
                        f"and all are {limit}, as far as they go"
                    )


def _ranges(c: Connection, core: CoreParams) -> dict[str, tuple[int, int]]:
    """Least and greatest weight, tag and delay of a plastic connection."""
    half = 1 << (TAG_BITS - 1)
    weights = weight_range(c.sign, c.lsb)
    return {"w": weights, "t": (-half, half - 1), "d": (0, core.max_delay)}


def _weights(use: Use, core: CoreParams) -> Iterator[str]:
    """Fixed synapses that add 0."""
    for name, c in use.network.connections.items():
        delivered = np.floor(np.ldexp(c.weights.astype(float), c.exponents))
        if c.rule is None and not delivered.any():
            small = "rounded down, they" if c.weights.any() else "they"
            yield f"weights of connection {name!r} add nothing: {small} are all 0"
    for name, convolution in use.network.convolutions.items():
        if not np.floor(np.ldexp(convolution.weights.astype(float), convolution.exponent)).any():
            yield f"weights of convolution {name!r} add nothing: rounded down, they are all 0"


def _tags(use: Use, core: CoreParams) -> Iterator[str]:
    named = [
        name
        for name, c in use.network.connections.items()
        if c.tags is not None and not (c.rule and needs_of(c.rule)["tags"])
    ]
    if named:
        yield f"tags of connection {_names(named)} have no effect: no rule reads or changes them"


def _delays(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules for delays on a core that has but one."""
    rules = {c.name: c.rule.rule for c in _plastic(use.network) if c.rule}
    learned = [name for name, rule in rules.items() if Target.DELAY in rule.targets]
    if learned and not core.max_delay:
        yield (
            f"rule of connection {_names(learned)} cannot change d: the core's longest delay is 0 "
            f"(delay_slots={core.delay_slots}; the longest is two less)"
        )


def _noise(use: Use, core: CoreParams) -> Iterator[str]:
    named = [p.name for p in use.network.populations.values() if p.noise[0] and not p.noise[1]]
    if named:
        yield f"noise of population {_names(named)} has no effect: its exponent is 0"


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
    _dead_rules,
    _small_changes,
    _at_limits,
    _weights,
    _tags,
    _delays,
    _noise,
    _resets,
)
