"""Ways to learn, by name: the recommended one, and the paper's."""

from collections.abc import Callable, Mapping

from backspike.golden.nbp.learning import PAPER, RATE_ONE, LearningOptions

__all__ = ["PRESETS", "RECOMMENDED_CIRCUITS", "recommended"]

#: Circuits that can learn with a margin, a window, a dead zone and random steps.
RECOMMENDED_CIRCUITS = ("equations", "folded")
_HALVINGS = 5  # of the rate, over a whole training


def recommended(epochs: int) -> LearningOptions:
    """A margin, a window, a dead zone, and random steps that become rare towards the last epoch.

    Chosen on a validation split: ``docs/results.md``.
    """
    halving = max(1, round(epochs / _HALVINGS))
    return LearningOptions(margin=512, window=16384, dead_zone=64, rate=RATE_ONE, halving=halving)


#: By name, of a number of epochs.
PRESETS: Mapping[str, Callable[[int], LearningOptions]] = {
    "recommended": recommended,
    "paper": lambda epochs: PAPER,
}
