"""Exercises of lesson 8: what a circuit costs on an FPGA, and how fast it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backspike.golden.core.arith import leak
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.exercises.hardware import simulated
from backspike.lessons.synthesis import count_cells

__all__ = ["EXERCISES"]

_QUARTER = 1024
_VOLTAGES = (6400, 7, -7, -6398, 8388607, -8388608, -1, 0)
_PATHS = {
    "4 parts": ([("clk-to-q", 1.39), ("routing", 2.95), ("logic", 1.21), ("setup", 0.82)],),
    "6 parts": (
        [
            ("clk-to-q", 1.39),
            ("routing", 1.76),
            ("logic", 0.68),
            ("routing", 3.06),
            ("logic", 0.87),
            ("setup", 1.15),
        ],
    ),
}
_UP5K = {"LUT4": 5280, "FF": 5280, "BRAM": 30, "multiplier": 8}
_DESIGNS = {
    "with multipliers": ({"LUT4": 41, "FF": 25, "BRAM": 0, "multiplier": 2}, _UP5K),
    "without multipliers": ({"LUT4": 120, "FF": 25, "BRAM": 0, "multiplier": 0}, _UP5K),
    "with a memory": ({"LUT4": 60, "FF": 40, "BRAM": 3, "multiplier": 1}, _UP5K),
}

Path = Sequence[tuple[str, float]]
Cells = Mapping[str, int]


def _quarter(component: Any) -> dict[str, int]:
    """Outputs of a student's component, and the multipliers that yosys makes of it."""
    kept = {f"v {v}": simulated(component(), {"v": v}) for v in _VOLTAGES}
    return {**kept, "multipliers": count_cells(component())["multiplier"]}


def _kept(keep: Callable[[int], int], multipliers: int = 0) -> dict[str, int]:
    return {**{f"v {v}": keep(v) for v in _VOLTAGES}, "multipliers": multipliers}


def _narrow(v: int) -> int:
    """Three quarters of which the product is cut off to 24 bits."""
    return leak((3 * v + (1 << 23)) % (1 << 24) - (1 << 23), 3072)


def _mhz(path: Path) -> float:
    return round(1000 / sum(delay for _, delay in path), 1)


def _copies(cells: Cells, available: Cells) -> int:
    return min(available[kind] // count for kind, count in cells.items() if count)


EXERCISES = (
    Exercise(
        "8.1",
        {"": ()},
        lambda: _kept(lambda v: leak(v, _QUARTER)),
        (
            Mistake(
                lambda: _kept(lambda v: leak(v, _QUARTER), 2),
                "The values are right, but there are multipliers in it. 3 * v is v + v + v, or "
                "(v << 1) + v.",
            ),
            Mistake(
                lambda: _kept(_narrow),
                "3 * v is cut off: it has two bits more than v, 26, so a Signal for it needs them.",
            ),
            Mistake(
                lambda: _kept(lambda v: v * 3 >> 2),
                "Negative voltages are rounded down: add 3 to a negative product before `>> 2`.",
            ),
            Mistake(
                lambda: _kept(lambda v: v - (v >> 2)),
                "You round what is lost. Round what is kept, 3 * v / 4, towards zero.",
            ),
        ),
        observe=_quarter,
    ),
    Exercise(
        "8.2",
        _PATHS,
        _mhz,
        (
            Mistake(
                lambda path: round(1000 / max(delay for _, delay in path), 1),
                "That is the slowest part alone; a signal goes through all of them in a cycle.",
            ),
            Mistake(
                lambda path: round(1 / sum(delay for _, delay in path), 1),
                "Mind the units: 1 / ns is GHz; in MHz it is 1000 times that.",
            ),
            Mistake(
                lambda path: round(sum(delay for _, delay in path), 1),
                "That is the time of a cycle, in ns; the clock is how many there are in a second.",
            ),
            Mistake(
                lambda path: round(1000 / sum(delay for kind, delay in path if kind == "logic"), 1),
                "Wires take time, too, and so do the registers at both ends.",
            ),
        ),
        observe=lambda answer, path: round(answer(path), 1),
    ),
    Exercise(
        "8.3",
        _DESIGNS,
        _copies,
        (
            Mistake(
                lambda cells, available: available["LUT4"] // cells["LUT4"],
                "You look at the LUTs alone. Whatever runs out first is the limit.",
            ),
            Mistake(
                lambda cells, available: max(
                    available[kind] // count for kind, count in cells.items() if count
                ),
                "You take what lasts longest; what runs out first is the limit.",
            ),
            Mistake(
                lambda cells, available: sum(available.values()) // sum(cells.values()),
                "A LUT cannot stand in for a multiplier: each kind has a limit of its own.",
            ),
        ),
    ),
)
