"""The folder of a run: what is written where, atomically, and what may be there before."""

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np

__all__ = ["Checkpoint", "RunConfig", "RunError", "RunFolder", "read_weights_file"]


class RunError(ValueError):
    """The run cannot be done as asked; one line says why."""


@dataclass(frozen=True)
class RunConfig:
    """What decides the result of a run: a checkpoint continues only with the same.

    The number of epochs is not part of that: a run may be resumed for more of them.
    """

    dataset: str
    encoder: str | None
    engine: str
    circuit: str
    layers: tuple[int, ...]
    samples: int | None
    seed: int
    order: str
    init: str | None
    lanes: int
    lift: int
    check: bool


@dataclass
class Checkpoint:
    """State between two samples.

    Attributes
    ----------
    weights, backward : list of numpy.ndarray
        Weights, and the paper circuit's separate copies of ``-W^T``.
    epoch, position : int
        Epoch under way, and samples of it that are done.
    hits : int
        Samples of this epoch that were right before their own update.
    history : list of dict
        One entry per finished epoch.
    totals : dict of str to float
        Counters, ``seconds`` and ``mismatches`` so far.
    """

    weights: list[np.ndarray]
    backward: list[np.ndarray]
    epoch: int = 0
    position: int = 0
    hits: int = 0
    history: list[dict] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)


_ARRAYS = ("weights", "backward")


class RunFolder:
    """Where a run's results go.

    Parameters
    ----------
    path : Path
        The folder; made with the first write.

    Raises
    ------
    RunError
        If it exists and is neither empty nor a run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        parent = next(folder for folder in path.absolute().parents if folder.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK):
            raise RunError(f"--out {path} cannot be made: {parent} is no folder to write to")
        if path.exists() and not path.is_dir():
            raise RunError(f"--out must be a folder, and {path} is a file")
        if path.is_dir() and any(path.iterdir()) and not self.is_run():
            raise RunError(f"--out {path} exists and is not a run (it has no checkpoint.npz)")

    def is_run(self) -> bool:
        """Whether a run has left a checkpoint here."""
        return (self.path / "checkpoint.npz").is_file()

    def file(self, name: str) -> Path:
        """Path of a file in the folder, which is made if need be."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / name

    def write_text(self, name: str, text: str) -> None:
        """Write or replace a file, all of it or nothing."""
        self._replace(name, lambda path: path.write_text(text))

    def write_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Write or replace an ``.npz``, all of it or nothing."""
        self._replace(name, lambda path: np.savez_compressed(path, **arrays))  # type: ignore[arg-type]

    def save_checkpoint(self, config: RunConfig, state: Checkpoint) -> None:
        """Write ``checkpoint.npz``."""
        meta = {
            "config": asdict(config),
            **{f.name: getattr(state, f.name) for f in fields(state) if f.name not in _ARRAYS},
        }
        arrays = {"meta": np.array(json.dumps(meta))}
        for name in _ARRAYS:
            arrays |= {f"{name}{n:02}": a for n, a in enumerate(getattr(state, name))}
        self.write_arrays("checkpoint.npz", arrays)

    def load_checkpoint(self, config: RunConfig) -> Checkpoint:
        """Read ``checkpoint.npz``.

        Raises
        ------
        RunError
            If there is none, it cannot be read, or it is of another configuration.
        """
        path = self.path / "checkpoint.npz"
        if not path.is_file():
            raise RunError(f"nothing to resume: {path} does not exist")
        try:
            with np.load(path, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                lists = {
                    name: [file[key] for key in sorted(file.files) if key.startswith(name)]
                    for name in _ARRAYS
                }
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise RunError(f"{path} is not a checkpoint: {error}") from None
        saved = meta.pop("config")
        for name, wanted in json.loads(json.dumps(asdict(config))).items():
            if saved.get(name) != wanted:
                raise RunError(
                    f"the checkpoint is of another configuration: {name} was {saved.get(name)!r}, "
                    f"not {wanted!r}"
                )
        return Checkpoint(**(lists | meta))

    def load_metrics(self) -> dict:
        """What ``metrics.json`` holds.

        Raises
        ------
        RunError
            If there is none, or it cannot be read.
        """
        path = self.path / "metrics.json"
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise RunError(f"{self.path} is not a finished run: {error}") from None

    def load_weights(self) -> list[np.ndarray]:
        """W1, W2, ... of ``weights.npz``."""
        return read_weights_file(self.path / "weights.npz")

    def _replace(self, name: str, write: Callable[[Path], object]) -> None:
        target = self.file(name)
        handle, temporary = tempfile.mkstemp(dir=self.path, suffix=target.suffix)
        os.close(handle)
        try:
            write(Path(temporary))
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise


def read_weights_file(path: Path) -> list[np.ndarray]:
    """W1, W2, ..., int16, of an ``.npz``.

    Raises
    ------
    RunError
        If the file cannot be read or has no W1.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            weights: list[np.ndarray] = []
            while f"W{len(weights) + 1}" in file.files:
                weights.append(np.ascontiguousarray(file[f"W{len(weights) + 1}"]))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise RunError(f"cannot read weights from {path}: {error}") from None
    if not weights:
        raise RunError(f"{path} has no array W1")
    return weights
