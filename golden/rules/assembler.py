"""From the products of a rule to instructions of the learning engine.

What depends only on the axon, the rewards and constants is a scalar, computed once per set-up;
products whose other factors are equal share one coefficient and one lane product, except in Lava's
arithmetic: there each product is scaled down on its own, in their order.
"""

from fractions import Fraction
from typing import NoReturn

from backspike.golden.errors import check_capacity
from backspike.golden.rules.rule import VARIABLES, ParsedRule, Product, RuleError, Term
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
    microcode_layout,
)
from backspike.hdl.params import MAX_OPERATIONS, CoreParams

__all__ = ["Assembler", "Instruction"]

#: Fields of ``layouts.microcode_layout`` of a core with everything, as numbers.
Instruction = dict[str, int]

_FIELDS = tuple(
    str(name)
    for name, _ in microcode_layout(CoreParams(more_factors=True, history=2, tags=True, lava=True))
)
#: Exponents of a LOAD.
_EXPONENTS = range(-7, 9)
#: Constants beyond this would saturate.
_CONSTANT_LIMIT = 1 << (COEFFICIENT_BITS - 1 - FRACTION_BITS)
#: Mantissas and exponents of Lava; bits beside the sign of a mantissa.
_LAVA_MANTISSAS, _LAVA_EXPONENTS, _LAVA_MANTISSA_BITS = range(-8, 8), range(-7, 9), 4


