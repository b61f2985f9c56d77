"""Many runs of the equations at once: a grid of settings and seeds, on all cores or a cluster.

A sweep's folder holds ``sweep.json`` (what all runs share) and a file per run in ``points``, each
written when it is done. What is there is not run again, so an interrupted sweep goes on, and one
with a wider grid runs only what is new.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.files import check_folder
from backspike.experiments.inputs import load_data, shortened, training_samples
from backspike.experiments.kernels_text import check_network, layer_shapes, read_kernels
from backspike.experiments.runs import Checkpoint
from backspike.experiments.settings import DEFAULT_HIDDEN, data_of, learning_of, same
from backspike.experiments.sweep_files import checked_options, read_curves, read_object
from backspike.experiments.train_loop import train_on
from backspike.golden.errors import UserError
from backspike.golden.files import is_leftover, write_text
from backspike.golden.names import listed
from backspike.golden.nbp.equations import Accuracy
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.learning import PAPER, LearningOptions
from backspike.golden.workers import end_with_parent
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["LAST", "Point", "SweepFolder", "Task", "executor", "grid", "run_sweep", "train_point"]

LAST = 5
"""The figure of merit is the best of so many last epochs."""

#: Seconds in which the scheduler of a cluster must answer.
_PATIENCE = 10


@dataclass(frozen=True)
class Task:
    """Settings that all runs of a sweep share."""

    dataset: str = same("dataset")
    data_dir: str | None = same("data_dir")
    encoder: str | None = same("encoder")
    samples: int | None = same("samples")
    epochs: int = same("epochs")
    lift: int = same("lift")
    labels: str | None = same("labels")
    scale: str | None = same("scale")
    inputs: str | None = same("inputs")
    validation: float | None = same("validation")

    @property
    def source(self) -> dict[str, Any]:
        """Arguments of :func:`load_data`."""
        return data_of(self) | {"data_dir": None if self.data_dir is None else Path(self.data_dir)}


@dataclass(frozen=True)
class Point:
    """Settings that one run has of its own; their order is that of tables."""

    kernels: str | None = same("kernels")
    hidden: tuple[int, ...] = same("hidden", default=DEFAULT_HIDDEN)
    margin: int = same("margin", default=PAPER.margin)
    window: int = same("window", default=PAPER.window)
    dead_zone: int = same("dead_zone", default=PAPER.dead_zone)
    rate: int | tuple[int, ...] | None = same("rate")
    halving: int = same("halving", default=PAPER.halving)
    shifts: int = same("shifts")
    seed: int = same("seed")

    @property
    def learning(self) -> LearningOptions:
        """The options beyond the paper.

        Raises
        ------
        ValueError
            If there is no such learning.
        """
        return learning_of(self)

    @property
    def name(self) -> str:
        """Name of its file."""
        kernels = "".join(f"k{one.name}-" for one in read_kernels(self.kernels))
        hidden, rate = (listed(sizes).replace(",", "x") for sizes in (self.hidden, self.rate))
        return (
            f"{kernels}h{hidden}-m{self.margin}-w{self.window}-z{self.dead_zone}"
            f"-r{'all' if self.rate is None else rate}-d{self.halving}-x{self.shifts}-s{self.seed}"
        )


def grid(**values: Sequence[Any]) -> list[Point]:
    """Every combination of the values of a :class:`Point`'s fields, each only once.

    A halving counts only with a rate.

    Raises
    ------
    ValueError
        If one of them cannot learn.
    """
    points: dict[Point, None] = {}
    for combination in product(*values.values()):
        fields = dict(zip(values, combination, strict=True))
        if fields["rate"] is None:
            fields["halving"] = 0
        point = Point(**fields)
        _ = point.learning
        lanes = None if point.rate is None else DEFAULT_LANES
        check_network(point.kernels, point.hidden, point.rate, lanes)
        points[point] = None
    return list(points)


@lru_cache(maxsize=1)
def _data(task: Task) -> Dataset:
    """The task's data, once per process."""
    return load_data(**task.source)


