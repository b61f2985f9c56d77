"""Functional coverage: which of the cases that matter a test has seen."""

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Record, Stimulus
from backspike.hdl import layouts
from backspike.hdl.host_map import MEMORIES, ErrorCode
from backspike.hdl.layouts import Gate, ListKind, Reset
from backspike.hdl.packing import unpack_array, unpack_weights
from backspike.hdl.params import CoreParams

__all__ = ["Coverage", "core_cases", "cover_run"]

_PARTLY_FILLED = "dense list with a partly filled last word"


class Coverage:
    """Named cases, and how often each was seen.

    Parameters
    ----------
    cases : list of str
        All that must be seen.
    """

    def __init__(self, cases: list[str]) -> None:
        self.counts = dict.fromkeys(cases, 0)

    def hit(self, case: str, times: int = 1) -> None:
        """A case was seen.

        Raises
        ------
        ValueError
            If there is no such case: a test that covers what nobody asked for is misspelt.
        """
        if case not in self.counts:
            raise ValueError(f"case must be one of {', '.join(self.counts)}, not {case!r}")
        self.counts[case] += int(times)

    def missing(self) -> list[str]:
        """Cases never seen."""
        return [case for case, count in self.counts.items() if not count]

    def check(self) -> None:
        """Raise ``AssertionError`` unless every case was seen."""
        if missing := self.missing():
            raise AssertionError(
                f"{len(missing)} of {len(self.counts)} cases never seen: {', '.join(missing)}"
            )


def core_cases(p: CoreParams) -> list[str]:
    """Situations that tests of a whole core must see. Lists count where a spike walked them."""
    kinds = [f"list {kind.name}" for kind in ListKind]
    delays = [
        f"{kind} delay {delay}" for kind in ("DENSE", "SPARSE") for delay in range(p.max_delay + 1)
    ]
    signs = [
        f"{kind} exponent {sign}"
        for kind in ("DENSE", "SPARSE")
        for sign in ("negative", "zero", "positive")
    ]
    cases = [
        *kinds,
        *delays,
        *signs,
        *(f"error {code.name}" for code in ErrorCode),
        "axon without lists",
        "slots wrap around",
        "step counter wraps around",
        "accumulator saturates",
        "silent step",
        "compartment spikes",
        "input spikes as single axons",
        "input spikes as rows",
        "commands back to back",
        "gaps between words and answers",
    ]
    if not p.columns:
        cases.remove(f"list {ListKind.COLUMN.name}")
    if p.lanes > 1:
        cases.append(_PARTLY_FILLED)
    if p.columns:
        cases += ["list that subtracts", "list only to learn from"]
    cases += ["rows that share sums", "row that subtracts", "window of a threshold"]
    cases += [f"reset {reset.name}" for reset in Reset if p.subtract]
    cases += ["row that watches"] * p.watch
    cases += [f"gate {gate.name}" for gate in Gate if p.has_epochs]
    if p.learning:
        cases += ["epoch of several steps"] * p.has_epochs
        cases += ["weight changes", "weight at the upper rail", "weight at the lower rail"]
    return cases


