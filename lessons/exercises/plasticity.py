"""Exercises of lesson 4: traces, STDP and rules, against the golden core."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from backspike.golden.rules.microcode import compile_rule
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.golden_synapse import IMPULSE, golden_synapse

__all__ = ["EXERCISES", "RULES", "STDP"]

STDP = "dw = 2^-1*x1*y0 - 2^-1*x0*y1"
#: Rules whose lane operations exercise 4.4 asks for.
RULES = (
    "dw = 2*x0*y0",
    "dw = 2^-1*x1*y0 - 2^-1*x0*y1",
    "dw = 2^-1*x1*y0 - 2^-3*x0*y0",
    "dw = 2^-3*x1*y0*y2 - 2^-4*x0*y1",
    "dw = 2^-7*x1*y0*(100 - w) - 2^-7*x0*y1*w",
)
_DECAY = 51039  # of a time constant of 4 steps
_TRACES = {
    "one spike": ([2], 12),
    "three spikes": ([1, 4, 9], 14),
    "spikes in a row": ([0, 1, 2], 8),
}
_EARLY, _LATE = [1, 2, 3, 24, 25, 26], [*range(4, 11), *range(27, 34)]
_PAIRS = {
    "before, then after": ([2], [4], 8),
    "after, then before": ([4], [2], 8),
    "both at once": ([1, 3], [2, 3], 6),
    "many": ([1, 4, 5, 11], [3, 7, 12, 13], 16),
    "up to the limit": (_EARLY, _LATE, 34),
    "down to the limit": (_LATE, _EARLY, 34),
}
_LAGS = (-6, -4, -2, -1, 0, 1, 2, 4, 6)
_FLOOR, _ZERO, _FINE, _EXACT, _TWICE = "floor", "zero", "fine", "exact", "twice"


@cache
def _golden_trace(spikes: tuple[int, ...], steps: int) -> tuple[int, ...]:
    return tuple(golden_synapse(STDP, spikes, (), steps, probes=["x1"])["x1"].tolist())


@cache
def _golden_weights(before: tuple[int, ...], after: tuple[int, ...], steps: int) -> dict[str, int]:
    return _by_step(golden_synapse(STDP, before, after, steps)["w"].tolist())


def _by_step(values: Sequence[int]) -> dict[str, int]:
    return {f"step {step}": value for step, value in enumerate(values)}


def _wrong_trace(kind: str) -> Any:
    """A trace with one mistake."""

    def trace(spikes: Sequence[int], steps: int, *_: int) -> list[int]:
        value: Any = 0
        found = []
        for step in range(steps):
            rises = IMPULSE * (step in spikes)
            if kind == "late":
                value = (value + rises) * _DECAY >> 16
            elif kind == "limit first":
                value = min(127, value + rises) * _DECAY >> 16
            elif kind == "share":
                value = (value * (65536 - _DECAY) >> 16) + rises
            elif kind == "fraction":
                value = value * _DECAY / 65536 + rises
            elif kind == "round":
                value = round(value * _DECAY / 65536) + rises
            else:
                value = (value * _DECAY >> 16) + rises
            value = value if kind == "no limit" else min(127, value)
            found.append(int(value))
        return found

    return trace


def _wrong_weights(
    rounding: str = _FLOOR, sign: int = 1, *, early: bool = False, least: int = -256
) -> Any:
    """Weights by STDP with one mistake, or none."""

    def weights(before: Sequence[int], after: Sequence[int], steps: int) -> list[float]:
        x, y, found = 0, 0, []
        w: Any = 0
        for step in range(steps):
            old = x, y
            x = min(127, (x * _DECAY >> 16) + IMPULSE * (step in before))
            y = min(127, (y * _DECAY >> 16) + IMPULSE * (step in after))
            x1, y1 = old if early else (x, y)
            change = sign * (x1 * (step in after) - y1 * (step in before))
            if rounding == _FINE:
                w += change // 2
            elif rounding == _EXACT:
                w += change / 2
            elif rounding == _TWICE:
                w += (x1 * (step in after)) // 4 * 2 + (-y1 * (step in before)) // 4 * 2
            elif rounding == _ZERO:
                w += 2 * int(change / 4)
            else:
                w = (2 * w + change) // 4 * 2
            w = min(max(w, least), -2 - least)
            found.append(w)
        return found

    return weights


@cache
def _window(rule: str) -> dict[str, int]:
    """Weight that a pair of spikes leaves, by how much later the target fires."""
    found = {}
    for lag in _LAGS:
        weights = golden_synapse(rule, [10], [10 + lag], 20)["w"]
        found[f"target {lag:+d} steps"] = int(weights[-1])
    return found


def _observed_trace(answer: Any, spikes: Sequence[int], steps: int) -> dict[str, int]:
    return _by_step(answer(spikes, IMPULSE, _DECAY, steps))


EXERCISES = (
    Exercise(
        "4.1",
        _TRACES,
        lambda spikes, steps: _by_step(_golden_trace(tuple(spikes), steps)),
        (
            *(
                Mistake(
                    _wrong_trace(kind),
                    "The impulse decays in its own step; first decay, then add it.",
                )
                for kind in ("late", "limit first")
            ),
            Mistake(
                _wrong_trace("share"),
                "You keep what should be lost. The `decay` of a trace is the share that *stays*, "
                "unlike that of a voltage in lesson 1.",
            ),
            Mistake(
                _wrong_trace("fraction"),
                "You keep fractions, and round only what you return. The trace itself is a whole "
                "number: round it down in every step.",
            ),
            Mistake(_wrong_trace("round"), "A trace is rounded down, not to the nearest number."),
            Mistake(_wrong_trace("no limit"), "A trace has 7 bits: it stops at 127."),
        ),
        observe=_observed_trace,
    ),
    Exercise(
        "4.2",
        _PAIRS,
        lambda before, after, steps: _golden_weights(tuple(before), tuple(after), steps),
        (
            Mistake(
                _wrong_weights(sign=-1),
                "The sign is turned: a source that fires *before* its target gets stronger.",
            ),
            Mistake(
                _wrong_weights(_ZERO),
                "Negative changes are cut off towards zero; weights are rounded down.",
            ),
            Mistake(
                _wrong_weights(_FINE),
                "Some of your weights are odd. This weight has 8 bits, for even numbers only: "
                "round down to a multiple of 2.",
            ),
            Mistake(
                _wrong_weights(early=True),
                "You use the traces of the step before; those of this step have its own spikes "
                "in them.",
            ),
            Mistake(
                _wrong_weights(_EXACT),
                "You round nothing. The new weight is rounded down to a multiple of 2.",
            ),
            Mistake(
                _wrong_weights(_TWICE),
                "You round each product. Add both to the weight, and round the new weight.",
            ),
            Mistake(
                _wrong_weights(least=-1 << 15),
                "Some weights leave their range: it ends at -256 and at 254.",
            ),
        ),
        observe=lambda answer, *arguments: _by_step(answer(*arguments)),
    ),
    Exercise(
        "4.3",
        {"": ()},
        lambda: _window("dw = 2^-1*x1*y0 - 2^-3*x0*y1"),
        (
            Mistake(
                lambda: _window(STDP),
                "That is the rule from above; the second product has to be a quarter of it.",
            ),
            Mistake(
                lambda: _window("dw = 2^-1*x0*y1 - 2^-3*x1*y0"),
                "The two sides of the window are exchanged: x1*y0 counts when the target fires, "
                "after the source.",
            ),
            Mistake(
                lambda: _window("dw = 2^-1*x1*y0 + 2^-3*x0*y1"),
                "The second product has to be subtracted.",
            ),
            Mistake(
                lambda: _window("dw = 2^-1*x1*y0"),
                "A synapse never gets weaker: the second product is missing.",
            ),
            Mistake(
                lambda: _window("dw = 2^-1*x1*y0 - 2^3*x0*y1"),
                "`2^3` is eight; an eighth is `2^-3`.",
            ),
        ),
        observe=_window,
    ),
    Exercise(
        "4.4",
        {"": ()},
        lambda: {rule: compile_rule(rule).lane_ops for rule in RULES},
        (
            Mistake(
                lambda: [len(compile_rule(rule).rule.products) for rule in RULES],
                "You count products. Count y0, y1, y2 and w in them; and products that need the "
                "same of them share one.",
            ),
            Mistake(
                lambda: [2, 4, 4, 5, 6],
                "You count all factors. `x0` and `x1` are the same for all synapses of a source, "
                "and cost none; products that need the same of the rest share it.",
            ),
            Mistake(
                lambda: [1, 2, 2, 3, 4],
                "Look at the third rule: both products need y0 and nothing else per synapse, so "
                "they share one operation.",
            ),
        ),
        observe=lambda answer: dict(zip(RULES, answer, strict=True)),
        by_hand=True,
    ),
)