def train_point(task: Task, point: Point) -> dict[str, list[float]]:
    """One run: per epoch, ``train_exact`` and the accuracy by each way of reading.

    It is that on the validation split, if there is one, else that on the test split.
    """
    data = shortened(_data(task), task.samples)
    samples = training_samples(data, point.shifts, point.seed, **task.source)
    sizes = data.n_in, *point.hidden, data.n_classes
    shapes = layer_shapes(data.image_shape, point.kernels, sizes)
    equations = EquationsState.fresh(
        init_kernels(shapes, point.seed, task.lift),
        rate=point.rate,
        lanes=DEFAULT_LANES,
        seed=point.seed,
    )
    state = Checkpoint(*equations)
    learner = EquationsLearner(equations, point.learning, shapes=shapes)
    train_on(
        learner,
        data,
        state,
        epochs=task.epochs,
        seed=point.seed,
        samples=samples,
        shapes=shapes,
    )
    split = "test" if data.x_val is None else "val"
    names = {"train_exact": "train_exact"} | {name: f"{split}_{name}" for name in Accuracy._fields}
    return {name: [entry[of] for entry in state.history] for name, of in names.items()}


class SweepFolder:
    """Path of a sweep's results.

    Parameters
    ----------
    path : Path
        The folder; made by :meth:`begin`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self, task: Task, *, resume: bool) -> None:
        """Check that a sweep of this task can begin here, or go on.

        Raises
        ------
        UserError
            If the folder cannot be written, or holds something else.
        """
        out, file = f"--out {self.path}", self.path / "sweep.json"
        check_folder("--out", self.path)
        if not file.is_file():
            if resume:
                raise UserError(f"nothing to resume: {file} does not exist")
            if self.path.is_dir() and not all(map(is_leftover, self.path.iterdir())):
                raise UserError(f"{out} is neither empty nor a sweep (it has no sweep.json)")
            return
        if not resume:
            raise UserError(f"{out} holds a sweep: go on with --resume, or name another folder")
        wanted = _lasting(task)
        for name, was in read_object(file).items():
            if was != (now := wanted.get(name)):
                raise UserError(
                    f"--resume: the sweep is another one: {name} was {was!r}, not {now!r}"
                )

    def begin(self, task: Task, options: Mapping[str, Any], *, resume: bool) -> None:
        """Make the folder, after another :meth:`check`, and keep the options of the command."""
        self.check(task, resume=resume)
        (self.path / "points").mkdir(parents=True, exist_ok=True)
        write_text(self.path / "options.json", json.dumps(options, default=str) + "\n")
        if not resume:
            write_text(self.path / "sweep.json", json.dumps(_lasting(task), indent=1) + "\n")

    def options(self) -> dict[str, Any]:
        """The options that the sweep was last run with; raises UserError if there is none."""
        if not (self.path / "sweep.json").is_file():
            raise UserError(f"nothing to resume: {self.path / 'sweep.json'} does not exist")
        file = self.path / "options.json"
        return checked_options(file, read_object(file)) | {"out": self.path}

    def result(self, point: Point) -> dict[str, list[float]] | None:
        """The curves of a run that is done."""
        file = self._file(point)
        return read_curves(file) if file.is_file() else None

    def save(self, point: Point, curves: dict[str, list[float]]) -> None:
        """Keep the curves of a run."""
        text = json.dumps({"point": asdict(point), "curves": curves}) + "\n"
        write_text(self._file(point), text)

    def _file(self, point: Point) -> Path:
        return self.path / "points" / f"{point.name}.json"


def _lasting(task: Task) -> dict[str, Any]:
    """The task without the place of its files, which is no part of what is computed."""
    return {**asdict(task), "data_dir": None}


def run_sweep(
    pool: Executor,
    folder: SweepFolder,
    task: Task,
    points: Sequence[Point],
    on_done: Callable[[Point, dict[str, list[float]]], None],
) -> None:
    """Run what is not done yet; ``on_done`` hears of each run, also of those that were."""
    running = {}
    for point in points:
        curves = folder.result(point)
        if curves is None:
            running[pool.submit(train_point, task, point)] = point
        else:
            on_done(point, curves)
    try:
        for future in as_completed(running):
            curves = future.result()
            folder.save(running[future], curves)
            on_done(running[future], curves)
    finally:
        for future in running:
            future.cancel()


@contextmanager
def executor(jobs: int | None, scheduler: str | None) -> Iterator[tuple[Executor, str]]:
    """An executor of runs, and its description: processes here, or a Dask cluster.

    Raises
    ------
    UserError
        If Dask is not installed, or its scheduler cannot be reached.
    """
    if scheduler is None:
        jobs = jobs or os.cpu_count() or 1
        pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin_worker)
        try:
            yield pool, f"{jobs} processes"
        finally:
            pool.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client  # an optional package
    except ImportError:
        raise UserError("--scheduler needs Dask: pip install distributed") from None
    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise UserError(f"--scheduler {scheduler}: {error}") from None
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        yield client.get_executor(), f"{workers} workers of {scheduler}"


def _begin_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
