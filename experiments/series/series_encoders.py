"""Encoders of values in time: from numbers to spikes, fitted on training samples alone.

| form | inputs of a channel | spikes |
| --- | --- | --- |
| ``thermometer:LEVELS`` | LEVELS | in each step, input k, from 0, where the value is above the \
quantile (k + 1/2) / LEVELS of the training values |
| ``delta:FRACTION`` | up, down | where the value has left the last one told by FRACTION of the \
range of 5 to 95 % of the training values; one step of that size is told at a time |
| ``crossing:LEVELS`` | up, down for each level | where the value passes such a quantile |
| ``rate:STEPS`` | 1 | each value is STEPS steps of the core, with a spike by chance in each: \
never at the smallest training value, always at the largest |
| ``latency:STEPS`` | 1 | each value is STEPS steps with one spike, the sooner the larger it is; \
none at the smallest |
| ``spikes`` | 1 | where the value is above 0 |
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from backspike.experiments.data.source import DataError
from backspike.experiments.series.series import Series
from backspike.golden.errors import check_int, check_text, check_type

__all__ = ["SeriesEncoder", "SeriesSpikes", "fit_series_encoder"]

_MAX_LEVELS, _MAX_STEPS = 64, 1024
#: Quantiles between which a delta is a fraction of: outliers have no say.
_INNER = (0.05, 0.95)


class SeriesSpikes(NamedTuple):
    """Samples as spikes of inputs."""

    x: np.ndarray
    """uint8 0 or 1, ``(n, steps, inputs)``; 0 beyond the end of a sample."""
    lengths: np.ndarray
    """Steps of each sample, int64, ``(n,)``."""
    y: np.ndarray
    """Classes, as of the series."""


class _Form(Protocol):
    """A fitted way from values to spikes."""

    @property
    def inputs(self) -> int:
        """Inputs for each channel."""

    @property
    def steps(self) -> int:
        """Steps of the core for each value."""

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Spikes, bool ``(n, steps * T, channels, inputs)``, of values ``(n, T, channels)``."""


@dataclass(frozen=True, eq=False)
class SeriesEncoder:
    """An encoder that has been fitted.

    Attributes
    ----------
    text : str
        As it was asked for.
    channels : int
        Of the samples that it was fitted on, and takes.
    """

    text: str
    channels: int
    form: _Form

    @property
    def inputs(self) -> int:
        """Inputs of a network that takes the spikes."""
        return self.channels * self.form.inputs

    @property
    def steps(self) -> int:
        """Steps of the core for each step of a sample."""
        return self.form.steps

    def __call__(self, series: Series, *, seed: int = 0) -> SeriesSpikes:
        """Spikes of samples; inputs of a channel stand together. ``seed`` is that of chance.

        Raises
        ------
        TypeError, DataError
            If it is no series, or has another number of channels.
        """
        check_type("series", series, Series)
        check_int("seed", seed, 0, (1 << 63) - 1)
        n, length, channels = series.x.shape
        if channels != self.channels:
            raise DataError(f"encoder {self.text!r} takes {self.channels} channels, not {channels}")
        spikes = self.form(series.x, np.random.default_rng(seed))
        spikes &= np.repeat(series.valid(), self.steps, axis=1)[:, :, None, None]
        x = spikes.reshape(n, length * self.steps, self.inputs).view(np.uint8)
        return SeriesSpikes(x, series.lengths * self.steps, series.y)


def fit_series_encoder(text: str, train: Series) -> SeriesEncoder:
    """The encoder that ``text`` describes, such as ``delta:0.1``, fitted on training samples.

    Raises
    ------
    TypeError, DataError
        If there is no such form, its value is out of range, or the samples are no series.
    """
    check_type("train", train, Series)
    name, _, value = check_text("encoder", text).strip().partition(":")
    if name not in _FORMS:
        known = ", ".join(form for form, _ in _FORMS.values())
        raise DataError(f"encoder {text!r}: there is no form {name!r}, only {known}")
    values = train.x[train.valid()]
    return SeriesEncoder(text, train.x.shape[2], _FORMS[name][1](text, value.strip(), values))


@dataclass(frozen=True, eq=False)
class _Thermometer:
    knots: np.ndarray
    """Rising, ``(levels, channels)``."""
    steps = 1

    @property
    def inputs(self) -> int:
        return len(self.knots)

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return x[..., None] > self.knots.T


