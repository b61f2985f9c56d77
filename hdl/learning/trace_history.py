"""Places of the steps of an epoch in the history of traces."""

from amaranth import Value

from backspike.hdl.params import CoreParams

__all__ = ["past_slot"]


def past_slot(p: CoreParams, step: Value) -> Value:
    """Place in the history of a row of a step of the epoch, counted from 1. Combinational."""
    return (step - 1)[: (p.history - 1).bit_length()]
