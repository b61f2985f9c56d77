"""Settings of continual learning."""

from dataclasses import dataclass
from pathlib import Path

from backspike.experiments.continual import REMEDIES
from backspike.experiments.option import option
from backspike.experiments.settings import DEFAULT_HIDDEN, learning_of, same
from backspike.golden.nbp.learning import LearningOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["ContinualSettings"]


@dataclass(frozen=True, kw_only=True)
class ContinualSettings:
    """Settings of a run over lessons, as :class:`backspike.experiments.settings.TrainSettings`.

    In what a run is, ``classes`` and ``orders`` are None where the protocol has none, and
    ``engine`` with the equations; ``per_class`` is a number.
    """

    dataset: str = same("dataset")
    data_dir: Path | None = same("data_dir")
    encoder: str | None = same("encoder")
    labels: str | None = same("labels")
    scale: str | None = same("scale")
    inputs: str | None = same("inputs")
    protocol: str = option(
        default="split",
        choices=("split", "domain", "permuted"),
        shown=True,
        help="split: new classes; domain: new classes, but only their place in a lesson is asked "
        "for; permuted: the same ones with their inputs in another order",
    )
    classes: int | None = option(int, default=2, low=1, shown=True, help="of a lesson")
    orders: int | None = option(int, default=5, low=2, high=100, shown=True, help="permuted")
    remedies: tuple[str, ...] = option(
        default=(),
        choices=REMEDIES,
        multiple=True,
        flag="--strategy",
        also=("--remedy",),
        help="may be repeated  [default: all that the protocol has]",
    )
    kept: int = option(int, default=200, low=1, shown=True, help="rehearse: samples")
    per_class: int | None = option(
        int,
        low=1,
        high=128,
        help="prototypes: neurons of a class  [default: one for 50 of its samples, at most 40]",
    )
    circuit: str = same("circuit", choices=("equations", "folded"))
    engine: str | None = same("engine", help="folded: [default: verilator]")
    lanes: int | None = same("lanes", help=f"folded: [default: {DEFAULT_LANES}]")
    hidden: tuple[int, ...] = same("hidden", default=DEFAULT_HIDDEN, help=None, shown=True)
    epochs: int = same("epochs", default=1, help="of a lesson", in_run=True)
    samples: int | None = same("samples")
    seed: int = same("seed")
    margin: int = same("margin", default=512)
    window: int = same("window", default=16384)
    dead_zone: int = same("dead_zone", default=64)
    rate: int | tuple[int, ...] | None = same("rate", help="[default: always]")
    halving: int = same("halving", default=0)
    out: Path = same("out", default=Path("runs/continual"))
    resume: bool = same("resume")

    @property
    def learning(self) -> LearningOptions:
        """The options beyond the paper; raises ValueError if there is no such learning."""
        return learning_of(self)
