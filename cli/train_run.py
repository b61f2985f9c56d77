"""The work behind ``backspike train`` and ``backspike demo``: a run from its settings."""

import shlex
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from backspike.cli.console import console
from backspike.cli.options import command_line
from backspike.cli.prepared_run import Run, begin, make_learner, prepare
from backspike.cli.run_messages import say_what, say_where, summary
from backspike.cli.train_settings import refuse_unused
from backspike.cli.training_progress import followed
from backspike.experiments.evaluation import chance
from backspike.experiments.learners import Learner
from backspike.experiments.progress import say_interrupted
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings
from backspike.experiments.train_loop import train_on
from backspike.hdl.params import CoreParams

__all__ = ["Prelude", "train_run"]


class Prelude(Protocol):
    """Something that is shown on a run's core before the run learns."""

    core: CoreParams
    """Holds it, and the circuit of the run."""

    def play(self, run: Run, folder: RunFolder) -> None:
        """Show it, and write what is left of it."""
        ...


def train_run(
    settings: TrainSettings,
    command: str = "backspike train",
    prelude: Callable[[Run], Prelude] | None = None,
) -> dict[str, Any]:
    """Train as the settings say; returns the metrics.

    Everything is checked before anything is written.

    Parameters
    ----------
    command : str
        Words by which the run is gone on with.
    prelude : callable, optional
        Makes what is shown first.

    Raises
    ------
    ValueError
        If an option, the data, the weights, the network or the folder is unusable.
    KeyboardInterrupt
        On Ctrl-C and other signals, after a checkpoint.
    """
    refuse_unused(settings)
    folder = RunFolder(settings.out)
    folder.check_out(resume=settings.resume, demo=settings.demo)
    run = prepare(settings)
    shown = prelude(run) if prelude else None
    if shown:
        run = run._replace(core=shown.core)
    with folder.held():
        # Another process may have been here while this one was preparing.
        folder.check_out(resume=settings.resume, demo=settings.demo)
        command = f"{command} --out {shlex.quote(str(settings.out))}"
        return _train_held(run, folder, command, shown)


def _train_held(
    run: Run, folder: RunFolder, command: str, prelude: Prelude | None
) -> dict[str, Any]:
    """Train in a folder that no other process writes to."""
    settings = run.settings
    state = begin(folder, run)
    say_what(run, state)
    started = time.monotonic()
    try:
        circuit, learner = make_learner(run, state)
    except KeyboardInterrupt:
        if settings.resume:
            say_interrupted(console, command)
        else:
            with suppress(OSError):  # the terminal may be gone
                console.print("interrupted before the first sample: nothing was written")
        raise
    built = time.monotonic() - started
    state.totals["seconds_build"] = state.totals.get("seconds_build", 0) + built
    if settings.resume:
        folder.reopen()
    else:
        folder.clear()
    folder.save_settings({
        "command": command_line(),
        "go_on": command,
        "layers": list(run.identity["layers"]),
        "image": run.data.image_shape,
        "settings": run.stored,
    })
    if run.data.preparation:
        folder.save_inputs(run.data.preparation)
    try:
        folder.save_checkpoint(run.identity, state)
        if prelude:
            prelude.play(run, folder)
        _train(run, learner, state, folder)
        metrics = metrics_of(run.identity, run.data, run.shapes, state, command_line())
        write_results(folder, run.data, run.shapes, learner, circuit, metrics)
    except KeyboardInterrupt:
        say_interrupted(console, command)
        raise
    console.print(summary(metrics))
    say_where(metrics, settings.out)
    return metrics


def _train(run: Run, learner: Learner, state: Checkpoint, folder: RunFolder) -> None:
    """Train under a progress bar, with a line for every finished epoch above it."""
    settings = run.settings
    check, guessed = bool(settings.check), chance(run.data.y_test)
    samples, epochs = len(run.data.y_train), settings.epochs
    with followed(state, samples, epochs, check=check, guessed=guessed) as progress:
        train_on(
            learner,
            run.data,
            state,
            epochs=epochs,
            seed=settings.seed,
            order=settings.order,
            samples=run.samples,
            shapes=run.shapes,
            on_epoch=progress.tell,
            progress=progress.show,
            write=lambda now: folder.save_checkpoint(run.identity, now),
            check=check,
        )
