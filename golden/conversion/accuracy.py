"""Accuracy by steps: the float network, its spiking graph in floating point, and the core."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backspike.golden.conversion.coding import Code, check_code
from backspike.golden.conversion.convert import Conversion
from backspike.golden.errors import UserError, check_int, check_type
from backspike.golden.nir.comparison import CoreRun, float_samples
from backspike.golden.nir.reference import Activity
from backspike.golden.nir.tally import never_fires
from backspike.golden.nir.to_network import NirImport

__all__ = ["STEPS", "Accuracy", "AtSteps", "accuracy_by_steps"]

#: Steps that are told of by default.
STEPS = (8, 16, 32, 64, 128)
#: Most spikes that are coded at once.
_MOST_NUMBERS = 1 << 24


@dataclass(frozen=True)
class AtSteps:
    """Predictions after some steps.

    Attributes
    ----------
    steps : int
    graph, core : float, optional
        Accuracy of the spiking graph in floating point, and of the core; None without labels.
    agree : float
        Share of samples in which the core predicts what the float network does.
    """

    steps: int
    graph: float | None
    core: float | None
    agree: float


@dataclass(frozen=True)
class Accuracy:
    """Accuracies of one network.

    Attributes
    ----------
    network : float, optional
        Of the float network; None without labels.
    rows : tuple of AtSteps
    samples : int
    limited : float
        Share of the inputs that are out of the range of the calibration data, and limited to it.
    """

    network: float | None
    rows: tuple[AtSteps, ...]
    samples: int
    limited: float


def _quiet(done: int) -> None:
    """Tell nobody."""


def accuracy_by_steps(
    conversion: Conversion,
    x: object,
    y: object = None,
    *,
    steps: Sequence[int] = STEPS,
    code: Code = "regular",
    seed: int = 1,
    imported: NirImport | None = None,
    progress: Callable[[int], None] = _quiet,
) -> Accuracy:
    """Run float network, spiking graph and golden core on the same inputs.

    One run of the most steps tells all fewer ones: what the outputs have by then is read.

    Parameters
    ----------
    conversion : Conversion
    x : array
        Inputs, of the shape of the calibration data.
    y : array-like of int, optional
        Number of the output that is right, for each.
    steps : sequence of int
    code, seed
        Of the inputs: see :meth:`Conversion.spikes`.
    imported : NirImport, optional
        The same graph with other rounding, as :func:`backspike.calibrate_nir` makes it.
    progress : callable, optional
        Told the number of samples that are done.

    Raises
    ------
    CapacityError
        If no core can hold the network.
    TypeError, ValueError
        If inputs have another shape, labels are no outputs, or a number is out of its range.
    """
    check_type("conversion", conversion, Conversion)
    if imported is not None:
        check_type("imported", imported, NirImport)
    chosen = _chosen(steps)
    check_code(code)
    values = conversion.arranged(x)
    right = conversion.net.outputs(values).reshape(len(values), -1)
    if right.shape[1] < 2:
        raise UserError(
            "the network must have an output for each class, and has one: of two classes, negative "
            "weights and biases are the first one's"
        )
    exact = right.argmax(axis=1)
    labels = None if y is None else _labels(y, *right.shape)
    run = CoreRun(imported or conversion.imported)
    graph: list[np.ndarray] = []
    core: list[np.ndarray] = []
    size = 2 * chosen[-1] * int(np.prod(conversion.net.shape))
    count = max(1, _MOST_NUMBERS // size)
    source = np.asarray(x)
    for begin in range(0, len(source), count):
        part = conversion.coded(
            source[begin : begin + count], chosen[-1], code=code, seed=seed, first=begin
        )
        for number, activity in enumerate(float_samples(conversion.imported, part)):
            graph.append(_predicted(conversion.imported, activity, chosen))
            found = run.sample(part, number, voltages=False)
            core.append(_predicted(conversion.imported, found, chosen))
            progress(len(core))
    sides = np.array(graph), np.array(core)
    rows = []
    for k, number in enumerate(chosen):
        graph_is, core_is = (
            None if labels is None else float(np.mean(side[:, k] == labels)) for side in sides
        )
        rows.append(AtSteps(number, graph_is, core_is, float(np.mean(sides[1][:, k] == exact))))
    whole = None if labels is None else float(np.mean(exact == labels))
    return Accuracy(whole, tuple(rows), len(values), conversion.inputs.limited(values))


def _chosen(steps: object) -> list[int]:
    """Numbers of steps, from low to high."""
    if not isinstance(steps, Sequence | np.ndarray) or isinstance(steps, str):
        raise TypeError(f"steps must be a sequence of ints, not {steps!r}")
    if not len(steps):
        raise UserError("steps must have a number, and are none")
    for count in steps:
        check_int("steps", count, 1, 1 << 20)
    return sorted({int(count) for count in steps})


def _labels(y: object, samples: int, outputs: int) -> np.ndarray:
    """Labels as int64."""
    array = np.asarray(y)
    if array.dtype.kind not in "iu" or array.shape != (samples,):
        raise UserError(
            f"labels must be integers, one for each of the {samples:,} samples, not {array.dtype} "
            f"of shape {array.shape}"
        )
    if array.min() < 0 or array.max() >= outputs:
        wrong = int(array.min() if array.min() < 0 else array.max())
        raise UserError(f"labels must be outputs, 0 to {outputs - 1}, not {wrong}")
    return array.astype(np.int64)


def _predicted(imported: NirImport, activity: Activity, steps: Sequence[int]) -> np.ndarray:
    """Output with the most spikes, or the highest sum of voltages, after each number of steps."""
    (shown,) = next(iter(imported.outputs.values()))
    side = activity.voltages if never_fires(imported, shown) else activity.spikes
    rows = side[shown].reshape(len(side[shown]), -1)
    sums = np.cumsum(rows, axis=0, dtype=np.float64)
    made: np.ndarray = sums[np.array(steps) - 1].argmax(axis=1)
    return made
