"""Exercises of lesson 2: the neuron in Amaranth, against the golden core."""

from collections.abc import Mapping, Sequence
from typing import Any

from amaranth.sim import Simulator, SimulatorContext  # type: ignore[attr-defined]

from backspike.golden.core.arith import leak
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.exercises.neuron import DRIVE
from backspike.lessons.golden_neuron import golden_run
from backspike.lessons.neuron_bench import run_neuron

__all__ = ["EXERCISES", "simulated"]

_DECAY, _THRESHOLD = 1000, 100
_LEAKS = {
    f"v {v}, decay {decay}": (v, decay)
    for v, decay in (
        (6400, 1024),
        (-7, 1024),
        (7, 1024),
        (-6399, 410),
        (5, 4096),
        (8388607, 0),
        (-8388608, 1),
    )
}
_PAUSES = (60, None, 60, 60, None, None, -90, 120, 80, None, 40)
_RUNS = {"": (DRIVE,), "with pauses": (_PAUSES,)}
_RESTS = {"": (DRIVE, 3), "with pauses": (_PAUSES, 2), "no rest": (DRIVE, 1)}

Sums = Sequence[int | None]


def simulated(dut: Any, inputs: Mapping[str, int]) -> int:
    """Output ``kept`` of a circuit of wires, by the names of its inputs."""
    found = []

    async def bench(ctx: SimulatorContext) -> None:
        for name, value in inputs.items():
            ctx.set(getattr(dut, name), value)
        found.append(ctx.get(dut.kept))

    simulator = Simulator(dut)
    simulator.add_testbench(bench)
    simulator.run()
    return found[0]


def _cycles(pairs: Sequence[tuple[int, int]]) -> dict[str, dict[str, int]]:
    """Voltages and spikes of a run, by cycle."""
    return {f"cycle {n}": {"v": v, "spike": spike} for n, (v, spike) in enumerate(pairs)}


def _golden(sums: Sums, refractory: int = 1) -> list[tuple[int, int]]:
    """Voltage and spike of the golden core after each cycle; both stay in a pause."""
    steps = golden_run([s for s in sums if s is not None], _DECAY, _THRESHOLD, refractory)
    found, done = [(0, 0)], iter(steps)
    for total in sums:
        found.append(found[-1] if total is None else next(done))
    return found[1:]


def _narrow_leak(v: int, decay: int) -> int:
    """A leak whose product is cut off to 24 bits."""
    product = (v * (4096 - decay) + (1 << 23)) % (1 << 24) - (1 << 23)
    return int(product / 4096)


def _wrong(kind: str) -> Any:
    """A run with one mistake."""

    def run(sums: Sums, refractory: int = 1) -> list[tuple[int, int]]:
        v, rest, spike, found = 0, 0, 0, []
        for total in sums:
            late = v > 64 * _THRESHOLD
            if total is not None or kind == "pauses":
                left = v * (4096 - _DECAY) >> 12 if kind == "floor" else leak(v, _DECAY)
                v = (v if kind == "full" else left) + 64 * (total or 0)
                limit = _THRESHOLD if kind == "unit" else 64 * _THRESHOLD
                fires = v >= limit if kind == "at" else v > limit
                if rest:
                    fires, v, rest = False, 0, rest - 1
                elif fires:
                    rest = refractory - (kind != "long")
                spike = int(late if kind == "late" else fires)
                if spike and kind != "kept":
                    v = 0
            elif kind == "counts":
                rest = max(0, rest - 1)
            if kind == "wire":
                spike = int(leak(v, _DECAY) + 64 * (total or 0) > 64 * _THRESHOLD)
            found.append((v, spike))
        return found

    return run


_MISTAKES = (
    Mistake(
        _wrong("floor"),
        "Negative voltages are rounded down by `>>`; add 4095 to a negative product first.",
    ),
    Mistake(
        _wrong("late"),
        "Your spike is a cycle late: it looks at the register `self.v`, which still has the old "
        "voltage. Compare the new one.",
    ),
    Mistake(_wrong("at"), "It fires at the threshold; it has to fire above it: `>`, not `>=`."),
    Mistake(
        _wrong("pauses"),
        "It moves while `en` is 0. Put the assignments into `with m.If(self.en):`.",
    ),
    Mistake(_wrong("kept"), "The voltage is not reset by a spike: `Mux(fires, 0, ...)`."),
    Mistake(
        _wrong("wire"),
        "Your spike is a wire: after an edge it already tells of the step to come. Make it a "
        "register like v, by `m.d.sync`.",
    ),
    Mistake(
        _wrong("unit"),
        "The threshold is in weight units, the voltage in 1/64 of them: compare with "
        "64 * threshold.",
    ),
    Mistake(
        _wrong("full"),
        "It never leaks. If `Leak` is a part: are both of its inputs connected, `decay`, too?",
    ),
)

EXERCISES = (
    Exercise(
        "2.1",
        _LEAKS,
        leak,
        (
            Mistake(
                lambda v, decay: v * (4096 - decay) >> 12,
                "`>>` rounds down, also in hardware. Add 4095 to a negative product first; and "
                "mind that a slice, or a Signal without `signed(...)`, is never negative.",
            ),
            Mistake(
                lambda v, decay: v * (4096 - decay) + 4095 >> 12,
                "You add 4095 to positive products, too; then they are rounded up.",
            ),
            Mistake(
                lambda v, decay: leak(v, 4096 - decay),
                "You keep what should be lost: 4096 - decay is the share that stays.",
            ),
            Mistake(
                _narrow_leak,
                "The product is cut off: a Signal for it needs 38 bits, and 24 of them are few. An "
                "expression without a Signal of its own is as wide as it needs to be.",
            ),
            Mistake(
                lambda v, decay: 0,
                "`kept` is always 0. Only what `m.d.comb +=` adds is in the circuit; and a leak is "
                "wires, so `m.d.sync` is not for it.",
            ),
        ),
        observe=lambda answer, v, decay: simulated(answer(), {"v": v, "decay": decay}),
    ),
    Exercise(
        "2.2",
        _RUNS,
        lambda sums: _cycles(_golden(sums)),
        _MISTAKES,
        observe=lambda answer, sums: _cycles(run_neuron(answer(_DECAY, _THRESHOLD), sums)),
    ),
    Exercise(
        "2.3",
        _RESTS,
        lambda sums, rest: _cycles(_golden(sums, rest)),
        (
            Mistake(
                _wrong("long"),
                "It rests for one step too many: `refractory - 1` steps lie between two spikes.",
            ),
            Mistake(lambda sums, rest: _golden(sums), "It never rests."),
            Mistake(
                _wrong("counts"),
                "The rest goes by while `en` is 0; only steps count, not cycles.",
            ),
        ),
        observe=lambda answer, sums, rest: _cycles(
            run_neuron(answer(_DECAY, _THRESHOLD, rest), sums)
        ),
    ),
)
