"""Exercises of lesson 5: tags and rewards, against the golden core."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.golden_synapse import IMPULSE, golden_synapse

__all__ = ["EXERCISES", "RULE"]

RULE = "dt = x1*y0 - 2^-4*t*u0; dw = 2^-3*r1*t*u0"
_DECAY = 51039  # of a time constant of 4 steps
_MANY = [1, 2, 4], [2, 3, 4, 5]
_TAGS = {
    "one pair": ([2], [4], 12),
    "two pairs": ([1, 9], [2, 12], 16),
    "target first": ([5], [3], 9),
    "up to the limit": (*_MANY, 9),
}
_REWARDS = {
    "a reward": ([2], [4], {8: 4}, 12),
    "a punishment": ([2], [4], {8: -4}, 12),
    "a reward with the pair": ([2], [4], {4: 4}, 8),
    "several rewards": ([2, 9], [3, 11], {5: 2, 9: -2, 14: 8}, 18),
    "up to the limit": (*_MANY, {7: 9}, 9),
    "down to the limit": (*_MANY, {7: -9}, 9),
}
_ANSWER = "dt = x1*y0 - 2^-1*x0*y1 - 2^-3*t*u0; dw = 2^-2*r1*t*u0"


def _by_step(values: Sequence[int]) -> dict[str, int]:
    return {f"step {step}": value for step, value in enumerate(values)}


def _golden(
    probe: str, *arguments: Any, rewards: Mapping[int, int] | None = None
) -> dict[str, int]:
    run = golden_synapse(RULE, *arguments, rewards=rewards, probes=[probe])
    return _by_step(run[probe].tolist())


def _wrong(kind: str, shown: str) -> Any:
    """Tags or weights with one mistake."""

    def values(before: Sequence[int], after: Sequence[int], *rest: Any) -> list[int]:
        *rewards, steps = rest
        x, t, w, found = 0, 0, 0, []
        for step in range(steps):
            x = min(127, (x * _DECAY >> 16) + IMPULSE * (step in before))
            gain, old = x * (step in after), t
            if kind == "late":
                t = (16 * (t + gain) - (t + gain)) // 16
            elif kind == "share":
                t = t + gain - t // 16
            elif kind == "stays":
                t += gain
            else:
                t = (16 * (t + gain) - t) // 16
            t = t if kind == "tag" else min(t, 255)
            reward = rewards[0].get(step, 0) if rewards else 0
            reward = {"always": 1, "size": abs(reward)}.get(kind, reward)
            used = t if kind == "new" else old
            if kind == "zero":
                w += 2 * int(reward * used / 16)
            elif kind == "odd":
                w += reward * used // 8
            elif kind == "exact":
                w += reward * used / 8
            else:
                w = (8 * w + reward * used) // 16 * 2
            w = w if kind == "weight" else min(max(w, -256), 254)
            found.append(t if shown == "tag" else w)
        return found

    return values


@cache
def _rewarded(rule: str) -> dict[str, int]:
    """Weights that a rule leaves after some histories."""
    histories: dict[str, tuple[list[int], list[int], dict[int, int]]] = {
        "paired, reward at once": ([2], [4], {5: 4}),
        "paired, reward later": ([2], [4], {9: 4}),
        "paired, punishment later": ([2], [4], {9: -4}),
        "paired, no reward": ([2], [4], {}),
        "target first, reward later": ([4], [2], {9: 4}),
        "no spikes, reward": ([], [], {9: 4}),
    }
    return {
        name: int(golden_synapse(rule, before, after, 16, rewards=rewards)["w"][-1])
        for name, (before, after, rewards) in histories.items()
    }


EXERCISES = (
    Exercise(
        "5.1",
        _TAGS,
        lambda before, after, steps: _golden("tag", before, after, steps),
        (
            Mistake(
                _wrong("late", "tag"),
                "What is new fades at once. All products take the tag as it was before.",
            ),
            Mistake(
                _wrong("share", "tag"),
                "You round what is lost; round the new tag, down, after all is added.",
            ),
            Mistake(_wrong("stays", "tag"), "The tag never fades: the second product is missing."),
            Mistake(_wrong("tag", "tag"), "A tag leaves its range: it is at most 255."),
        ),
        observe=lambda answer, *arguments: _by_step(answer(*arguments)),
    ),
    Exercise(
        "5.2",
        _REWARDS,
        lambda before, after, rewards, steps: _golden("w", before, after, steps, rewards=rewards),
        (
            Mistake(
                _wrong("new", "w"),
                "You use the new tag. All products take tag and weight as they were before the "
                "step, so a pair cannot be rewarded in its own step.",
            ),
            *(
                Mistake(
                    _wrong(kind, "w"),
                    "This weight has 8 bits, for even numbers only: round the new weight down to a "
                    "multiple of 2.",
                )
                for kind in ("odd", "exact")
            ),
            Mistake(
                _wrong("weight", "w"),
                "Some weights leave their range: it ends at -256 and at 254.",
            ),
            Mistake(_wrong("always", "w"), "The weight changes without a reward."),
            Mistake(_wrong("size", "w"), "A punishment, a negative reward, has to weaken."),
            Mistake(
                _wrong("zero", "w"),
                "Negative changes are cut off towards zero; weights are rounded down.",
            ),
        ),
        observe=lambda answer, *arguments: _by_step(answer(*arguments)),
    ),
    Exercise(
        "5.3",
        {"": ()},
        lambda: _rewarded(_ANSWER),
        (
            Mistake(
                lambda: _rewarded("dt = x1*y0 - 2^-1*x0*y1; dw = 2^-2*r1*t*u0"),
                "The tag never fades: a reward that comes much later has its full effect.",
            ),
            Mistake(
                lambda: _rewarded("dt = x1*y0 - 2^-3*t*u0; dw = 2^-2*r1*t*u0"),
                "Spikes in the wrong order leave no tag: `x0*y1` is missing.",
            ),
            Mistake(
                lambda: _rewarded("dt = x1*y0 + 2^-1*x0*y1 - 2^-3*t*u0; dw = 2^-2*r1*t*u0"),
                "Spikes in the wrong order have to lower the tag.",
            ),
            Mistake(
                lambda: _rewarded("dt = x1*y0 - 2^-1*x0*y1 - 2^-3*t*u0; dw = 2^-2*t*u0"),
                "The weight changes without a reward: `r1` is missing.",
            ),
            Mistake(
                lambda: _rewarded("dw = 2^-2*r1*x1*y0 - 2^-3*r1*x0*y1"),
                "That rewards spikes of the very step of the reward. What is past is in the tag.",
            ),
        ),
        observe=_rewarded,
    ),
)
