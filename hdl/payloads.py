"""Payloads between the parts of a core: rows of spikes, axons, list jobs, plans, words.

A part that sends a payload and the part that takes it both import it from here, and need not know
of one another.
"""

from amaranth import Cat, Const, Shape, Value, signed
from amaranth.lib import data

from backspike.hdl import layouts
from backspike.hdl.layouts import REWARD_BITS, TRACE_BITS, SignMode, x_trace_layout
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams

__all__ = [
    "activity_layout",
    "delivered_weight",
    "is_traced",
    "list_job_layout",
    "plan_layout",
    "row_spikes_layout",
    "served_axon_layout",
    "source_layout",
    "source_traces",
    "word_layout",
]


def row_spikes_layout(p: CoreParams) -> data.StructLayout:
    """Spikes of one row: of axons, or of input axons (numbered from 0)."""
    return data.StructLayout({"row": range(p.rows), "bits": p.lanes})


def activity_layout(p: CoreParams) -> data.StructLayout:
    """The first row with spikes, from some row on."""
    behind = {"more": 1, "after": range(p.rows)}  # there is another row behind it, and which
    return data.StructLayout({
        "any": 1,  # there is one
        "row": range(p.rows),
        "bits": p.lanes,  # its spikes
        **when(not p.compact, behind),
    })


def source_layout(p: CoreParams) -> data.StructLayout:
    """State of the axon of a list, as rules may use it."""
    rest = Shape.cast(x_trace_layout(p)).width - TRACE_BITS
    fields: dict[str, object] = {"x0": 1, "x1": TRACE_BITS}
    if rest:
        fields["more"] = rest  # the rest of its word of `x_traces`
    if p.has_history:
        fields["axon"] = range(p.axons)
    return data.StructLayout(fields)


def served_axon_layout(p: CoreParams) -> data.StructLayout:
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
    """1 if some trace in a word of ``x_traces`` was not 0 in this epoch. Combinational."""
    return Cat(traces[name] for name, _ in traces.shape() if name != "time").any()


def list_job_layout(p: CoreParams) -> data.StructLayout:
    """A synapse list to walk. ``rule`` means nothing unless it is to learn."""
    return data.StructLayout({
        "list": layouts.list_layout(p),
        "rule": layouts.rule_layout(p),
        "source": source_layout(p),
    })


def plan_layout(p: CoreParams) -> data.StructLayout:
    """A list as it is to be walked: its words are numbered, dense ones by their row, sparse ones
    from 0."""
    number = p.compartments.bit_length() + 1
    return data.StructLayout({
        "job": list_job_layout(p),
        "skips": 1,  # there is no word to read
        "seeks": 1,  # only the words of rows with spikes
        "sparse": 1,
        "column": 1,
        "reward": 1,  # to deliver
        "first": number,
        "single": 1,  # the first word is the last
        "last": number,
        "mask": p.lanes,  # lanes of the last word, which may be partial
        # Address of word 0 or, of a column, of its first.
        "base": range(max(p.dense_words, p.sparse_words, 1 << REWARD_BITS)),
    })


def word_layout(p: CoreParams) -> data.StructLayout:
    """A word of weights to read: of dense lists, or a single synapse of a sparse one."""
    words = max(p.dense_words, p.sparse_words)
    fields = {
        "sparse": 1,
        "address": range(words),
        "row": range(p.compartment_rows),  # DENSE: of the targets or, to learn, of the teachers
        "mask": p.lanes,  # DENSE: lanes that hold synapses of the list
        "exponent": signed(4),  # DENSE
        "delay": p.slot_bits,  # DENSE
    }
    if p.columns:
        fields |= {
            "column": 1,  # one weight of each of `lanes` words, `stride` words apart (else 0)
            "stride": range(layouts.widest_stride(p) + 1),
            "rotate": max(1, p.lane_bits),  # lane n is in bank n + rotate
            "negate": 1,
        }
    if p.learning:
        fields |= {
            "same": 1,  # its rule and source are those of the word before
            "rule": layouts.rule_layout(p),
            "sign": SignMode,
            "lsb": 4,
            "source": source_layout(p),
        }
    return data.StructLayout(fields)


def delivered_weight(p: CoreParams) -> Shape:
    """A weight to deliver; with ``columns``, it may be the negative of a stored one."""
    return signed(10 if p.columns else 9)
