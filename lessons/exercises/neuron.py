"""Exercises of lesson 1: a neuron in integers, against the golden core."""

from typing import Any

from backspike.golden.core.arith import leak
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.golden_neuron import golden_run

__all__ = ["DRIVE", "EXERCISES"]

#: Sums of ten steps that make a neuron with threshold 100 fire more than once.
DRIVE = (60, 0, 60, 60, 0, -80, 120, 34, 100, 100, 40, 0)
_STEPS = {
    "v 0, +60": (0, 60, 1024, 100),
    "v 3840, silent": (3840, 0, 1024, 100),
    "v 6000, +60": (6000, 60, 1024, 100),
    "v 0, just at the threshold": (0, 100, 1024, 100),
    "v -5, silent": (-5, 0, 1024, 100),
    "v 1600, -80": (1600, -80, 1024, 100),
}
_LEAKS = {
    "6400, a quarter is lost": (6400, 1024),
    "9, a quarter is lost": (9, 1024),
    "-9, a quarter is lost": (-9, 1024),
    "-6399, a tenth is lost": (-6399, 410),
    "5, all is lost": (5, 4096),
    "-5, nothing is lost": (-5, 0),
}
_RUNS = {
    "refractory 1": (DRIVE, 1024, 100, 1),
    "refractory 2": (DRIVE, 1024, 100, 2),
    "refractory 4": (DRIVE, 1024, 100, 4),
}


def _pair(found: Any) -> dict[str, int]:
    """Voltage and spike of a step, by name."""
    voltage, spike = found
    return {"voltage": voltage, "spike": spike}


def _steps(found: Any) -> dict[str, dict[str, int]]:
    """Voltages and spikes of a run, by step."""
    return {f"step {n}": _pair(pair) for n, pair in enumerate(found)}


def _numbered(steps: Any) -> dict[str, int]:
    """Steps of spikes, by the number of the spike."""
    return {f"spike {n}": step for n, step in enumerate(steps, 1)}


def _spikes(run: Any) -> list[int]:
    """Steps in which a run has a spike."""
    return [step for step, (_, spike) in enumerate(run) if spike]


def _golden_step(v: int, total: int, decay: int, threshold: int) -> dict[str, int]:
    """Voltage and spike after a step of the golden core that begins at any voltage."""
    return _pair(golden_run([total], decay, threshold, voltage=v)[0])


def _wrong_step(kind: str) -> Any:
    """A step with one mistake."""

    def step(v: int, total: int, decay: int, threshold: int) -> tuple[int, int]:
        v = leak(v + 64 * total, decay) if kind == "late" else leak(v, decay)
        v += 0 if kind == "late" else total if kind in ("unit", "units") else 64 * total
        limit = threshold if kind in ("limit", "units") else 64 * threshold
        fires = v >= limit if kind == "at" else v > limit
        return (0 if fires and kind != "kept" else v), int(fires)

    return step


def _wrong_run(kind: str) -> Any:
    """A run with one mistake."""

    def run(sums: Any, decay: int, threshold: int, refractory: int) -> list[tuple[int, int]]:
        v, held, found = 0, 0, []
        for total in sums:
            v = leak(v, decay) + 64 * total
            if held:
                gathers = kind == "leaks" or (kind == "resets" and v <= 64 * threshold)
                held, v, spike = held - 1, v if gathers else 0, 0
            else:
                spike = int(v >= 64 * threshold if kind == "at" else v > 64 * threshold)
            if spike:
                v = 0
                held = {"long": refractory, "none": 0}.get(kind, refractory - 1)
            found.append((v, spike))
        return found

    return run


EXERCISES = (
    Exercise(
        "1.1",
        {"": ()},
        lambda: _numbered(_spikes(golden_run(DRIVE, 1024, 100))),
        (
            Mistake(
                lambda: _spikes(golden_run(DRIVE, 0, 100)),
                "These are the spikes of a neuron that does not leak: it loses a quarter of its "
                "voltage in every step, before it adds.",
            ),
            Mistake(
                lambda: _spikes(_wrong_run("at")(DRIVE, 1024, 100, 1)),
                "Your neuron fires at its threshold; it has to fire above it: 100 is not "
                "above 100.",
            ),
            Mistake(
                lambda: [step + 1 for step in _spikes(golden_run(DRIVE, 1024, 100))],
                "You count the steps from 1; the first one is step 0.",
            ),
        ),
        observe=_numbered,
        by_hand=True,
    ),
    Exercise(
        "1.2",
        _LEAKS,
        leak,
        (
            Mistake(
                lambda v, decay: v * (4096 - decay) >> 12,
                "Negative voltages are rounded down, away from zero. `>>` and `//` both round "
                "down; the core rounds towards zero.",
            ),
            Mistake(
                lambda v, decay: v * (4096 - decay) / 4096,
                "Some of your values are fractions; the core has whole numbers only. Use `//` "
                "or `>>`, and mind negative numbers.",
            ),
            Mistake(
                lambda v, decay: v - leak(v, 4096 - decay),
                "You round what is lost, not what is kept: multiply by 4096 - decay first.",
            ),
            Mistake(
                lambda v, decay: leak(v, 4096 - decay),
                "You keep what should be lost: `decay` is the share that goes, and "
                "4096 - decay the share that stays.",
            ),
            Mistake(
                lambda v, decay: round(v * (4096 - decay) / 4096),
                "You round to the nearest number; the core cuts off, towards zero.",
            ),
        ),
    ),
    Exercise(
        "1.3",
        _STEPS,
        _golden_step,
        (
            Mistake(
                _wrong_step("late"), "The leak comes after the addition; it has to come before."
            ),
            Mistake(
                _wrong_step("at"),
                "Your neuron fires at its threshold; it has to fire above it: `>`, not `>=`.",
            ),
            Mistake(
                _wrong_step("kept"),
                "The voltage is not reset: after a spike it is 0, and the spike is decided first.",
            ),
            Mistake(
                _wrong_step("unit"),
                "The sum is in weight units, the voltage in 1/64 of them: multiply it by 64.",
            ),
            Mistake(
                _wrong_step("units"),
                "Sum and threshold are in weight units, the voltage in 1/64 of them: multiply "
                "both by 64.",
            ),
            Mistake(
                _wrong_step("limit"),
                "The threshold is in weight units, the voltage in 1/64 of them: compare with "
                "64 * threshold.",
            ),
        ),
        observe=lambda answer, *arguments: _pair(answer(*arguments)),
    ),
    Exercise(
        "1.4",
        _RUNS,
        lambda *arguments: _steps(golden_run(*arguments)),
        (
            Mistake(
                _wrong_run("long"),
                "The neuron is held for one step too many: `refractory` steps from a spike to the "
                "next one possible are `refractory - 1` steps in between.",
            ),
            Mistake(_wrong_run("none"), "The neuron is never held: `refractory` has no effect."),
            *(
                Mistake(
                    _wrong_run(kind),
                    "While it is held your neuron still gathers voltage; it stays at 0.",
                )
                for kind in ("leaks", "resets")
            ),
        ),
        observe=lambda answer, *arguments: _steps(answer(*arguments)),
    ),
)
