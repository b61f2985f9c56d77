"""The axons whose lists are walked, and what rules may ask about them."""

from amaranth import Cat, Const, Shape, Value
from amaranth.lib import data

from backspike.hdl.layouts import TRACE_BITS, x_trace_layout
from backspike.hdl.params import CoreParams

__all__ = ["axon_layout", "is_traced", "source_layout", "source_traces"]


def source_layout(p: CoreParams) -> data.StructLayout:
    """What a rule may ask about the axon of a list."""
    rest = Shape.cast(x_trace_layout(p)).width - TRACE_BITS
    fields: dict[str, object] = {"x0": 1, "x1": TRACE_BITS}
    if rest:
        fields["more"] = rest  # what else `x_traces` has of it
    if p.has_history:
        fields["axon"] = range(p.axons)
    return data.StructLayout(fields)


def axon_layout(p: CoreParams) -> data.StructLayout:
    """An axon to serve."""
    return data.StructLayout({
        "axon": range(p.axons),
        **{str(name): field.shape for name, field in source_layout(p)},
    })


def source_traces(p: CoreParams, source: data.View) -> data.View:
    """The word of ``x_traces`` of a source."""
    known = [name for name, _ in source_layout(p)]
    more = source.more if "more" in known else Const(0, 0)
    return data.View(x_trace_layout(p), Cat(source.x1, more))


def is_traced(traces: data.View) -> Value:
    """Whether some trace in a word of ``x_traces`` was not 0 in this epoch."""
    return Cat(traces[name] for name, _ in traces.shape() if name != "time").any()
