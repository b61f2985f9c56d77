"""Orders of the learning engine to its lanes, stage by stage."""

from typing import Any

from amaranth import signed, unsigned
from amaranth.lib import data

from backspike.hdl.layouts import COEFFICIENT_BITS, Target
from backspike.hdl.learning.rule_setup import lane_op_layout
from backspike.hdl.params import CoreParams

__all__ = ["lane_control_layout"]


def lane_control_layout(p: CoreParams) -> data.StructLayout:
    """Orders for all lanes in this cycle; each field is for another stage, hence for another word.

    A lane operation is in stage ``factor`` and, one cycle later each, in ``product``, ``scale`` (of
    a core with ``lava``), ``term`` and ``total``; after the last one of a word, it is in ``round``.
    """
    total: dict[str, Any] = {
        "valid": 1,
        "begins": 1,  # first operation of its word
        "stochastic": 1,  # add a random fraction
        "fraction": 16,  # bits of it that a weight takes
    }
    if p.has_targets:
        total["target"] = Target
    stages: dict[str, dict[str, Any]] = {
        "take": {"en": 1},  # a word begins: its synapses are at the lanes
        "factor": {
            "valid": 1,
            "op": lane_op_layout(p),
            "starts": 1,  # the product starts anew, from `coefficient`
            "coefficient": signed(COEFFICIENT_BITS),
        },
        "product": {"valid": 1},
        "scale": {"shift": unsigned(5), "exponent": signed(5)},
        "term": {"adds": 1, "negate": 1},  # the product is finished, and is subtracted
        "total": total,
        "round": {
            "keeps": signed(10),  # bits of a weight that its unit keeps
            "low": signed(10),  # rails of a weight
            "high": signed(10),
            "sparse": 1,  # a weight is stored with all its bits
        },
        "write": {"en": 1},  # what was learned is on its way
    }
    if not p.has_lava:
        del stages["scale"]
    return data.StructLayout({name: data.StructLayout(fields) for name, fields in stages.items()})