class Assembler:
    """Writer of the microcode of one rule.

    Parameters
    ----------
    rule : ParsedRule
    timed : bool
        Traces are read at the moments of spikes, as in learning epochs of several steps.
    lava : bool
        The arithmetic is Lava's.
    """

    def __init__(self, rule: ParsedRule, *, timed: bool, lava: bool) -> None:
        self.rule, self.timed, self.lava = rule, timed, lava

    def groups(self) -> list[list[int]]:
        """Numbers of the products that share a coefficient and a lane product."""
        groups: dict[tuple[object, ...], list[int]] = {}
        for number, product in enumerate(self.rule.products):
            lanes = self._lane_terms(product)
            traced = any(VARIABLES[term.variable].trace for term in lanes)
            moment = product.moment if self.timed and traced else Moment.END
            alone = number if self.lava else -1
            groups.setdefault((tuple(lanes), moment, product.target, alone), []).append(number)
        return list(groups.values())

    def instructions(self) -> list[Instruction]:
        """Scalar instructions of each product, then the lane operations of each coefficient.

        Raises
        ------
        CapacityError
            If no core has enough coefficients or lane operations.
        RuleError
            If a constant or, in Lava's arithmetic, a product cannot be represented exactly.
        """
        groups = [[self.rule.products[n] for n in group] for group in self.groups()]
        check_capacity("coefficients of a rule", len(groups), MAX_OPERATIONS)
        out: list[Instruction] = []
        for coefficient, products in enumerate(groups):
            for product in products:
                out += self._scalar(product, coefficient)
        for coefficient, products in enumerate(groups):
            out += self._lane(products[0], coefficient)
        lane_ops = sum(row["op"] == MicroOp.LANE.value for row in out)
        check_capacity("lane operations of a rule", lane_ops, MAX_OPERATIONS)
        return out

    def _is_lane(self, product: Product, term: Term) -> bool:
        """True if a factor differs between the synapses of one axon."""
        variable = VARIABLES[term.variable]
        return variable.lane or (self.timed and variable.trace and product.moment is Moment.POST)

    def _lane_terms(self, product: Product) -> list[Term]:
        """Factors that are lane operations, sorted. A trace of the axon at a postsynaptic moment
        counts only where there is one, so y0 needs no operation of its own beside it."""
        terms = sorted(term for term in product.terms if self._is_lane(product, term))
        if any(not VARIABLES[term.variable].lane for term in terms):
            return [term for term in terms if term != Term("y0")]
        return terms

    def _moment(self, product: Product, term: Term) -> int:
        """Moment at which a factor is read."""
        trace = self.timed and VARIABLES[term.variable].trace
        return (product.moment if trace else Moment.END).value

    def _scalar(self, product: Product, coefficient: int) -> list[Instruction]:
        """LOAD the constant, MUL by each scalar factor; the last one adds to the coefficient."""
        mantissa, exponent = self._lava_mantissa(product) if self.lava else self._mantissa(product)
        out = [
            _instruction(
                MicroOp.LOAD,
                Factor.ONE,
                constant=mantissa,
                exponent=-FRACTION_BITS if self.lava else exponent,
                coefficient=coefficient,
            )
        ]
        bits = _LAVA_MANTISSA_BITS
        for term in product.terms:
            variable = VARIABLES[term.variable]
            if self._is_lane(product, term) or term == Term("u0"):
                continue
            out.append(
                _instruction(
                    MicroOp.MUL,
                    variable.factor,
                    constant=term.offset,
                    exponent=int(term.variable[1]) if variable.factor is Factor.U else 0,
                    coefficient=coefficient,
                    moment=self._moment(product, term),
                )
            )
            bits += 0 if term is product.dependency else variable.bits
        if self.lava and bits > COEFFICIENT_BITS:
            self._refuse_wide(product, f"presynaptic factors have {bits} bits", COEFFICIENT_BITS)
        out[-1]["last"] = 1
        return out

    def _lane(self, product: Product, coefficient: int) -> list[Instruction]:
        """The lane operations of a product."""
        out = [
            _instruction(
                MicroOp.LANE,
                VARIABLES[term.variable].factor,
                constant=term.offset,
                coefficient=coefficient,
                sgn=int(term.sgn),
                moment=self._moment(product, term),
            )
            for term in self._lane_terms(product) or [Term("u0")]
        ]
        out[0]["first"] = 1
        out[-1] |= {"last": 1, "target": product.target.value}
        if self.lava:
            factors = list(product.terms)
            factors.remove(product.dependency)
            bits = _LAVA_MANTISSA_BITS + sum(VARIABLES[term.variable].bits for term in factors)
            if bits > PRODUCT_BITS - 1:
                self._refuse_wide(product, f"factors have {bits} bits", PRODUCT_BITS - 1)
            exponent = self._lava_mantissa(product)[1]
            out[-1] |= {"shift": max(0, bits - LAVA_BITS), "exponent": exponent}
        return out

    def _lava_mantissa(self, product: Product) -> tuple[int, int]:
        """Mantissa and exponent as Lava keeps them: what it scales down depends on them."""
        mantissa, exponent = product.mantissa, product.exponent
        while mantissa and mantissa not in _LAVA_MANTISSAS and mantissa % 2 == 0:
            mantissa, exponent = mantissa // 2, exponent + 1
        if mantissa not in _LAVA_MANTISSAS or exponent not in _LAVA_EXPONENTS:
            self._refuse(
                product,
                "constant must be -8 to 7 times 2^-7 to 2^8 in Lava's arithmetic, "
                f"not {mantissa} * 2^{exponent}",
            )
        return mantissa, exponent

    def _mantissa(self, product: Product) -> tuple[int, int]:
        """Mantissa and exponent of a product's constant, exactly."""
        scale = product.scale
        if -_CONSTANT_LIMIT <= scale < _CONSTANT_LIMIT:
            for exponent in sorted(_EXPONENTS, key=abs):
                mantissa = scale / Fraction(2) ** exponent
                if mantissa.denominator == 1 and WEIGHT_MIN <= mantissa <= WEIGHT_MAX:
                    return int(mantissa), exponent
        self._refuse(
            product,
            f"constant must be {WEIGHT_MIN} to {WEIGHT_MAX} times 2^{_EXPONENTS[0]} to "
            f"2^{_EXPONENTS[-1]}, from {-_CONSTANT_LIMIT} to less than {_CONSTANT_LIMIT}, "
            f"not {scale}",
        )

    def _refuse_wide(self, product: Product, bits: str, most: int) -> NoReturn:
        self._refuse(product, f"{bits}, and an exact product at most {most}")

    def _refuse(self, product: Product, reason: str) -> NoReturn:
        raise RuleError(f"{reason}, in the product", self.rule.text, product.position)


def _instruction(op: MicroOp, factor: Factor, **fields: int) -> Instruction:
    """One instruction; fields that are left out are 0."""
    return {**dict.fromkeys(_FIELDS, 0), "op": op.value, "factor": factor.value, **fields}