def cover_run(
    coverage: Coverage,
    program: Program,
    stimulus: Stimulus,
    record: Record,
    n_steps: int,
    work: dict[str, int],
    dense: np.ndarray,
) -> None:
    """Enter what a run has exercised.

    Parameters
    ----------
    work : dict of str to int
        Rise of the counters.
    dense : numpy.ndarray
        The dense memory after it, as host words.
    """
    p = program.params
    spiking = np.concatenate([record.compartments, p.compartments + stimulus.axons])
    _cover_lists(coverage, program, np.unique(spiking))
    _cover_rows(coverage, program, np.unique(record.compartments // p.lanes))
    start = program.registers.get("step", 0)
    for case, seen in (
        ("slots wrap around", start % p.delay_slots + n_steps > p.delay_slots),
        ("step counter wraps around", start + n_steps > 1 << 32),
        ("accumulator saturates", work["saturations"]),
        ("silent step", np.unique(record.steps).size < n_steps),
        ("compartment spikes", record.steps.size),
    ):
        coverage.hit(case, bool(seen))
    if p.learning:
        before = unpack_weights(p, program.memories["dense"])
        after = unpack_weights(p, dense)
        moved = after[before != after]
        if p.has_epochs:
            longer = program.registers["learn"] and program.registers["epoch"] > 1
            coverage.hit("epoch of several steps", longer and work["words_learned"])
        coverage.hit("weight changes", work["synapses_changed"])
        # The rails of a list are multiples of its rounding unit, -256 (MIXED) excepted.
        coverage.hit("weight at the upper rail", int(np.sum(moved >= layouts.WEIGHT_MAX - 1)))
        coverage.hit("weight at the lower rail", int(np.sum(moved <= layouts.WEIGHT_MIN + 2)))


def _fields(program: Program, name: str) -> dict[str, np.ndarray]:
    """Columns of a memory of a program."""
    layout = MEMORIES[name].layout(program.params)
    return unpack_array(layout, program.memories[name])  # type: ignore[arg-type]


def _cover_rows(coverage: Coverage, program: Program, fired: np.ndarray) -> None:
    """Rows in which a compartment fired."""
    p = program.params
    rows, profiles = _fields(program, "rows"), _fields(program, "profiles")
    shared = rows["sums"] != np.arange(p.compartment_rows)
    if p.watch:
        coverage.hit("row that watches", int(np.sum(rows["watch"][fired])))
        shared &= rows["watch"] == 0
    coverage.hit("rows that share sums", int(np.sum(shared[fired])))
    coverage.hit("row that subtracts", int(np.sum(rows["negate"][fired])))
    windows = profiles["window"][rows["profile"][fired]]
    coverage.hit("window of a threshold", int(np.sum(windows > 0)))
    if p.subtract:
        resets = profiles["reset"][rows["profile"][fired]]
        for reset in Reset:
            coverage.hit(f"reset {reset.name}", int(np.sum(resets == reset.value)))
    if p.has_epochs:
        for gate in Gate:
            hits = int(np.sum(rows["gating"][fired] == gate.value))
            coverage.hit(f"gate {gate.name}", hits)


def _cover_lists(coverage: Coverage, program: Program, axons: np.ndarray) -> None:
    """Lists of the axons that spiked, and their synapses."""
    p = program.params
    of_axon, lists, sparse = (_fields(program, name) for name in ("axons", "lists", "sparse"))
    coverage.hit("axon without lists", int(np.sum(of_axon["lists"][axons] == 0)))
    begin = of_axon["list"] + of_axon["silent"]
    walked = np.unique(
        np.concatenate(
            [np.zeros(0, np.int64)] + [begin[a] + np.arange(of_axon["lists"][a]) for a in axons]
        )
    )
    if p.columns:
        coverage.hit("list that subtracts", int(np.sum(lists["negate"][walked])))
        coverage.hit("list only to learn from", int(np.sum(of_axon["silent"][axons])))
    for number in walked:
        kind = ListKind(int(lists["kind"][number]))
        coverage.hit(f"list {kind.name}")
        count = int(lists["count"][number])
        if kind is ListKind.SPARSE:
            first = int(lists["address"][number])
            own = {name: sparse[name][first : first + count] for name in ("delay", "exponent")}
        elif kind is ListKind.DENSE:
            own = {name: lists[name][number : number + 1] for name in ("delay", "exponent")}
            if count % p.lanes:
                coverage.hit(_PARTLY_FILLED)
        else:
            continue
        for delay in own["delay"]:
            coverage.hit(f"{kind.name} delay {delay}")
        for sign, name in ((-1, "negative"), (0, "zero"), (1, "positive")):
            hits = int(np.sum(np.sign(own["exponent"]) == sign))
            coverage.hit(f"{kind.name} exponent {name}", hits)
