"""Data in time that a network learns: loaded, and made into spikes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.experiments.files import digest
from backspike.experiments.inputs import first_samples
from backspike.experiments.series.load_series import SeriesData, load_series
from backspike.experiments.series.series_encoders import SeriesEncoder, fit_series_encoder
from backspike.golden.temporal.samples import TemporalSamples

__all__ = ["TemporalData", "load_temporal"]


@dataclass(frozen=True, eq=False)
class TemporalData:
    """Samples as spikes.

    Attributes
    ----------
    series : SeriesData
        What they were made of.
    train, test, validation : TemporalSamples
        The last one is None if no samples were set aside.
    """

    series: SeriesData
    train: TemporalSamples
    test: TemporalSamples
    validation: TemporalSamples | None
    encoder: SeriesEncoder

    @property
    def active(self) -> float:
        """Share of the inputs that spike in a step of the training samples."""
        x, lengths = self.train.x, self.train.lengths
        return float(x[np.arange(x.shape[1]) < lengths[:, None]].mean())

    def digest(self) -> str:
        """SHA-256 of all samples as spikes."""
        splits = [self.train, self.test, *([self.validation] if self.validation else [])]
        return digest(array for split in splits for array in split)


def load_temporal(
    dataset: str, encoder: str, *, samples: int | None = None, **source: Any
) -> TemporalData:
    """Load data by name or path, see :func:`load_series`, and encode it.

    Parameters
    ----------
    encoder : str
        See :mod:`~.series.series_encoders`; fitted on training samples.
    samples : int, optional
        Train on so many first samples only.

    Raises
    ------
    UserError
        If the data or the encoder cannot be used.
    """
    series = load_series(dataset, **source)
    fitted = fit_series_encoder(encoder, series.train)
    train = TemporalSamples(*fitted(series.train))
    x, y = first_samples(samples, train.x, train.y)
    test = TemporalSamples(*fitted(series.test))
    aside = series.validation
    return TemporalData(
        series,
        TemporalSamples(x, train.lengths[: len(y)], y),
        test,
        None if aside is None else TemporalSamples(*fitted(aside)),
        fitted,
    )
