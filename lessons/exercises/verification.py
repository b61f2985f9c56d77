"""Exercises of lesson 7: a bench, a cocotb test and a property that find faults."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from backspike.lessons.cocotb_bench import passes_cocotb
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.faulty_neuron import FAULTS, FaultyNeuron
from backspike.lessons.golden_neuron import golden_run
from backspike.lessons.neuron_bench import run_neuron
from backspike.proof.bench import Bench
from backspike.proof.proof import Proof

__all__ = ["DECAY", "EXERCISES", "THRESHOLD", "differs_from_golden"]

DECAY, THRESHOLD = 1000, 200
_RIGHT = "the right neuron"
_FOUND, _PASSES = "found", "passes"
#: Seconds that a claim of a proof may take.
_LIMIT = 30
_IN_COCOTB = ("fires at the threshold", "forgets the sign of a sum")
_IN_PROOFS = ("keeps its voltage", "moves while en is 0")


def differs_from_golden(neuron: Any, sums: Sequence[int | None]) -> bool:
    """Tell whether a neuron differs from the golden core anywhere; None is a pause."""
    steps = iter(golden_run([s for s in sums if s is not None], DECAY, THRESHOLD))
    expected = [(0, 0)]
    for total in sums:
        expected.append(expected[-1] if total is None else next(steps))
    return run_neuron(neuron, sums) != expected[1:]


def _neurons(faults: Sequence[str]) -> dict[str, partial[FaultyNeuron]]:
    """Makers of the right neuron and of broken ones."""
    right = {_RIGHT: partial(FaultyNeuron, DECAY, THRESHOLD)}
    return right | {fault: partial(FaultyNeuron, DECAY, THRESHOLD, fault) for fault in faults}


def _verdicts(faults: Sequence[str], *unseen: str) -> dict[str, str]:
    """Verdicts on all neurons: each fault is found but for some."""
    return {_RIGHT: _PASSES, **{f: _PASSES if f in unseen else _FOUND for f in faults}}


def _by_bench(sums: Sequence[int | None]) -> dict[str, str]:
    return {
        name: _FOUND if differs_from_golden(make(), sums) else _PASSES
        for name, make in _neurons(FAULTS).items()
    }


def _by_cocotb(text: str) -> dict[str, str]:
    return {
        name: _PASSES if passes_cocotb(make(), text) else _FOUND
        for name, make in _neurons(_IN_COCOTB).items()
    }


def _by_proof(claims: Callable[[Bench, Any], None]) -> dict[str, str]:
    """Verdicts by proofs of what a student claims."""
    found = {}
    for name, make in _neurons(_IN_PROOFS).items():

        def bench(make: Callable[[], FaultyNeuron] = make) -> Bench:
            made = Bench()
            neuron = made.add("neuron", make())
            claims(made, neuron)
            made.reach("it fires", neuron.spike)
            return made

        record = Proof("claims", "lessons/faulty_neuron.py", "claims", bench).run(_LIMIT)
        broken = "; ".join(record.failures) if name == _RIGHT else _FOUND
        found[name] = broken if record.failures else _PASSES
    return found


_UNSEEN = {
    "rounds down": "a negative voltage that does not leak without a rest: after a sum below 0, "
    "some steps of silence",
    "fires at the threshold": "a voltage of exactly the threshold, and not more",
    "moves while en is 0": "a pause, a None, while there is some voltage",
    "keeps its voltage": "a spike, and a step after it",
    "forgets the sign of a sum": "a sum below 0",
    "stops at 127 weight units": "a voltage above 127 and up to 200",
}

EXERCISES = (
    Exercise(
        "7.1",
        {"": ()},
        lambda: _verdicts(FAULTS),
        hints={fault: f"To find `{fault}` takes {words}." for fault, words in _UNSEEN.items()},
        observe=_by_bench,
    ),
    Exercise(
        "7.2",
        {"": ()},
        lambda: _verdicts(_IN_COCOTB),
        (
            Mistake(
                lambda: _verdicts(_IN_COCOTB, *_IN_COCOTB),
                "Your test passes on all three. Does it compare both `v` and `spike`, in every "
                "step? And do its sums reach the faults: a voltage of exactly 200, a sum below 0?",
            ),
        ),
        {
            _RIGHT: "Your test fails on the right neuron, too. Read at the falling edge, with "
            "`to_signed()`, and compare with the same step of the golden run.",
            "fires at the threshold": "A neuron that fires at its threshold passes. Compare the "
            "spike, too, and let the voltage be 200 once.",
            "forgets the sign of a sum": "A neuron that takes negative sums for positive ones "
            "passes: send one.",
        },
        observe=_by_cocotb,
    ),
    Exercise(
        "7.3",
        {"": ()},
        lambda: _verdicts(_IN_PROOFS),
        hints={
            _RIGHT: "The right neuron breaks a claim, too; the table says which. Mind parentheses "
            "round comparisons; and what was in the cycle before is only known after the first "
            "one: `where=bench.begun & ...`.",
            "keeps its voltage": "Nothing that you claim is about what a spike leaves: v is 0 "
            "while spike is 1.",
            "moves while en is 0": "Nothing that you claim is about `en`: while it was 0 in the "
            "cycle before, v is what it was.",
        },
        observe=_by_proof,
    ),
)
