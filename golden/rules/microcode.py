"""Learning rules as a core holds them: compiled from text, their needs, and their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backspike.golden.errors import CapacityError, check_bool, check_capacity, check_int, check_type
from backspike.golden.rules.assembler import Assembler, Instruction
from backspike.golden.rules.parser import parse_rule
from backspike.golden.rules.rule import VARIABLES, ParsedRule, Product
from backspike.hdl.keywords import names_keywords
from backspike.hdl.layouts import (
    Factor,
    MicroOp,
    Moment,
    Target,
    Visit,
    microcode_layout,
    rule_layout,
)
from backspike.hdl.packing import pack_rows
from backspike.hdl.params import REINFORCEMENTS, CoreParams

__all__ = [
    "REASONS",
    "CompiledRule",
    "Rounding",
    "channels_for",
    "compile_rule",
    "needs_of",
    "rule_memories",
]

Rounding = Literal["floor", "stochastic"]

#: Use that rules make of a feature of a core, by name in ``CoreParams``.
REASONS = {
    "learning": "learns",
    "traces": "reads traces",
    "epochs": "is for epochs of several steps",
    "more_factors": "uses x2, y2, y3, r0, u1 to u9 or sgn",
    "tags": "uses tags (t, dt)",
    "delays": "uses delays (d, dd)",
    "lava": "is for Lava's arithmetic",
    "stochastic": "rounds at random",
}


@dataclass(frozen=True)
class CompiledRule:
    """A rule as the learning engine runs it.

    Attributes
    ----------
    rule : ParsedRule
        The rule that it was compiled from; ``rule.products`` for printing.
    instructions : tuple of dict of str to int
        Fields of ``layouts.microcode_layout`` of a core with everything, in order.
    pre, post : Visit
        Axons and compartments whose synapses it can change.
    stochastic : bool
        Learned values are rounded at random rather than down.
    epoch : int
        Steps of the learning epochs that it is for.
    lava : bool
        It is for Lava's arithmetic.
    reinforcement : int
        Channel whose rewards are its r0 and r1.
    order : tuple of int
        Number of the product that each scalar part of the instructions belongs to.
    """

    rule: ParsedRule
    instructions: tuple[Instruction, ...]
    pre: Visit
    post: Visit
    stochastic: bool
    epoch: int
    lava: bool
    reinforcement: int
    order: tuple[int, ...]

    @property
    def lane_ops(self) -> int:
        """Lane operations: cycles of a word."""
        return sum(row["op"] == MicroOp.LANE.value for row in self.instructions)

    @property
    def recalls(self) -> bool:
        """True if lanes ask for traces of the axon, each at its own moment."""
        recalled = (Factor.X1.value, Factor.X2.value)
        return any(
            row["op"] == MicroOp.LANE.value and row["factor"] in recalled
            for row in self.instructions
        )

    @property
    def timed(self) -> bool:
        """True if it reads traces as they were at spikes of an epoch, not at its end."""
        return any(row["moment"] != Moment.END.value for row in self.instructions)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for rules that do the same."""
        fields = tuple(tuple(row.values()) for row in self.instructions)
        return fields, self.pre, self.post, self.stochastic, self.reinforcement


