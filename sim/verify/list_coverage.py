"""Functional coverage of lists that were walked, and of the rules by which they learned."""

from collections.abc import Callable, Mapping

import numpy as np

from backspike.hdl.layouts import (
    Factor,
    ListKind,
    MicroOp,
    Moment,
    SignMode,
    Target,
    Visit,
)
from backspike.hdl.params import CoreParams

__all__ = ["LIST_CASES", "Columns", "Hit", "cover_lists", "cover_plastic_lists", "cover_rule"]

#: Enters a case of a feature, if it is true of something.
Hit = Callable[[str, str, object], None]
#: Words of a memory: their fields by name.
Columns = Mapping[str, np.ndarray]

#: Cases by feature, of the core that has all.
LIST_CASES: dict[str, tuple[str, ...]] = {
    "list": (
        "DENSE at the end of its memory",
        "SPARSE at the end of its memory",
        "from a row that is not the first",
        "whose lane 0 is in another bank",
        "whose teachers stand elsewhere",
    ),
    "reward list": ("to r1", "to r0", "that punishes", "of a channel that is not the first"),
    "rule": (
        *(f"visits axons {visit.name}" for visit in Visit),
        *(f"visits compartments {visit.name}" for visit in (Visit.SPIKED, Visit.ALWAYS)),
        *(f"takes {factor.name}" for factor in Factor),
        *(f"reads a trace at {moment.name}" for moment in Moment),
        *(f"changes {target.name}" for target in Target),
        "takes a sign",
        "rounds down",
        *(f"rounds at random, dither {dither}" for dither in range(3)),
    ),
    "plastic list": (
        *(kind.name for kind in (ListKind.DENSE, ListKind.SPARSE)),
        *(mode.name for mode in SignMode),
        *(f"in units of 2**{lsb}" for lsb in range(9)),
    ),
}


def cover_lists(hit: Hit, p: CoreParams, lists: Columns) -> None:
    """Enter lists that were delivered."""
    kind, address, count = lists["kind"], lists["address"], lists["count"]
    dense, sparse = kind == ListKind.DENSE.value, kind == ListKind.SPARSE.value
    ends = address - (-count // p.lanes) == p.dense_words
    hit("list", "DENSE at the end of its memory", dense & ends)
    hit("list", "SPARSE at the end of its memory", sparse & (address + count == p.sparse_words))
    hit("list", "from a row that is not the first", dense & (lists["row"] > 0))
    if p.columns:
        hit("list", "whose lane 0 is in another bank", dense & (lists["rotate"] > 0))
    if p.learning:
        reward = kind == ListKind.REWARD.value
        for trace, rule in (("r1", 0), ("r0", 1)):
            hit("reward list", f"to {trace}", reward & (lists["rule"] == rule))
        hit("reward list", "that punishes", reward & (address & 128 > 0))
        later = reward & (lists["lsb"] > 0) & (lists["lsb"] < p.reinforcements)
        hit("reward list", "of a channel that is not the first", later)


def cover_plastic_lists(hit: Hit, p: CoreParams, lists: Columns) -> None:
    """Enter lists that were learned."""
    for kind in (ListKind.DENSE, ListKind.SPARSE):
        hit("plastic list", kind.name, lists["kind"] == kind.value)
    for mode in SignMode:
        hit("plastic list", mode.name, lists["sign"] == mode.value)
    for lsb in range(9):
        hit("plastic list", f"in units of 2**{lsb}", lists["lsb"] == lsb)
    if p.columns:
        dense = lists["kind"] == ListKind.DENSE.value
        hit("list", "whose teachers stand elsewhere", dense & (lists["post"] != lists["row"]))


def cover_rule(
    hit: Hit, p: CoreParams, rule: Mapping[str, int], code: Columns, dither: int
) -> None:
    """Enter a rule that was evaluated, with the instructions of all rules."""
    hit("rule", f"visits axons {Visit(rule['pre']).name}", True)
    if rule["post"] != Visit.TRACED.value:
        hit("rule", f"visits compartments {Visit(rule['post']).name}", True)
    random = rule["stochastic"] and p.has_random
    hit("rule", f"rounds at random, dither {dither}" if random else "rounds down", True)
    span = slice(rule["start"], rule["start"] + rule["count"])
    own = {name: column[span] for name, column in code.items()}
    taken, lane = own["op"] != MicroOp.LOAD.value, own["op"] == MicroOp.LANE.value
    for factor in Factor:
        hit("rule", f"takes {factor.name}", taken & (own["factor"] == factor.value))
    traced = np.isin(own["factor"], [Factor.X1.value, Factor.Y1.value])
    for moment in Moment if "moment" in own else ():
        seen = lane & traced & (own["moment"] == moment.value)
        hit("rule", f"reads a trace at {moment.name}", seen)
    target = own.get("target", np.zeros(len(lane), np.int64))
    for changed in Target:
        changes = lane & (own["last"] == 1) & (target == changed.value)
        hit("rule", f"changes {changed.name}", changes)
    if "sgn" in own:
        hit("rule", "takes a sign", lane & (own["sgn"] == 1))
