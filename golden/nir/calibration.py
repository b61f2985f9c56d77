"""Calibration: scale, limit of weights and rounding of each population, chosen by measuring."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from backspike.golden.errors import CapacityError, check_int
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.comparison import CoreRun, float_samples
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.quantise import Constant, scaled_constants
from backspike.golden.nir.reference import Activity
from backspike.golden.nir.samples import Samples
from backspike.golden.nir.scales import EXACT
from backspike.golden.nir.tally import Tally, never_fires
from backspike.golden.nir.to_network import NirImport, rounded_by

__all__ = ["MOST_SAMPLES", "Calibrated", "Calibration", "Trial", "calibrate_nir"]

#: Samples that calibration looks at, of more that there may be.
MOST_SAMPLES = 64
#: Scales that are tried, as multiples of that with the least errors, by the scaling.
_MULTIPLES = {
    "power-of-two": (1.0, 0.25, 0.5, 2.0, 4.0, 8.0),
    "free": tuple(2.0 ** (n / 4) for n in (0, -4, -2, -1, 1, 2, 3, 4, 6, 8, 12)),
}
#: Percentiles that weights are limited to.
_CLIPS = (99.9, 99.5, 99.0, 98.0, 95.0, 90.0)
#: Most multiples of the smallest weight that are looked at for a scale that makes all whole.
_MOST_WHOLE = 256


@dataclass(frozen=True)
class Trial:
    """A choice for a population, and what it cost.

    Attributes
    ----------
    choice : Choice
    exact : bool
        Weights, threshold and biases are what they were.
    cost : float, optional
        Share of the spikes of both sides that only one has; of neurons that never fire, the
        relative error of their voltages. None if it does not fit.
    rate_error : float
        Mean difference of rates, in spikes a step.
    note : str
        The reason why it does not fit.
    """

    choice: Choice
    exact: bool
    cost: float | None
    rate_error: float = 0.0
    note: str = ""

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Order of trials, the best first."""
        return not self.exact, np.inf if self.cost is None else self.cost, self.rate_error