@names_keywords
def compile_rule(
    text: str,
    params: CoreParams | None = None,
    *,
    rounding: Rounding = "floor",
    epoch: int = 1,
    lava: bool = False,
    reinforcement: int = 0,
) -> CompiledRule:
    """Compile a rule string.

    Parameters
    ----------
    text : str
        See :mod:`backspike.golden.rules.parser`.
    params : CoreParams, optional
        The core; without it, only what holds for every core is checked.
    rounding : {"floor", "stochastic"}
        How a weight with a fraction is stored.
    epoch : int
        Steps of a learning epoch. In longer ones than 1, traces are read at the moment that the
        first of x0, y0 and u_k in a product says.
    lava : bool
        Compile for Lava's arithmetic.
    reinforcement : int
        Channel whose rewards are r0 and r1, 0 to 3.

    Raises
    ------
    RuleError
        If the text is no rule, or a constant cannot be represented exactly.
    CapacityError
        If the rule needs more than the core has.
    ValueError
        If ``rounding`` or the channel is unknown.
    """
    check_int("epoch of a rule", epoch, 1, 63)
    check_int("reinforcement of a rule", reinforcement, 0, REINFORCEMENTS - 1)
    check_bool("lava of a rule", lava)
    if params is not None:
        check_type("params", params, CoreParams)
    if not isinstance(rounding, str) or rounding not in ("floor", "stochastic"):
        raise ValueError(f"rounding must be 'floor' or 'stochastic', not {rounding!r}")
    rule = parse_rule(text)
    assembler = Assembler(rule, timed=epoch > 1, lava=lava)
    instructions = assembler.instructions()
    max_count = (1 << rule_layout(params or CoreParams())["count"].width) - 1
    words = params.microcode_words if params else max_count
    check_capacity("instructions of a rule", len(instructions), min(max_count, words))
    compiled = CompiledRule(
        rule=rule,
        instructions=tuple(instructions),
        pre=_pre(rule.products),
        post=_post(rule.products),
        stochastic=rounding == "stochastic",
        epoch=epoch,
        lava=lava,
        reinforcement=reinforcement,
        order=tuple(n for group in assembler.groups() for n in group),
    )
    if params:
        for name, need in needs_of(compiled).items():
            has = getattr(params, name)
            if need > has:
                reason = REASONS.get(name, f"needs {need}")
                raise CapacityError(f"{name}: the rule {reason}, the core has {name}={has}")
    return compiled


def _pre(products: tuple[Product, ...]) -> Visit:
    """Axons that can have changes other than 0."""
    if all(product.has("x0") for product in products):
        return Visit.SPIKED
    if all(product.has("x0", "x1", "x2") for product in products):
        return Visit.TRACED
    return Visit.ALWAYS


def _post(products: tuple[Product, ...]) -> Visit:
    """Compartments that can have changes other than 0."""
    return Visit.SPIKED if all(product.has("y0") for product in products) else Visit.ALWAYS


def needs_of(compiled: CompiledRule) -> dict[str, int]:
    """Needs of a rule by name in ``CoreParams``; those of a switch are 0 and 1."""
    terms = [term for product in compiled.rule.products for term in product.terms]
    named = {term.variable for term in terms}
    traces = any(VARIABLES[name].trace for name in named)
    history = 1 << (compiled.epoch - 1).bit_length() if compiled.timed else 1
    targets = compiled.rule.targets
    return {
        "learning": 1,
        "traces": int(traces),
        "epochs": int(compiled.epoch > 1),
        "more_factors": int(
            any(VARIABLES[name].more for name in named) or any(term.sgn for term in terms)
        ),
        "history": history,
        "tags": int("t" in named or Target.TAG in targets),
        "delays": int("d" in named or Target.DELAY in targets),
        "lava": int(compiled.lava),
        "reinforcements": channels_for(compiled.reinforcement),
        "stochastic": int(compiled.stochastic),
        "operations": max(
            1 + max(row["coefficient"] for row in compiled.instructions), compiled.lane_ops
        ),
    }


def channels_for(channel: int) -> int:
    """Reinforcement channels of a core that has this one, a power of two."""
    return 1 << channel.bit_length()


def rule_memories(params: CoreParams, rules: Sequence[CompiledRule]) -> dict[str, np.ndarray]:
    """Words of the memories ``rules`` and ``microcode``, uint64, one rule after the other."""
    counts = [len(rule.instructions) for rule in rules]
    entries = [
        {
            "start": sum(counts[:number]),
            "count": counts[number],
            "pre": rule.pre.value,
            "post": rule.post.value,
            "stochastic": int(rule.stochastic),
            "recall": int(rule.recalls),
            "channel": rule.reinforcement,
        }
        for number, rule in enumerate(rules)
    ]
    instructions = [row for rule in rules for row in rule.instructions]
    return {
        "microcode": pack_rows(microcode_layout(params), instructions),
        "rules": pack_rows(rule_layout(params), entries),
    }
