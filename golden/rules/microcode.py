"""Learning rules as microcode: a parsed rule becomes instructions of the learning engine.

What depends only on the axon, the rewards and constants is a scalar, computed once per set-up;
products whose other factors are equal share one coefficient and one lane product, unless it is
Lava's arithmetic that is asked for: there each product is scaled down on its own, in their order.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn

from backspike.golden.errors import CapacityError, check_capacity, check_int
from backspike.golden.rules.parser import VARIABLES, Product, Rule, RuleError, Term, parse_rule
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LAVA_BITS,
    PRODUCT_BITS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    Factor,
    MicroOp,
    Moment,
    Target,
    Visit,
    microcode_layout,
    rule_layout,
)
from backspike.hdl.params import MAX_OPERATIONS, REINFORCEMENTS, CoreParams

__all__ = ["CompiledRule", "Rounding", "channels_for", "compile_rule", "needs_of"]

Rounding = Literal["floor", "stochastic"]

#: Exponents of a LOAD.
_EXPONENTS = range(-7, 9)
#: Constants beyond this would saturate.
_CONSTANT_LIMIT = 1 << (COEFFICIENT_BITS - 1 - FRACTION_BITS)
#: Mantissas and exponents of Lava; bits beside the sign of a mantissa.
_LAVA_MANTISSAS, _LAVA_EXPONENTS, _LAVA_MANTISSA_BITS = range(-8, 8), range(-7, 9), 4


@dataclass(frozen=True)
class CompiledRule:
    """A rule as the learning engine runs it.

    Attributes
    ----------
    rule : Rule
        What it was compiled from; ``rule.products`` for printing.
    instructions : tuple of dict of str to int
        Fields of ``layouts.microcode_layout`` of a core with everything, in order.
    pre, post : Visit
        Which axons and which compartments it can change synapses of.
    stochastic : bool
        Whether what is learned is rounded at random rather than down.
    epoch : int
        Steps of the learning epochs that it is for.
    lava : bool
        Whether it is for Lava's arithmetic.
    reinforcement : int
        Channel whose rewards are its r0 and r1.
    order : tuple of int
        Which products the scalar parts of the instructions belong to.
    """

    rule: Rule
    instructions: tuple[dict[str, int], ...]
    pre: Visit
    post: Visit
    stochastic: bool
    epoch: int
    lava: bool
    reinforcement: int
    order: tuple[int, ...]

    def columns(self, params: CoreParams | None = None) -> dict[str, list[int]]:
        """The instructions as columns for ``pack_array``, on a core of ``params``."""
        names = [str(name) for name, _ in microcode_layout(params or CoreParams())]
        return {name: [row[name] for row in self.instructions] for name in names}

    @property
    def lane_ops(self) -> int:
        """Lane operations: cycles of a word."""
        return sum(row["op"] == MicroOp.LANE.value for row in self.instructions)

    @property
    def recalls(self) -> bool:
        """Whether lanes ask for traces of the axon, each at its own moment."""
        recalled = (Factor.X1.value, Factor.X2.value)
        return any(
            row["op"] == MicroOp.LANE.value and row["factor"] in recalled
            for row in self.instructions
        )

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for rules that do the same."""
        fields = tuple(tuple(row.values()) for row in self.instructions)
        return fields, self.pre, self.post, self.stochastic, self.reinforcement


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
    check_int("reinforcement of a rule", reinforcement, 0, REINFORCEMENTS - 1)
    if rounding not in ("floor", "stochastic"):
        raise ValueError(f"rounding must be 'floor' or 'stochastic', not {rounding!r}")
    rule = parse_rule(text)
    instructions = _instructions(rule, epoch > 1, lava)
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
        order=tuple(n for group in _groups(rule, epoch > 1, lava) for n in group),
    )
    if params:
        for name, need in needs_of(compiled).items():
            has = int(getattr(params, name))
            if need > has:
                raise CapacityError(f"{name}: the rule needs {need}, the core has {name}={has}")
    return compiled


