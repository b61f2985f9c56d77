"""Rules that cannot change a synapse, or not as they are meant to, for warnings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from backspike.golden.compiler.firing import firing_groups
from backspike.golden.compiler.use import Use
from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.network.weights import weight_range
from backspike.golden.rules.change import change_limits
from backspike.golden.rules.microcode import CompiledRule
from backspike.golden.rules.rule import TARGETS, ParsedRule, Product
from backspike.hdl.layouts import TAG_BITS, Target
from backspike.hdl.params import CoreParams

__all__ = ["LearnedPart", "at_limits", "dead_rules", "learned_parts", "small_changes"]


class LearnedPart(NamedTuple):
    """A connection, a rule that it learns by, and the names of the populations that teach it so."""

    connection: Connection | Convolution
    rule: CompiledRule
    by: list[str]


def learned_parts(network: Network) -> list[LearnedPart]:
    """Connections that learn, once for each rule."""
    found: dict[object, LearnedPart] = {}
    for lesson in network.lessons():
        made = LearnedPart(lesson.connection, lesson.rule, [])
        place = lesson.connection.name, lesson.rule.key
        found.setdefault(place, made).by.append(lesson.by.owner.name)
    return list(found.values())


def dead_rules(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules, and sums of one target, of which every product is always 0."""
    network = use.network
    firing, learned = firing_groups(network), learned_parts(network)
    for part in learned:
        name, rule = part.connection.name, part.rule.rule
        moves = _moves(network, firing, part) | _held(part, learned)
        changed = _changed(rule, moves)
        dead = [name for name, target in TARGETS.items() if target in rule.targets - changed]
        if dead:
            products = [p for p in rule.products if p.target not in changed]
            read = {term.variable for product in products for term in product.terms}
            zero = [name for name, can in moves.items() if not can and name in read]
            reason = f"{', '.join(zero)} stays 0" if zero else "its constants are 0"
            what = ", ".join(name[1] for name in dead) if changed else "a synapse"
            yield f"rule of connection {name!r} never changes {what}: {reason}"


def _moves(network: Network, firing: set[str], part: LearnedPart) -> dict[str, bool]:
    """Spikes and traces of both sides of a connection: whether they can be other than 0."""
    fires = {
        "x": part.connection.source.owner.name in firing,
        "y": any(name in firing for name in part.by),
    }
    moves = {name: fires[name[0]] for name in ("x0", "y0")}
    return moves | {
        name: fires[name[0]] and getattr(network.trace_constants, name)[0] > 0
        for name in TRACE_NAMES
    }


def _held(part: LearnedPart, learned: Iterable[LearnedPart]) -> dict[str, bool]:
    """Variables w, t and d of a connection: whether they can be other than 0, as they are not from
    the start or since another rule of the connection changes them."""
    c = part.connection
    values = {"w": c.weights, "t": c.tags, "d": c.delays}
    moves = {name: array is not None and bool(array.any()) for name, array in values.items()}
    others = [p.rule.rule.targets for p in learned if p.connection is c and p is not part]
    changed = {
        name[1]: True for name, target in TARGETS.items() if any(target in o for o in others)
    }
    return moves | changed


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


def small_changes(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules whose changes are smaller than what is stored, and rounded down."""
    names = {target: name for name, target in TARGETS.items()}
    for c, rule, _ in learned_parts(use.network):
        if rule.stochastic:
            continue
        ranges = _ranges(c, core)
        for target in rule.rule.targets:
            unit = 1 << c.lsb if target is Target.WEIGHT else 1
            least, most = change_limits(rule.rule, target, ranges)
            if -unit < least <= most < unit and (least or most):
                rounded = " or ".join(
                    text for text, seen in (("0", most > 0), (f"-{unit}", least < 0)) if seen
                )
                yield (
                    f"rule of connection {c.name!r} changes {names[target][1]} by less than its "
                    f"unit, {unit}, and rounding down makes that {rounded}: "
                    "rounding='stochastic' is right on average"
                )


def at_limits(use: Use, core: CoreParams) -> Iterator[str]:
    """Rules that could only change values further than these can go."""
    for c, rule, _ in learned_parts(use.network):
        ranges, held = _ranges(c, core), {"dw": c.weights, "dt": c.tags, "dd": c.delays}
        for name, target in TARGETS.items():
            values, (low, high) = held[name], ranges[name[1]]
            if target not in rule.rule.targets or values is None or low == high:
                continue
            least, most = change_limits(rule.rule, target, ranges)
            for limit, way, stuck in (
                (low, "lowers", least < 0 == most),
                (high, "raises", most > 0 == least),
            ):
                if stuck and (values == limit).all():
                    yield (
                        f"rule of connection {c.name!r} never changes {name[1]}: it only {way} it, "
                        f"and all are {limit}, as far as they go"
                    )


def _ranges(c: Connection | Convolution, core: CoreParams) -> dict[str, tuple[int, int]]:
    """Least and greatest weight, tag and delay of a plastic connection."""
    half = 1 << (TAG_BITS - 1)
    weights = weight_range(c.sign, c.lsb)
    return {"w": weights, "t": (-half, half - 1), "d": (0, core.max_delay)}
