"""Ways to learn, by name: the recommended one, and the paper's."""

from collections.abc import Callable, Mapping

from backspike.golden.nbp.learning import PAPER, RATE_ONE, LearningOptions

__all__ = ["PRESETS", "RECOMMENDED_CIRCUITS", "recommended"]

#: Circuits that can learn with a margin, a window, a dead zone and random steps.
RECOMMENDED_CIRCUITS = ("equations", "folded")
_HALVINGS = 5  # of the rate, over a whole training


def recommended(epochs: int, kernels: str | None = None) -> LearningOptions:
    """A margin, a window, a dead zone, and random steps that become rare towards the last epoch.

    A first convolution takes fewer steps: its weights have as many as positions share them. Chosen
    on a validation split: ``docs/results.md``.
    """
    return LearningOptions(
        margin=512,
        window=16384,
        dead_zone=64,
        rate=RATE_ONE if kernels is None else (RATE_ONE // 4, RATE_ONE),
        halving=max(1, round(epochs / _HALVINGS)),
    )


#: By name, of a number of epochs and, if there are any, convolutions.
PRESETS: Mapping[str, Callable[..., LearningOptions]] = {
    "recommended": recommended,
    "paper": lambda epochs, kernels=None: PAPER,
}
