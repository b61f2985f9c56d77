"""Settings of a run: each stands once, with its default, range, help, and part in what it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import DEFAULT_ENCODERS, INPUTS
from backspike.experiments.option import checked_value, option, options_of
from backspike.experiments.presets import PRESETS, RECOMMENDED_CIRCUITS
from backspike.fpga.boards import DEFAULT_BOARD, find_board
from backspike.golden.nbp.learning import PAPER, RATE_ONE, LearningOptions
from backspike.hdl.params import DEFAULT_LANES, CoreParams

__all__ = [
    "BOARD_ENGINES",
    "DATA",
    "DEFAULT_HIDDEN",
    "TrainSettings",
    "as_json",
    "data_of",
    "from_json",
    "hidden_sizes",
    "learning_of",
    "named_data",
    "run_identity",
    "same",
]

Settings = TypeVar("Settings")

DATA = ("dataset", "data_dir", "encoder", "labels", "scale", "inputs", "validation")
"""Settings that say which data, and how they become spikes."""

DEFAULT_HIDDEN = (400,)
"""Sizes of the hidden layers of a network of matrices alone."""

BOARD_ENGINES = ("fpga", "netlist")
"""Engines whose core is a board's: the board, or its synthesised netlist in Verilator."""

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
        default="digits",
        help="digits, mnist, fashion-mnist, cifar-10, FILE.npz, FILE.csv, or a FOLDER of images",
        shown=True,
    )
    data_dir: Path | None = option(
        Path, help="folder of the files of mnist, fashion-mnist or cifar-10", in_run=False
    )
    encoder: str | None = option(help="how images become spikes, such as crop:4,threshold:0.5")
    labels: str | None = option(
        help="numbers, distinct, or names of the classes such as cat,dog", metavar="LABELS"
    )
    scale: str | None = option(
        help="how numbers become brightness: the number that is white, range, or percentile",
        metavar="SCALE",
    )
    inputs: str | None = option(choices=INPUTS, help="what arrays of three dimensions or more hold")
    validation: float | None = option(
        float,
        help="share of the training samples that is set aside to choose settings on",
        low=0.01,
        high=0.5,
    )
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
        help="circuits; equations: random steps are drawn as on a core of so many  "
        f"[default: {DEFAULT_LANES}]",
        choices=("1", "2", "4", "8", "16", "32"),
    )
    check: bool | None = option(bool, help="circuits: compare with the equations")
    kernels: str | None = option(
        help="convolutions before the hidden layers, such as 32x5x5/2,64x5x5/2: filters, rows, "
        "columns, /stride, +pad",
        metavar="KERNELS",
    )
    hidden: tuple[int, ...] | None = option(
        tuple, help="sizes of hidden layers, or none  [default: 400; with kernels: none]"
    )
    epochs: int = option(int, default=10, low=1, shown=True, in_run=False)
    samples: int | None = option(int, low=1, help="train on the first N samples only")
    seed: int = option(int, default=1, low=0, shown=True)
    init: Path | None = option(Path, help="start from these weights (.npz)", in_run=False)
    order: str = option(default="shuffled", choices=("shuffled", "given"))
    lift: int = option(int, default=0, low=0, high=240, help="raise the output weights")
    preset: str | None = option(
        flag="--learning",
        choices=tuple(PRESETS),
        help="paper: faithful; recommended: with all of the following  [default: recommended, if "
        "circuit, rule and core can; else paper]",
        in_run=False,
    )
    margin: int | None = option(
        int,
        help="outputs learn until they are so far beyond theta/2 = 512; a multiple of 128  "
        "[paper: 0, recommended: 512]",
        low=0,
        high=2048,
        ranged=False,
    )
    window: int | None = option(
        int,
        help="how far outputs may be from there and still learn; a power of 2  "
        "[paper: 512, recommended: 16384]",
        low=512,
        high=16384,
        ranged=False,
    )
    dead_zone: int | None = option(
        int,
        help="hidden neurons ignore errors up to this  [paper: 0, recommended: 64]",
        low=0,
        high=4096,
        ranged=False,
    )
    rate: int | tuple[int, ...] | None = option(
        int,
        help="take a step with probability RATE/256, 1 to 256, drawn in the core; 64,256: by layer "
        "of weights, the last one for all others  [paper: always, nothing is drawn; "
        "recommended: 256]",
        low=1,
        high=RATE_ONE,
        listed=True,
    )
    halving: int | None = option(
        int,
        help="halve the rate every so many epochs  [paper: 0, never; recommended: EPOCHS/5]",
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
        """The preset with its changes; raises ValueError if there is no such learning."""
        return learning_of(self, PRESETS[self.chosen_preset](self.epochs))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes of the hidden layers behind convolutions, or those that are meant if none are
        named."""
        return hidden_sizes(self.hidden, self.kernels)

    @property
    def board_params(self) -> CoreParams | None:
        """The core of the board, if the engine is one of a board."""
        return find_board(self.board or DEFAULT_BOARD).params if self.has_board else None

    @property
    def has_board(self) -> bool:
        """True if the engine is one of a board."""
        return self.engine in BOARD_ENGINES

    @property
    def chosen_preset(self) -> str:
        """The preset, or the one that is meant if none is named."""
        if self.preset is not None:
            return self.preset
        circuit, board = CIRCUITS.get(self.circuit), self.board_params
        able = self.circuit in RECOMMENDED_CIRCUITS and (board is None or board.stochastic)
        own_rule = circuit is None or self.rule in (None, circuit.rule)
        return "recommended" if able and own_rule else "paper"


def hidden_sizes(hidden: tuple[int, ...] | None, kernels: str | None) -> tuple[int, ...]:
    """Sizes of hidden layers; if none are named, there is one unless there are convolutions."""
    if hidden is not None:
        return hidden
    return DEFAULT_HIDDEN if kernels is None else ()


def learning_of(settings: object, base: LearningOptions = PAPER) -> LearningOptions:
    """The learning of anything that has its fields; those that are None are of ``base``.

    Raises as :class:`LearningOptions`.
    """
    changes = {name: getattr(settings, name) for name in _LEARNING}
    return replace(base, **{name: value for name, value in changes.items() if value is not None})


def data_of(settings: Any) -> dict[str, Any]:
    """Arguments of :func:`load_data`, by name."""
    return {name: getattr(settings, name, None) for name in DATA}


def as_json(settings: Any) -> dict[str, Any]:
    """The options of a settings class as JSON has them: :func:`from_json` reads them."""
    values = {name: getattr(settings, name) for name in options_of(type(settings))}
    return {name: str(v) if isinstance(v, Path) else v for name, v in values.items()}


def from_json(kind: type[Settings], values: Mapping[str, Any], what: str = "run") -> Settings:
    """Settings of a class from :func:`as_json`; what is missing has its default.

    Raises
    ------
    UserError
        If a value is of another kind, or out of range; ``what`` names the file that has it.
    """
    return kind(**{
        name: checked_value(f"{what}: {name}", known, values.get(name, known.default))
        for name, known in options_of(kind).items()
    })


def named_data(dataset: str, encoder: str | None) -> tuple[str, str | None]:
    """Names of data and encoder in a run: of a user's own data the kind, wherever they are."""
    kind = Path(dataset).suffix[1:].lower() or "folder"
    name = dataset if dataset in DEFAULT_ENCODERS else kind
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
            parts.setdefault("learning", asdict(settings.learning))
        elif f.name == "hidden":
            parts["layers"] = layers
        else:
            parts[f.name] = value
    return parts
