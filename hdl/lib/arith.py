"""Narrowing and rounding with a name; ``golden.arith`` has the same names and numbers."""

from collections.abc import Sequence

from amaranth import Cat, Mux, Shape, Value

__all__ = ["at_most_one", "popcount", "rotated", "saturate", "scale", "shift_to_zero", "wrap"]


def saturate(value: Value, shape: Shape) -> Value:
    """Clamp to what ``shape`` can hold. Combinational.

    Looks at the bits that ``shape`` has no room for: shorter than comparisons with its limits.
    """
    value, shape = Value.cast(value), Shape.cast(shape)
    kept = shape.width - shape.signed
    clamped: Value | int
    if not value.shape().signed:
        fits, clamped = value[kept:] == 0, (1 << kept) - 1
    elif shape.signed:
        fits = value[kept:].all() | (value[kept:] == 0)
        clamped = Cat((~value[-1]).replicate(kept), value[-1])
    else:
        fits, clamped = value[kept:] == 0, (~value[-1]).replicate(kept)
    result = Mux(fits, value, clamped)[: shape.width]
    return result.as_signed() if shape.signed else result


def wrap(value: Value, shape: Shape) -> Value:
    """Keep the low bits, two's complement. Combinational."""
    shape = Shape.cast(shape)
    kept = Value.cast(value)[: shape.width]
    return kept.as_signed() if shape.signed else kept


def shift_to_zero(value: Value, amount: int) -> Value:
    """``value / 2**amount`` rounded towards zero (a plain ``>>`` rounds down)."""
    value = Value.cast(value)
    return (value + Mux(value < 0, (1 << amount) - 1, 0)) >> amount


def scale(weight: Value, exponent: Value) -> Value:
    """``weight * 2**exponent`` for a weight and an exponent of -8 to 7, rounded down."""
    amount = Value.cast(exponent + 8)[:4]
    return (weight << amount) >> 8


def rotated(values: Sequence[Value], amount: Value) -> list[Value]:
    """Element ``n`` is ``values[(n + amount) % len(values)]``; a power of two of them."""
    values, count = list(values), len(values)
    for bit in range((count - 1).bit_length()):
        values = [
            Mux(amount[bit], values[(n + (1 << bit)) % count], values[n]) for n in range(count)
        ]
    return values


def at_most_one(bits: Value) -> Value:
    """1 unless several bits are 1. Combinational."""
    return (bits & (bits - 1)[: len(bits)]) == 0


def popcount(bits: Value) -> Value:
    """Number of bits that are 1. Combinational."""
    bits = Value.cast(bits)
    if len(bits) == 1:
        return bits
    half = len(bits) // 2
    return popcount(bits[:half]) + popcount(bits[half:])
