"""The first part of the demo: the paper's circuit, and a sample of it that one can watch."""

from dataclasses import fields
from pathlib import Path

import numpy as np
from rich.text import Text

from backspike.cli.console import console, verdict
from backspike.cli.engines import maker
from backspike.cli.paper_view import picture_lines, raster_lines
from backspike.cli.prepared_run import Run
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.kernels_text import network_text
from backspike.experiments.learning_circuits import PaperCircuit
from backspike.experiments.progress import bars
from backspike.experiments.raster_pictures import groups_of, plot_raster
from backspike.experiments.rasters import sample_inputs
from backspike.experiments.runs import PAPER_PICTURE, RunFolder
from backspike.experiments.watched_sample import WatchedSample, watch_sample
from backspike.golden.nbp.initial_weights import init_weights
from backspike.hdl.params import CoreParams
from backspike.sim.waiting import Waiting

__all__ = ["PaperPart"]

#: Hidden neurons, and how much the output weights are raised so that outputs fire from the first.
HIDDEN, LIFT = 12, 64
#: Makes a core smaller: its simulator is built a quarter sooner, and learns as fast, if in more
#: cycles.
_SMALL = {"dendrite_lanes": 1, "operations": 2}


class PaperPart:
    """The paper's circuit, small, on the core of a run that learns in another.

    Parameters
    ----------
    run : Run
        Of a circuit; its data are learned from.
    samples : int
        That are learned before the one that is shown.

    Attributes
    ----------
    core : CoreParams
        Holds this circuit and that of the run.
    mismatches : int
        Weights that differed from the equations.
    """

    def __init__(self, run: Run, samples: int) -> None:
        layers = (run.data.n_in, HIDDEN, run.data.n_classes)
        settings = run.settings
        self._weights = init_weights(layers, settings.seed, LIFT)
        other = CIRCUITS[settings.circuit].learn(
            run.weights,
            run.core,
            learning=settings.learning,
            seed=settings.seed,
            shapes=run.shapes,
        )
        own = PaperCircuit(self._weights, run.core)
        self.core = _core_of_both(own.program.params, other.program.params)
        self._circuit = PaperCircuit(self._weights, self.core)
        self._samples = samples
        self.mismatches = 0

    def play(self, run: Run, folder: RunFolder) -> None:
        """Learn, show a sample, and leave its picture in the folder, unless that is there; then
        say what follows."""
        if not (folder.path / PAPER_PICTURE).exists():
            self._learn(run, folder)
        layers = network_text(run.shapes)
        console.print(f"\n2. The {run.settings.circuit} circuit, {layers}", style="bold")
        console.print(
            "Each weight is stored once. A class is read in three ways: membrane, the output with\n"
            "the highest voltage; spikes, the first output that fires; exact, it alone fires.",
            soft_wrap=True,
        )

    def _learn(self, run: Run, folder: RunFolder) -> None:
        engine = maker(console, str(run.settings.engine))(self.core)
        layers = "-".join(map(str, self._circuit.layers))
        console.print(f"\n1. The paper's circuit, {layers}", style="bold")
        with bars(console) as progress:
            task = progress.add_task("paper's circuit", total=self._samples)
            watched = watch_sample(
                self._circuit,
                self._weights,
                engine,
                run.data,
                self._samples,
                lambda count: progress.advance(task, count),
            )
        engine.close()
        self.mismatches = watched.mismatches
        self._show(run, watched)
        x, y = (part[watched.number, None] for part in (run.data.x_train, run.data.y_train))
        title = f"Training sample {watched.number} (class {y[0]}), {layers}, paper"

        def draw(path: Path) -> None:
            inputs = sample_inputs(self._circuit, x, y)
            groups = groups_of(watched.rasters, inputs, self._circuit.words)
            plot_raster(groups, title, self._circuit.labels).save(path)

        with Waiting(console, "drawing the sample"):
            folder.write(PAPER_PICTURE, draw)

    def _show(self, run: Run, watched: WatchedSample) -> None:
        """Print the sample, its spikes, and what it changed."""
        data, shape = run.data, run.data.image_shape
        x, label = data.x_train[watched.number], data.y_train[watched.number]
        outputs = watched.rasters["o"][self._circuit.output_step]
        fired = map(str, np.flatnonzero(outputs))
        words = [
            f"After {self._samples} samples comes number {watched.number}, a {label}.",
            f"Outputs that fire: {', '.join(fired) or 'none'}: wrong, so an error goes back.",
            "",
            "> forwards    ! output and target are compared",
            "< errors go backwards through the same weights: where",
            "  they meet activity, W2 and then W1 learn",
        ]
        picture = picture_lines(x.reshape(shape)) if shape else []
        words += [""] * (len(picture) - len(words))
        picture += [""] * (len(words) - len(picture))
        console.print()
        for left, right in zip(picture, words, strict=True):
            console.print(f"{left:<16}   {right}".rstrip(), highlight=False, soft_wrap=True)
        for line in raster_lines(watched.rasters, self._circuit.labels):
            console.print(line, soft_wrap=True)
        changes = ", ".join(f"{count} weights of {name}" for name, count in watched.changed.items())
        console.print(f"It changed {changes}.", highlight=False)
        differing = verdict(str(watched.mismatches), good=not watched.mismatches)
        console.print(Text.assemble("Weights that differ from the golden equations: ", differing))


def _core_of_both(one: CoreParams, other: CoreParams) -> CoreParams:
    """The smallest core that has what each of two has."""
    names = [field.name for field in fields(one) if field.name != "overflow"]
    both = {name: max(getattr(one, name), getattr(other, name)) for name in names}
    return one.with_(**both | _SMALL)