@dataclass(frozen=True, eq=False)
class _Crossing:
    knots: np.ndarray
    steps = 1

    @property
    def inputs(self) -> int:
        return 2 * len(self.knots)

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        above = x[..., None] > self.knots.T
        before = np.concatenate([above[:, :1], above[:, :-1]], axis=1)
        return np.stack([above & ~before, before & ~above], axis=-1).reshape(*x.shape, -1)


@dataclass(frozen=True, eq=False)
class _Delta:
    size: np.ndarray
    """Of what is told at a time, ``(channels,)``."""
    inputs, steps = 2, 1

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        told, spikes = x[:, 0].copy(), np.zeros((*x.shape, 2), bool)
        for step in range(1, x.shape[1]):
            gone = x[:, step] - told
            spikes[:, step, :, 0], spikes[:, step, :, 1] = gone >= self.size, gone <= -self.size
            left = np.abs(gone) >= self.size
            told += np.copysign(np.where(left, self.size, 0), gone)
        return spikes


@dataclass(frozen=True, eq=False)
class _Graded:
    """Spikes by the share of a value in the range of the training values."""

    low: np.ndarray
    high: np.ndarray
    steps: int
    inputs = 1

    def share(self, x: np.ndarray) -> np.ndarray:
        """Share of the range, 0 to 1."""
        return np.clip(
            (x - self.low) / np.where(self.high > self.low, self.high - self.low, 1), 0, 1
        )


class _Rate(_Graded):
    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        share = np.repeat(self.share(x), self.steps, axis=1)[..., None]
        return rng.random(share.shape) < share


class _Latency(_Graded):
    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        share = self.share(x)
        first = np.minimum(((1 - share) * self.steps).astype(int), self.steps - 1)
        fires = np.arange(self.steps) == np.where(share > 0, first, -1)[..., None]
        n, length, channels = x.shape
        return fires.transpose(0, 1, 3, 2).reshape(n, length * self.steps, channels, 1)


class _Spikes:
    inputs = steps = 1

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return (x > 0)[..., None]


def _whole(text: str, value: str, what: str, high: int) -> int:
    number = int(value) if value.isdecimal() and len(value) < 9 else 0
    if not 1 <= number <= high:
        raise DataError(f"encoder {text!r}: {what} must be between 1 and {high}, not {value!r}")
    return number


def _knots(text: str, value: str, values: np.ndarray) -> np.ndarray:
    levels = _whole(text, value, "levels", _MAX_LEVELS)
    return np.quantile(values, (np.arange(levels) + 0.5) / levels, axis=0)


def _delta(text: str, value: str, values: np.ndarray) -> _Delta:
    try:
        fraction = float(value)
    except ValueError:
        fraction = 0.0
    if not 0 < fraction <= 1:
        raise DataError(f"encoder {text!r}: fraction must be above 0 and at most 1, not {value!r}")
    low, high = np.quantile(values, _INNER, axis=0)
    # What never changes in training tells nothing.
    return _Delta(np.where(high > low, (high - low) * fraction, np.inf))


def _graded(make: type[_Rate] | type[_Latency]) -> Callable[[str, str, np.ndarray], _Form]:
    def fit(text: str, value: str, values: np.ndarray) -> _Form:
        steps = _whole(text, value, "steps", _MAX_STEPS)
        return make(values.min(axis=0), values.max(axis=0), steps)

    return fit


def _spikes(text: str, value: str, values: np.ndarray) -> _Spikes:
    if value or ((values != 0) & (values != 1)).any():
        raise DataError(f"encoder {text!r}: it takes no value, and samples of 0 and 1 alone")
    return _Spikes()


#: Forms by name: how they are written, and the way to fit one.
_FORMS: dict[str, tuple[str, Callable[[str, str, np.ndarray], _Form]]] = {
    "thermometer": ("thermometer:LEVELS", lambda t, v, x: _Thermometer(_knots(t, v, x))),
    "delta": ("delta:FRACTION", _delta),
    "crossing": ("crossing:LEVELS", lambda t, v, x: _Crossing(_knots(t, v, x))),
    "rate": ("rate:STEPS", _graded(_Rate)),
    "latency": ("latency:STEPS", _graded(_Latency)),
    "spikes": ("spikes", _spikes),
}