def needs_of(compiled: CompiledRule) -> dict[str, int]:
    """What a rule needs of a core, by name in ``CoreParams``; 0 and 1 are a switch's."""
    terms = [term for product in compiled.rule.products for term in product.terms]
    named = {term.variable for term in terms}
    traces = any(VARIABLES[name].trace for name in named)
    history = 1 << (compiled.epoch - 1).bit_length() if traces else 1
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
            1 + max(row["coefficient"] for row in compiled.instructions),
            sum(row["op"] == MicroOp.LANE.value for row in compiled.instructions),
        ),
    }


def channels_for(channel: int) -> int:
    """Reinforcement channels of a core that has this one, a power of two."""
    return 1 << channel.bit_length()


def _pre(products: tuple[Product, ...]) -> Visit:
    """Which axons can have changes other than 0."""
    if all(product.has("x0") for product in products):
        return Visit.SPIKED
    if all(product.has("x0", "x1", "x2") for product in products):
        return Visit.TRACED
    return Visit.ALWAYS


def _post(products: tuple[Product, ...]) -> Visit:
    """Which compartments can have changes other than 0."""
    return Visit.SPIKED if all(product.has("y0") for product in products) else Visit.ALWAYS


def _groups(rule: Rule, timed: bool, lava: bool) -> list[list[int]]:
    """Numbers of the products that share a coefficient and a lane product."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, product in enumerate(rule.products):
        lanes = _lane_terms(product, timed)
        moment = product.moment if timed and _has_trace(lanes) else Moment.END
        alone = number if lava else -1
        groups.setdefault((tuple(lanes), moment, product.target, alone), []).append(number)
    return list(groups.values())


def _instructions(rule: Rule, timed: bool, lava: bool) -> list[dict[str, int]]:
    """Scalar instructions of each product, then the lane operations of each coefficient."""
    groups = [[rule.products[n] for n in group] for group in _groups(rule, timed, lava)]
    check_capacity("coefficients of a rule", len(groups), MAX_OPERATIONS)
    out: list[dict[str, int]] = []
    for coefficient, products in enumerate(groups):
        for product in products:
            out += _scalar(rule, product, coefficient, timed, lava)
    for coefficient, products in enumerate(groups):
        out += _lane(rule, products[0], coefficient, timed, lava)
    lane_ops = sum(row["op"] == MicroOp.LANE.value for row in out)
    check_capacity("lane operations of a rule", lane_ops, MAX_OPERATIONS)
    return out


def _has_trace(terms: list[Term]) -> bool:
    return any(VARIABLES[term.variable].trace for term in terms)


def _is_lane(product: Product, term: Term, timed: bool) -> bool:
    """Whether a factor differs between the synapses of one axon."""
    variable = VARIABLES[term.variable]
    return variable.lane or (timed and variable.trace and product.moment is Moment.POST)


def _lane_terms(product: Product, timed: bool) -> list[Term]:
    """Factors that are lane operations, sorted. A trace of the axon at a postsynaptic moment
    counts only where there is one, so y0 needs no operation of its own beside it."""
    terms = sorted(term for term in product.terms if _is_lane(product, term, timed))
    if any(not VARIABLES[term.variable].lane for term in terms):
        return [term for term in terms if term != Term("y0")]
    return terms


def _moment(product: Product, term: Term, timed: bool) -> int:
    """When a factor is read."""
    trace = timed and VARIABLES[term.variable].trace
    return (product.moment if trace else Moment.END).value


def _scalar(
    rule: Rule, product: Product, coefficient: int, timed: bool, lava: bool
) -> list[dict[str, int]]:
    """LOAD the constant, MUL by each scalar factor; the last one adds to the coefficient."""
    mantissa, exponent = _lava_mantissa(rule, product) if lava else _mantissa(rule, product)
    out = [
        _instruction(
            MicroOp.LOAD,
            Factor.ONE,
            constant=mantissa,
            exponent=-FRACTION_BITS if lava else exponent,
            coefficient=coefficient,
        )
    ]
    bits = _LAVA_MANTISSA_BITS
    for term in product.terms:
        variable = VARIABLES[term.variable]
        if not _is_lane(product, term, timed) and term != Term("u0"):
            out.append(
                _instruction(
                    MicroOp.MUL,
                    variable.factor,
                    constant=term.offset,
                    exponent=int(term.variable[1]) if variable.factor is Factor.U else 0,
                    coefficient=coefficient,
                    moment=_moment(product, term, timed),
                )
            )
            bits += 0 if term is product.dependency else variable.bits
    if lava and bits > COEFFICIENT_BITS:
        _refuse_wide(rule, product, f"presynaptic factors have {bits} bits", COEFFICIENT_BITS)
    out[-1]["last"] = 1
    return out


def _lane(
    rule: Rule, product: Product, coefficient: int, timed: bool, lava: bool
) -> list[dict[str, int]]:
    """The lane operations of a product."""
    terms = _lane_terms(product, timed)
    out = [
        _instruction(
            MicroOp.LANE,
            VARIABLES[term.variable].factor,
            constant=term.offset,
            coefficient=coefficient,
            sgn=int(term.sgn),
            moment=_moment(product, term, timed),
        )
        for term in terms or [Term("u0")]
    ]
    out[0]["first"] = 1
    out[-1] |= {"last": 1, "target": product.target.value}
    if lava:
        others = list(product.terms)
        others.remove(product.dependency)
        bits = _LAVA_MANTISSA_BITS + sum(VARIABLES[term.variable].bits for term in others)
        if bits > PRODUCT_BITS - 1:
            _refuse_wide(rule, product, f"factors have {bits} bits", PRODUCT_BITS - 1)
        exponent = _lava_mantissa(rule, product)[1]
        out[-1] |= {"shift": max(0, bits - LAVA_BITS), "exponent": exponent}
    return out


def _refuse_wide(rule: Rule, product: Product, what: str, most: int) -> NoReturn:
    raise RuleError(
        f"{what}, and an exact product at most {most}, in the product",
        rule.text,
        product.position,
    )


def _lava_mantissa(rule: Rule, product: Product) -> tuple[int, int]:
    """Mantissa and exponent as Lava keeps them: what it scales down depends on them."""
    mantissa, exponent = product.mantissa, product.exponent
    while mantissa and mantissa not in _LAVA_MANTISSAS and mantissa % 2 == 0:
        mantissa, exponent = mantissa // 2, exponent + 1
    if mantissa not in _LAVA_MANTISSAS or exponent not in _LAVA_EXPONENTS:
        raise RuleError(
            f"constant must be -8 to 7 times 2^-7 to 2^8 in Lava's arithmetic, not {mantissa} * "
            f"2^{exponent}, in the product",
            rule.text,
            product.position,
        )
    return mantissa, exponent


def _mantissa(rule: Rule, product: Product) -> tuple[int, int]:
    """Mantissa and exponent of a product's constant, exactly."""
    scale = product.scale
    if -_CONSTANT_LIMIT <= scale < _CONSTANT_LIMIT:
        for exponent in sorted(_EXPONENTS, key=abs):
            mantissa = scale / Fraction(2) ** exponent
            if mantissa.denominator == 1 and WEIGHT_MIN <= mantissa <= WEIGHT_MAX:
                return int(mantissa), exponent
    raise RuleError(
        f"constant must be {WEIGHT_MIN} to {WEIGHT_MAX} times 2^{_EXPONENTS[0]} to "
        f"2^{_EXPONENTS[-1]}, from {-_CONSTANT_LIMIT} to less than {_CONSTANT_LIMIT}, "
        f"not {scale}, in the product",
        rule.text,
        product.position,
    )


def _instruction(op: MicroOp, factor: Factor, **fields: int) -> dict[str, int]:
    """Fields of one instruction of a core with everything, as numbers; 0 if not given."""
    others = dict.fromkeys(
        (
            "constant",
            "exponent",
            "coefficient",
            "first",
            "last",
            "sgn",
            "moment",
            "target",
            "shift",
        ),
        0,
    )
    return {"op": op.value, "factor": factor.value} | others | fields
