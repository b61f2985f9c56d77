"""Learning of an imported network's last layer on a core, from samples with labels.

ReSuMe (Ponulak and Kasinski 2010): a teacher fires where the output should, and adds the traces of
those that fired before to the weights of its neuron; the output's own spikes subtract them. Where
both fire alike, weights stay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine, write_register
from backspike.golden.errors import UserError, check_int, check_type
from backspike.golden.nir.comparison import CoreRun, float_samples
from backspike.golden.nir.samples import Samples
from backspike.golden.nir.tally import Votes
from backspike.golden.nir.teaching import Taught, TuningOptions, relearned, taught
from backspike.golden.nir.to_network import NirImport
from backspike.hdl.params import CoreParams

__all__ = ["Tuning", "TuningProgress", "core_accuracy", "float_accuracy", "tune_nir"]

#: Told what is being done, and how many samples of how many are.
TuningProgress = Callable[[str, int, int], None]
_DEFAULT = TuningOptions()


def _quiet(doing: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, eq=False)
class Tuning:
    """A network whose last layer has learned, and how it did.

    Attributes
    ----------
    imported : NirImport
        With the weights that were kept, in its graph, too.
    output : str
        Population that has learned.
    weights : mapping of str to numpy.ndarray
        Those weights as they are stored, by the names of connections.
    accuracies : tuple of float
        Before, and after each epoch, on the samples for validation or, without them, on those that
        were learned.
    kept : int
        Epoch whose weights were kept, 0 for those from before: the first of the best on the samples
        for validation or, without them, the last one.
    """

    imported: NirImport
    output: str
    weights: Mapping[str, np.ndarray]
    accuracies: tuple[float, ...]
    kept: int


def tune_nir(
    imported: NirImport,
    samples: Samples,
    *,
    validation: Samples | None = None,
    epochs: int = 5,
    options: TuningOptions = _DEFAULT,
    seed: int = 1,
    engine: Callable[[CoreParams], Engine] = GoldenCore,
    progress: TuningProgress = _quiet,
) -> Tuning:
    """Let the last layer of an imported network go on learning on a core.

    All-to-all connections onto the population that is the graph's first output learn, from their
    weights as they are; nothing else changes. Each sample begins anew.

    Parameters
    ----------
    imported : NirImport
    samples : Samples
        With labels: see :func:`spike_samples`.
    validation : Samples, optional
        With labels, not learned, that choose the epoch whose weights are kept.
    epochs : int
        Times that all samples are learned, each time in another order, 1 to 1000.
    options : TuningOptions
    seed : int
        Of the orders, and of the rounding.
    engine : callable
        Makes an engine for the smallest core that fits, such as ``VerilatorEngine``; it is closed
        in the end.
    progress : callable, optional
        Told what is being done, and the numbers of samples that are done and of all.

    Returns
    -------
    Tuning

    Raises
    ------
    UserError
        If the output cannot learn, labels are missing, or the teacher would never fire;
        CapacityError if no core can hold the network with its teacher.
    TypeError, ValueError
        If a number is out of its range.
    """
    check_int("epochs", epochs, 1, 1000)
    check_int("seed", seed, 0, (1 << 62) - 1)
    check_type("options", options, TuningOptions)
    lesson = taught(imported, options, seed)
    checked = samples if validation is None else validation
    for one in (samples, checked):
        _labels(one)
    if options.period > samples.steps:
        raise UserError(
            f"period must be at most the steps of a sample, {samples.steps}, not {options.period}"
        )
    core = engine(lesson.imported.compile().params)
    rng = np.random.default_rng(seed)
    try:
        learner = _Learner(lesson, core, options.period)
        found = [(learner.accuracy(checked, progress, "before"), learner.weights())]
        for epoch in range(1, epochs + 1):
            name = f"epoch {epoch}"
            learner.learn(samples, rng.permutation(len(samples)), progress, name)
            found.append((learner.accuracy(checked, progress, f"after {name}"), learner.weights()))
    finally:
        core.close()
    accuracies = tuple(accuracy for accuracy, _ in found)
    kept = epochs if validation is None else int(np.argmax(accuracies))
    weights = found[kept][1]
    made = relearned(imported, lesson.output, weights)
    return Tuning(made, lesson.output, weights, accuracies, kept)


def float_accuracy(imported: NirImport, samples: Samples) -> float:
    """Share of samples in which the float graph is right.

    Raises
    ------
    UserError
        If they have no labels.
    """
    votes, labels = Votes(imported, None), _labels(samples)
    found = [votes.of(exact) for exact in float_samples(imported, samples)]
    return float(np.mean(found == labels))


def core_accuracy(imported: NirImport, samples: Samples) -> float:
    """Share of samples in which the golden core is right.

    Raises
    ------
    UserError
        If they have no labels.
    """
    return _accuracy(CoreRun(imported), imported, samples, _quiet, "")


class _Learner:
    """A network with a teacher on an engine."""

    def __init__(self, lesson: Taught, core: Engine, period: int) -> None:
        self._lesson, self._core, self._period = lesson, core, period
        self._run = CoreRun(lesson.imported, core)

    def accuracy(self, samples: Samples, progress: TuningProgress, doing: str) -> float:
        """Share of samples in which the core is right, without a teacher; nothing is learned."""
        write_register(self._core, "learn", 0)
        return _accuracy(self._run, self._lesson.imported, samples, progress, doing)

    def learn(
        self, samples: Samples, order: np.ndarray, progress: TuningProgress, doing: str
    ) -> None:
        """Learn samples in an order."""
        write_register(self._core, "learn", 1)
        labels = _labels(samples)
        for done, number in enumerate(order.tolist(), 1):
            spikes = self._teacher(int(labels[number]), samples.steps)
            self._run.record(samples, number, {self._lesson.target: spikes})
            progress(doing, done, len(samples))

    def weights(self) -> dict[str, np.ndarray]:
        """Weights of the connections that learn, as they are."""
        return {name: self._run.weights(name) for name in self._lesson.connections}

    def _teacher(self, label: int, steps: int) -> np.ndarray:
        """Spikes of the input that drives the teacher, one step before those: bool, (steps of the
        core, neurons). The output shows a sample from the step of its depth on."""
        group = self._lesson.imported.groups[self._lesson.output]
        right = (np.arange(len(group.order)) == label).reshape(group.shape)
        spikes = np.zeros((group.depth + steps - 1, len(group.order)), bool)
        first = max(0, group.depth + self._period - 2)
        spikes[first :: self._period] = group.to_core(right)
        return spikes


def _accuracy(
    run: CoreRun, imported: NirImport, samples: Samples, progress: TuningProgress, doing: str
) -> float:
    """Share of samples in which a core is right."""
    votes, labels, right = Votes(imported, None), _labels(samples), 0
    for number, label in enumerate(labels.tolist()):
        right += votes.of(run.sample(samples, number, voltages=False)) == label
        progress(doing, number + 1, len(labels))
    return right / len(labels)


def _labels(samples: Samples) -> np.ndarray:
    """Labels of samples; raises UserError if there are none."""
    if samples.labels is None:
        raise UserError(f"{samples.origin}: labels are missing")
    return samples.labels
