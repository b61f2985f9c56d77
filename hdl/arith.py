"""Narrowing and rounding with a name; ``golden.arith`` has the same names and numbers."""

from collections.abc import Sequence

from amaranth import Mux, Shape, Value

__all__ = ["leak", "popcount", "rotated", "saturate", "scale", "shift_to_zero", "wrap"]


def saturate(value: Value, shape: Shape) -> Value:
    """Clamp to what ``shape`` can hold. Combinational."""
    value, shape = Value.cast(value), Shape.cast(shape)
    high = (1 << (shape.width - shape.signed)) - 1
    low = -(1 << (shape.width - 1)) if shape.signed else 0
    clamped = Mux(value > high, high, Mux(value < low, low, value))[: shape.width]
    return clamped.as_signed() if shape.signed else clamped


def wrap(value: Value, shape: Shape) -> Value:
    """Keep the low bits, two's complement. Combinational."""
    shape = Shape.cast(shape)
    kept = Value.cast(value)[: shape.width]
    return kept.as_signed() if shape.signed else kept


def shift_to_zero(value: Value, amount: int) -> Value:
    """``value / 2**amount`` rounded towards zero (a plain ``>>`` rounds down)."""
    value = Value.cast(value)
    return (value + Mux(value < 0, (1 << amount) - 1, 0)) >> amount


def leak(state: Value, decay: Value) -> Value:
    """``state * (4096 - decay) / 4096`` towards zero, as a product still to be shifted.

    Returns the product; :func:`shift_to_zero` by 12 ends it, a pipeline stage later.
    """
    kept = Value.cast(4096 - decay)[:13]
    return state * kept


def scale(weight: Value, exponent: Value) -> Value:
    """``weight * 2**exponent`` for a 9-bit weight and an exponent of -8 to 7, rounded down."""
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


def popcount(bits: Value) -> Value:
    """How many bits are 1."""
    bits = Value.cast(bits)
    if len(bits) == 1:
        return bits
    half = len(bits) // 2
    return popcount(bits[:half]) + popcount(bits[half:])
