"""Settings of a run: each stands once, with its default, range, help, and part in what it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import DEFAULT_ENCODERS
from backspike.experiments.option import option, options_of
from backspike.golden.nbp.learning import PAPER, RATE_ONE, LearningOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = [
    "TrainSettings",
    "learning_of",
    "named_data",
    "run_identity",
    "same",
]

_LEARNING = tuple(f.name for f in fields(LearningOptions))


def same(name: str, **changes: Any) -> Any:
    """The option of :class:`TrainSettings` in another settings class, with changes."""
    made = replace(options_of(TrainSettings)[name], **changes)
    return field(default=made.default, metadata={"option": made})


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Settings of a training run; None is one that was not given.

    The number of epochs is not part of what a run is: it may be resumed for more of them. Nor is
    where files are: of what a user's files hold, the SHA-256 is.
    """

    dataset: str = option(
        default="digits", help="digits, mnist, fashion-mnist, FILE.npz", shown=True
    )
    data_dir: Path | None = option(Path, help="folder of IDX files", in_run=False)
    encoder: str | None = option(help="how images become spikes, such as crop:4,threshold:0.5")
    circuit: str = option(default="equations", choices=("equations", *CIRCUITS))
    engine: str | None = option(help="[default: verilator]")
    board: str | None = option(help="fpga, netlist: [default: ulx3s-85f]", in_run=False)
    port: str | None = option(
        help="fpga: serial port of the board, such as /dev/ttyUSB0", in_run=False
    )
    rule: str | None = option(
        help="circuits: learn by this; if not nBP's, unchecked", metavar="RULE"
    )
    lanes: int | None = option(
        int,
        help=f"circuits: [default: {DEFAULT_LANES}]",
        choices=("1", "2", "4", "8", "16", "32"),
    )
    check: bool | None = option(bool, help="circuits: compare with the equations")
    hidden: tuple[int, ...] = option(tuple, default=(400,), shown=True)
    epochs: int = option(int, default=10, low=1, shown=True, in_run=False)
    samples: int | None = option(int, low=1, help="train on the first N samples only")
    seed: int = option(int, default=1, low=0, shown=True)
    init: Path | None = option(Path, help="start from these weights (.npz)", in_run=False)
    order: str = option(default="shuffled", choices=("shuffled", "given"))
    lift: int = option(int, default=0, low=0, high=240, help="raise the output weights")
    margin: int = option(
        int,
        default=PAPER.margin,
        help="outputs learn until they are so far beyond theta/2 = 512; a multiple of 128",
        low=0,
        high=2048,
        ranged=False,
        shown=True,
    )
    window: int = option(
        int,
        default=PAPER.window,
        help="how far outputs may be from there and still learn; a power of 2",
        low=512,
        high=16384,
        ranged=False,
        shown=True,
    )
    dead_zone: int = option(
        int,
        default=PAPER.dead_zone,
        help="hidden neurons ignore errors up to this",
        low=0,
        high=4096,
        ranged=False,
        shown=True,
    )
    rate: int | None = option(
        int,
        default=PAPER.rate,
        help="take a step with probability RATE/256, drawn in the core  [default: always]",
        low=1,
        high=RATE_ONE,
    )
    halving: int = option(
        int,
        default=PAPER.halving,
        help="halve the rate every so many epochs  [default: 0, never]",
        low=0,
        high=10_000,
    )
    shifts: int = option(
        int,
        default=0,
        help="the host moves training images by up to so many pixels, anew every epoch",
        low=0,
        high=8,
        shown=True,
    )
    out: Path = option(Path, default=Path("runs/train"), shown=True, in_run=False)
    resume: bool = option(
        bool, default=False, help="go on from the checkpoint in --out", in_run=False
    )
    demo: bool = False
    """True if the next demo may take this one's place."""

    @property
    def learning(self) -> LearningOptions:
        """The options beyond the paper; raises ValueError if there is no such learning."""
        return learning_of(self)


def learning_of(settings: object) -> LearningOptions:
    """The learning of anything that has its fields; raises as :class:`LearningOptions`."""
    return LearningOptions(**{name: getattr(settings, name) for name in _LEARNING})


def named_data(dataset: str, encoder: str | None) -> tuple[str, str | None]:
    """Names of data and encoder in a run: a user's own file is ``npz``, wherever it is."""
    name = dataset if dataset in DEFAULT_ENCODERS else "npz"
    return name, encoder or DEFAULT_ENCODERS.get(dataset)


def run_identity(
    settings: Any, layers: tuple[int, ...], contents: Mapping[str, str | None]
) -> dict[str, Any]:
    """All that decides the result of a run, by name: a checkpoint continues only with the same.

    Parameters
    ----------
    settings : dataclass
        With options, all defaults filled in.
    layers : tuple of int
        Sizes of the layers, in the place of those of the hidden ones.
    contents : mapping of str to str
        SHA-256 of what files hold: ``data``, all samples as spikes; ``init``, first weights.
    """
    dataset, encoder = named_data(settings.dataset, settings.encoder)
    parts: dict[str, Any] = {"dataset": dataset, "encoder": encoder, **contents}
    for f in fields(settings):
        made = f.metadata.get("option")
        if f.name in parts or (made and not made.in_run):
            continue
        value = getattr(settings, f.name)
        if f.name in _LEARNING:
            parts.setdefault("learning", {})[f.name] = value
        elif f.name == "hidden":
            parts["layers"] = layers
        else:
            parts[f.name] = value
    return parts
