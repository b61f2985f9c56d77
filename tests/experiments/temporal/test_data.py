"""Data in time as spikes."""

import numpy as np
import pytest

from backspike.experiments.temporal.data import load_temporal
from backspike.golden.errors import UserError


def test_samples_are_encoded(series_file):
    data = load_temporal(str(series_file), "thermometer:3", validation=0.2)
    assert data.encoder.inputs == data.train.x.shape[2] == 6
    assert data.validation is not None
    total = sum(len(split.y) for split in (data.train, data.test, data.validation))
    assert total == 60
    assert 0 < data.active < 1
    valid = [x[:length] for x, length in zip(data.train.x, data.train.lengths, strict=True)]
    assert data.active == pytest.approx(np.concatenate(valid).mean())


def test_first_samples_alone(series_file):
    every = load_temporal(str(series_file), "thermometer:3")
    some = load_temporal(str(series_file), "thermometer:3", samples=10)
    np.testing.assert_array_equal(some.train.x, every.train.x[:10])
    assert some.digest() != every.digest()
    assert every.digest() == load_temporal(str(series_file), "thermometer:3").digest()
    with pytest.raises(UserError, match=r"^--samples must be between 1 and \d+, not 99$"):
        load_temporal(str(series_file), "thermometer:3", samples=99)