@dataclass(frozen=True)
class Calibrated:
    """Choice for a population.

    Attributes
    ----------
    name : str
    trials : tuple of Trial
        In their order; the first is the choice by the errors of the constants.
    chosen : int
        Number of the trial that was taken.
    why : str
    """

    name: str
    trials: tuple[Trial, ...]
    chosen: int
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values that JSON has."""
        trials = [asdict(trial) | {"words": str(trial.choice)} for trial in self.trials]
        return {"name": self.name, "why": self.why, "chosen": self.chosen, "trials": trials}


@dataclass(frozen=True, eq=False)
class Calibration:
    """An import whose populations are rounded as measured, and how that came.

    Attributes
    ----------
    imported : NirImport
    populations : tuple of Calibrated
    origin : str
    samples : int
        So many were looked at.
    """

    imported: NirImport
    populations: tuple[Calibrated, ...]
    origin: str
    samples: int


def _quiet(doing: str, done: int, total: int) -> None:
    """Tell nobody."""


def calibrate_nir(
    imported: NirImport,
    samples: Samples,
    *,
    most: int = MOST_SAMPLES,
    progress: Callable[[str, int, int], None] = _quiet,
) -> Calibration:
    """Choose scale, limit of weights and rounding of each population on calibration data.

    Populations come one after the other, from the inputs on. Each is run on the golden core, with
    those before it as they were chosen, beside the float graph. The choice is the one with the
    least share of spikes that only one side has, then with the least error of rates, and, of equal
    ones, that by the errors of constants; but where constants can be exact, it is among those.
    Scales come first, then limits of weights, with the best scale, the one by the errors of what is
    left, and the double of that, then sums.

    Parameters
    ----------
    imported : NirImport
        Its ``scaling`` says which scales there are.
    samples : Samples
        Data that is not tested on.
    most : int
        The first so many samples are used.
    progress : callable, optional
        Told, at each trial, the population and the trials so far, and how many populations of how
        many are done.

    Raises
    ------
    CapacityError
        If no core can hold the network.
    """
    check_int("most", most, 1, 1 << 20)
    used = samples.first(most)
    names = list(imported.choices)
    read = {name for name in names if never_fires(imported, name)}
    exact = [
        Activity(sample.spikes, {name: sample.voltages[name] for name in read})
        for sample in float_samples(imported, used)
    ]
    done: list[Calibrated] = []
    for number, name in enumerate(names):

        def tell(tried: int, name: str = name, number: int = number) -> None:
            progress(f"{name}, {tried} tried", number, len(names))

        found = _Search(imported, name, used, exact, tell).found()
        done.append(found)
        choices = {**imported.choices, name: found.trials[found.chosen].choice}
        imported = rounded_by(imported, choices)
    progress("", len(names), len(names))
    return Calibration(imported, tuple(done), samples.origin, len(used))


class _Search:
    """Trials of one population, with all others as they are."""

    def __init__(
        self,
        imported: NirImport,
        name: str,
        samples: Samples,
        exact: list[Activity],
        tell: Callable[[int], None],
    ) -> None:
        self._imported, self._name = imported, name
        self._samples, self._exact, self._tell = samples, exact, tell
        self._trials: list[Trial] = []

    def found(self) -> Calibrated:
        """The best of the trials, and why it is."""
        first = self._imported.choices[self._name]
        self._try(first)
        for choice in self._scales():
            if not self._best.exact or self._best.cost:
                self._try(choice)
        for choices in (self._limits, self._sums):
            for choice in choices():
                if not self._best.exact and self._best.cost:
                    self._try(choice)
        return Calibrated(
            self._name, tuple(self._trials), self._trials.index(self._best), self._why()
        )

    @property
    def _best(self) -> Trial:
        return min(self._trials, key=lambda trial: trial.rank)

    def _scales(self) -> Iterator[Choice]:
        """Scales beside the first one, and those that make all constants whole."""
        first = self._trials[0].choice
        scales = [
            float(first.scale or 1.0) * n for n in _MULTIPLES[self._imported.conventions.scaling]
        ]
        if self._imported.conventions.scaling == "free":
            constants = _scaled(self._imported, self._name)
            whole = _whole_scale(constants, float(first.scale or 1.0))
            scales = [whole * n for n in (1, 2, 4, 8) if whole] + scales
        for scale in scales:
            yield replace(first, scale=scale)

    def _limits(self) -> Iterator[Choice]:
        """Limits of weights, each with three scales."""
        best = self._best.choice
        for clip in _CLIPS:
            yield replace(best, clip=clip)
            with suppress(GraphError):
                finer = rounded_by(self._imported, self._with(Choice(clip=clip)))
                choice = finer.choices[self._name]
                yield choice
                yield replace(choice, scale=2 * float(choice.scale or 1.0))

    def _sums(self) -> Iterator[Choice]:
        """Weights whose sums are kept."""
        yield replace(self._best.choice, rounding="sums")

    def _with(self, choice: Choice) -> dict[str, Choice]:
        """Choices of all populations with another one of this."""
        return {**self._imported.choices, self._name: choice}

    def _try(self, choice: Choice) -> None:
        """Measure a choice, unless it was measured before."""
        if choice in [trial.choice for trial in self._trials]:
            return
        self._tell(len(self._trials))
        try:
            made = rounded_by(self._imported, self._with(choice))
            run = CoreRun(made)
        except (GraphError, CapacityError) as error:
            if not self._trials:
                raise
            self._trials.append(Trial(choice, False, None, note=str(error)))
            return
        tally = Tally(made, self._name)
        for number, exact_sample in enumerate(self._exact):
            tally.add(number, exact_sample, run.sample(self._samples, number, voltages=False), 0)
        result = tally.result(len(self._exact), self._samples.steps)
        exact = not any(constant.error for constant in _scaled(made, self._name))
        shared = 1.0 if result.same_spikes is None else result.same_spikes
        cost = 1 - shared if result.read_error is None else result.read_error
        self._trials.append(Trial(choice, exact, cost, result.rate_error))

    def _why(self) -> str:
        """The reason for the choice, in words."""
        first, best = self._trials[0], self._best
        if best.exact:
            return "its constants are exact" + ("" if best.cost else ", and nothing differs")
        if best is first:
            return f"{best.cost:.2%} differ, and no less with the others"
        if best.cost == first.cost:
            return f"{best.cost:.2%} differ, as by the errors of constants, but rates less"
        return f"{best.cost:.2%} differ, {first.cost:.2%} by the errors of constants"


def _scaled(imported: NirImport, name: str) -> list[Constant]:
    """Constants of a population that its scale multiplies."""
    return scaled_constants(next(r.constants for r in imported.records if r.node == name))


def _whole_scale(constants: list[Constant], scale: float) -> float:
    """The least factor of a few that makes weights and threshold whole; 0 if there is none.

    ``scale`` is the one that the constants have now.
    """
    parts = [c.exact.reshape(-1) for c in constants if c.name != "bias"]
    values = np.unique(np.abs(np.concatenate([[0.0], *parts]) / scale))[1:]
    for count in range(1, _MOST_WHOLE + 1) if values.size else ():
        scaled = values * (count / values[0])
        if (np.abs(scaled - np.rint(scaled)) <= EXACT * scaled).all():
            return float(count / values[0])
    return 0.0
