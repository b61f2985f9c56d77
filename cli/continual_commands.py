"""The ``backspike continual`` command."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click
import numpy as np
from rich.table import Table

from backspike.cli.console import console
from backspike.cli.engines import ENGINES, maker
from backspike.cli.going_on import given_options, resumed_settings
from backspike.cli.options import command_line, options
from backspike.experiments.continual import (
    REMEDIES,
    LessonsResult,
    learn_lessons,
    learn_together,
    lesson_accuracies,
    lessons_done,
    result_of,
)
from backspike.experiments.continual_lessons import (
    Lesson,
    domain_lessons,
    permuted_lessons,
    split_lessons,
)
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.continual_strategies import strategy_of
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.files import digest
from backspike.experiments.inputs import load_data, shortened
from backspike.experiments.pictures import plot_lessons
from backspike.experiments.progress import bars, say_interrupted
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import as_json, data_of, run_identity
from backspike.golden.errors import UserError
from backspike.golden.names import counted
from backspike.golden.prototypes.options import usual_per_class
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["continual", "lessons_of", "settled"]


@click.command()
@options(ContinualSettings, engine={"choices": ENGINES})
def continual(**values: Any) -> None:
    """Learn one task after the other, and see what is forgotten, by each strategy.

    Strategies: none; gate, on chip: only a lesson's own outputs are pushed down, and after the
    first lesson only the last layer learns; metaplastic, on chip: the same outputs, and synapses
    become firm with use; rehearse, replay: the host sends kept samples of old lessons again;
    prototypes, on chip: neurons of each class, of which the closest one learns.
    """
    settings = ContinualSettings(**values)
    refuse_unused(settings, given_options(values))
    if settings.resume:
        settings = resumed_settings(ContinualSettings, settings.out, given_options(values))
    if settings.circuit == "equations" and settings.engine is not None:
        raise UserError("--engine is for --circuit folded")
    if settings.protocol != "split" and "gate" in settings.remedies:
        raise UserError("--strategy gate is for --protocol split: other lessons have all outputs")
    if settings.rate is not None and "metaplastic" in settings.remedies:
        raise UserError("--rate is not for --strategy metaplastic: synapses have their own")
    _ = settings.learning  # refused, if there is no such learning
    folder = RunFolder(settings.out)
    folder.check_out(resume=settings.resume, demo=False)
    data = load_data(**data_of(settings))
    contents = digest(data.arrays())
    data = shortened(data, settings.samples)
    lessons = lessons_of(settings, data)
    _refuse_empty(lessons)
    with folder.held():
        folder.check_out(resume=settings.resume, demo=False)
        layers = data.n_in, *settings.hidden, lessons[0].rivals.size
        mismatches = _learn_all(settings, layers, lessons, contents, folder)
    if mismatches:
        raise SystemExit(1)


def lessons_of(settings: ContinualSettings, data: Dataset) -> list[Lesson]:
    """Lessons of a protocol."""
    if settings.protocol == "permuted":
        return permuted_lessons(data, settings.orders or 0, settings.seed)
    make = split_lessons if settings.protocol == "split" else domain_lessons
    return make(data, settings.classes or 0)


def refuse_unused(settings: ContinualSettings, chosen: Mapping[str, Any]) -> None:
    """Raise if an option was given that could do nothing; ``chosen`` has those that were."""
    if settings.resume:  # what there is is compared with the run
        return
    permuted, has_rate = settings.protocol == "permuted", settings.rate is not None
    uses = {
        "orders": (permuted, "--protocol permuted"),
        "classes": (not permuted, "--protocol split or domain"),
        "kept": ("rehearse" in (settings.remedies or REMEDIES), "--strategy rehearse"),
        "per_class": ("prototypes" in (settings.remedies or REMEDIES), "--strategy prototypes"),
        "halving": (has_rate, "random steps, of a --rate"),
        "lanes": (settings.circuit != "equations" or has_rate, "--circuit folded, or a --rate"),
    }
    for name, (is_used, what) in uses.items():
        if name in chosen and not is_used:
            flag = name.replace("_", "-")
            raise UserError(f"--{flag} {chosen[name]} is for {what}")


def _learn_all(
    given: ContinualSettings,
    layers: tuple[int, ...],
    lessons: Sequence[Lesson],
    contents: str,
    folder: RunFolder,
) -> int:
    """Learn all lessons with all remedies, in a folder of this process alone, and report.

    Returns the number of weights that differ from the equations.
    """
    settings = settled(given, lessons)
    run = run_identity(settings, layers, {"data": contents})
    state = folder.load_checkpoint(run) if settings.resume else Checkpoint([], [])
    command = f"backspike continual --out {shlex.quote(str(settings.out))}"
    folder.save_settings({
        "command": command_line(), "go_on": command, "layers": layers, "settings": as_json(given),
    })  # fmt: skip
    write = partial(folder.save_checkpoint, run)
    try:
        results = {
            name: _learn(settings, layers, lessons, name, state, write)
            for name in settings.remedies
        }
        together = learn_together(
            lessons, layers, settings.epochs, settings.seed, settings.learning
        )
    except KeyboardInterrupt:
        say_interrupted(console, command)
        raise
    title = (
        f"{settings.dataset}, {settings.protocol}, {'-'.join(map(str, layers))}, "
        f"{counted(settings.epochs, 'epoch')} a lesson"
    )
    labels = [lesson.name for lesson in lessons]
    report = {
        "title": title,
        "circuit": settings.circuit,
        "engine": settings.engine,
        "lessons": labels,
        "together": together,
        "remedies": {
            name: {
                "final": result.final,
                "forgotten": result.forgotten,
                "forward": result.forward,
                "backward": result.backward,
                "accuracy": result.accuracy.tolist(),
                "untrained": result.untrained.tolist(),
                "mismatches": result.mismatches,
                "cycles": result.cycles or None,
            }
            for name, result in results.items()
        },
    }
    folder.write_text("continual.json", json.dumps(report, indent=1) + "\n")
    folder.write("continual.png", plot_lessons(results, labels, title).save)
    samples = {name: _samples(settings, lessons, name) for name in results}
    checked = settings.circuit != "equations"
    console.print(_table(results, together, title, samples, checked=checked))
    return sum(result.mismatches or 0 for result in results.values())


def settled(settings: ContinualSettings, lessons: Sequence[Lesson]) -> ContinualSettings:
    """The settings with the defaults of their circuit, protocol and samples."""
    permuted = settings.protocol == "permuted"
    unfit = {"gate": settings.protocol != "split", "metaplastic": settings.rate is not None}
    samples = settings.epochs * sum(len(lesson.y_train) for lesson in lessons)
    return replace(
        settings,
        classes=None if permuted else settings.classes,
        orders=settings.orders if permuted else None,
        remedies=settings.remedies or tuple(r for r in REMEDIES if not unfit.get(r)),
        engine=None if settings.circuit == "equations" else settings.engine or "verilator",
        lanes=settings.lanes or DEFAULT_LANES,
        per_class=settings.per_class or usual_per_class(samples / lessons[0].rivals.size),
    )


def _refuse_empty(lessons: Sequence[Lesson]) -> None:
    for lesson in lessons:
        if not (len(lesson.y_train) and len(lesson.y_test)):
            raise UserError(f"lesson {lesson.name} has no samples")


def _learn(
    settings: ContinualSettings,
    layers: tuple[int, ...],
    lessons: Sequence[Lesson],
    remedy: str,
    state: Checkpoint,
    write: Callable[[Checkpoint], None],
) -> LessonsResult:
    """Learn all lessons by a strategy, or go on with it; ``state`` follows."""
    strategy = strategy_of(remedy, settings, layers)
    fresh = strategy.fresh()
    untrained = np.array(lesson_accuracies(lessons, fresh.weights, strategy.accuracy))
    done = len(lessons_done(state, remedy))
    if done == len(lessons):
        return result_of(state, remedy, untrained)
    if not (done or state.epoch or state.position):
        state.weights, state.backward, state.random = fresh
        state.totals = {}
    make = None if settings.engine is None else maker(console, settings.engine)
    learner = strategy.learner(EquationsState(state.weights, [], state.random), make)
    with bars(console) as progress:
        task = progress.add_task(remedy, total=_samples(settings, lessons, remedy))
        learn_lessons(
            learner,
            lessons,
            state,
            remedy=remedy,
            epochs=settings.epochs,
            kept=settings.kept,
            seed=settings.seed,
            accuracy=strategy.accuracy,
            write=write,
            progress=partial(progress.advance, task),
        )
    result = result_of(state, remedy, untrained)
    console.print(f"{remedy}: final {result.final:.4f}", highlight=False)
    return result


def _samples(settings: ContinualSettings, lessons: Sequence[Lesson], remedy: str) -> int:
    """Samples that are learned by a strategy, those that are sent again included."""
    sizes = [len(lesson.y_train) for lesson in lessons]
    return settings.epochs * (sum(sizes) + (sum(sizes[1:]) if remedy == "rehearse" else 0))


def _table(
    results: Mapping[str, LessonsResult],
    together: float,
    title: str,
    samples: Mapping[str, int],
    *,
    checked: bool,
) -> Table:
    """A line per strategy, which has learned so many ``samples``."""
    names = "strategy", "average accuracy", "forgetting", "forward transfer", "backward transfer"
    table = Table(*names, title=title)
    counted = any(result.cycles for result in results.values())
    if counted:
        table.add_column("cycles a sample", justify="right")
    if checked:
        table.add_column("weights that differ from the equations", justify="right")
    for name, result in results.items():
        measures = result.final, result.forgotten, result.forward, result.backward
        row = [name, *(f"{measure:.4f}" for measure in measures)]
        if counted:
            row.append(f"{result.cycles / samples[name]:,.0f}" if result.cycles else "-")
        if checked:
            row.append(str(result.mismatches))
        table.add_row(*row)
    table.add_row("(all at once)", f"{together:.4f}", "")
    return table
