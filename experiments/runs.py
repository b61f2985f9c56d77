"""The folder of a run: its files, each written all at once, and what may be there before."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backspike.experiments.files import check_folder
from backspike.experiments.weights_file import READ_ERRORS, load_weights
from backspike.golden.errors import UserError
from backspike.sim.files import replace_file

__all__ = ["Checkpoint", "FinishedRun", "RunFolder"]


@dataclass
class Checkpoint:
    """State between two samples.

    Attributes
    ----------
    weights, backward, random : list of numpy.ndarray
        The state of the equations, an :class:`EquationsState`; with a rule other than nBP's, all
        matrices of the circuit as ``weights`` (none before the first sample), and nothing else.
    epoch, position : int
        Epoch under way, and samples of it that are done.
    hits : int
        Samples of this epoch that were right before their own update.
    history : list of dict
        One entry per finished epoch.
    totals : dict of str to float
        Counters, ``mismatches`` and ``seconds_...`` so far.
    """

    weights: list[np.ndarray]
    backward: list[np.ndarray]
    random: list[np.ndarray] = field(default_factory=list)
    epoch: int = 0
    position: int = 0
    hits: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)


class FinishedRun(NamedTuple):
    """A run's data, circuit, rule, if any, and weights, for other commands."""

    dataset: str
    encoder: str | None
    circuit: str
    rule: str | None
    layers: tuple[int, ...]
    weights: list[np.ndarray]


_ARRAYS = ("weights", "backward", "random")
_CHECKPOINT = "checkpoint.npz"
_CONTENTS = {"data": "--dataset", "init": "--init"}
#: Every file of a run; the one that makes the folder a run is last.
_FILES = (
    "metrics.json",
    "report.html",
    "curves.png",
    "weights.png",
    "raster.png",
    "program.npz",
    "weights.npz",
    _CHECKPOINT,
)


class RunFolder:
    """Path of a run's results.

    Parameters
    ----------
    path : Path
        The folder; made with the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check_out(self, *, resume: bool, demo: bool) -> None:
        """Check that a run can be written here.

        Raises
        ------
        UserError
            If the folder cannot be written, or holds what neither ``resume`` nor a new ``demo``
            in the place of an old one may touch.
        """
        out = f"--out {self.path}"
        check_folder("--out", self.path)
        if resume:
            if not self.is_run():
                raise UserError(f"nothing to resume: {self.path / _CHECKPOINT} does not exist")
        elif self.is_run():
            if not demo:
                raise UserError(f"{out} holds a run: go on with --resume, or name another folder")
            if not self._load()[0].get("demo"):
                raise UserError(f"{out} holds a run that is no demo: name another folder")
        elif self.path.is_dir() and any(self.path.iterdir()):
            raise UserError(f"{out} is neither empty nor a run (it has no {_CHECKPOINT})")

    def clear(self) -> None:
        """Delete what a run has written here, and nothing else."""
        for name in _FILES:
            (self.path / name).unlink(missing_ok=True)

    def is_run(self) -> bool:
        """Tell if a run has left a checkpoint here."""
        return (self.path / _CHECKPOINT).is_file()

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Write or replace a file, all of it or nothing: ``write`` makes it at a path."""
        self.path.mkdir(parents=True, exist_ok=True)
        replace_file(self.path / name, write)

    def write_text(self, name: str, text: str) -> None:
        """As :meth:`write`, a text."""
        self.write(name, lambda path: path.write_text(text))

    def write_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """As :meth:`write`, an ``.npz``."""
        self.write(name, lambda path: np.savez_compressed(path, **arrays))  # type: ignore[arg-type]

    def save_checkpoint(self, identity: Mapping[str, Any], state: Checkpoint) -> None:
        """Write ``checkpoint.npz`` of the run with that identity: see :func:`run_identity`."""
        meta = {
            "config": identity,
            **{f.name: getattr(state, f.name) for f in fields(state) if f.name not in _ARRAYS},
        }
        arrays = {"meta": np.array(json.dumps(meta))}
        for name in _ARRAYS:
            arrays |= {f"{name}{n:02}": a for n, a in enumerate(getattr(state, name))}
        self.write_arrays(_CHECKPOINT, arrays)

    def load_checkpoint(self, identity: Mapping[str, Any]) -> Checkpoint:
        """Read ``checkpoint.npz``.

        Raises
        ------
        UserError
            If it cannot be read, or is of another run.
        """
        saved, state = self._load()
        for name, wanted in json.loads(json.dumps(identity)).items():
            was = saved.get(name)
            if was != wanted and was and wanted and name in _CONTENTS:
                raise UserError(
                    f"--resume: what {_CONTENTS[name]} holds has changed since the checkpoint "
                    f"(SHA-256 was {was:.12}..., is {wanted:.12}...)"
                )
            if was != wanted:
                raise UserError(
                    f"--resume: the checkpoint is of another run: {name} was {was!r}, "
                    f"not {wanted!r}"
                )
        return state

    def load_finished(self) -> FinishedRun:
        """Read the result of a run.

        Raises
        ------
        UserError
            If there is no finished run here, or it cannot be read.
        """
        what = f"RUN {self.path}"
        if not self.path.is_dir():
            raise UserError(f"{what}: there is no such folder")
        path = self.path / "metrics.json"
        if not path.is_file():
            if self.is_run():
                raise UserError(f"{what} is not finished: go on with --resume")
            raise UserError(f"{what} is not a run: it has no metrics.json")
        try:
            metrics = json.loads(path.read_text())
            layers = tuple(int(size) for size in metrics["layers"])
            names = "dataset", "encoder", "circuit", "rule"
            dataset, encoder, circuit, rule = (metrics[name] for name in names)
        except (OSError, ValueError, KeyError, TypeError):
            raise UserError(f"{what}: its metrics.json is not that of a run") from None
        weights = self.path / "weights.npz"
        read = load_weights(f"RUN {weights}", weights, layers)
        return FinishedRun(dataset, encoder, circuit, rule, layers, read)

    def _load(self) -> tuple[dict[str, Any], Checkpoint]:
        """Configuration and state in the checkpoint."""
        path = self.path / _CHECKPOINT
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                lists = {
                    name: [file[key] for key in sorted(file.files) if key.startswith(name)]
                    for name in _ARRAYS
                }
            return meta.pop("config"), Checkpoint(**(lists | meta))
        except (*READ_ERRORS, AttributeError, TypeError):
            raise UserError(f"{path} is not a checkpoint of this version, or is damaged") from None
