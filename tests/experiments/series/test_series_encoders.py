"""Encoders of values in time."""

import numpy as np
import pytest

from backspike.experiments.data.source import DataError
from backspike.experiments.series.series import series_of
from backspike.experiments.series.series_encoders import fit_series_encoder

FORMS = ("thermometer:4", "delta:0.25", "crossing:3", "rate:5", "latency:4")


def samples(seed, n=20, length=12, channels=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (n, length, channels)).cumsum(axis=1)
    return series_of(x, rng.integers(0, 2, n), rng.integers(3, length + 1, n))


@pytest.mark.parametrize("text", FORMS)
def test_spikes_end_with_their_sample_and_depend_on_nothing_beyond(text):
    train = samples(1)
    encoder = fit_series_encoder(text, train)
    made = encoder(train, seed=3)
    n, length, channels = train.x.shape
    assert made.x.shape == (n, length * encoder.steps, encoder.inputs)
    assert encoder.inputs % channels == 0
    assert made.x.dtype == np.uint8
    assert set(np.unique(made.x)) == {0, 1}
    assert made.lengths.tolist() == (train.lengths * encoder.steps).tolist()
    for sample, end in zip(made.x, made.lengths, strict=True):
        assert not sample[end:].any()
    changed = train._replace(x=np.where(train.valid()[..., None], train.x, 9.0))
    assert np.array_equal(encoder(changed, seed=3).x, made.x)
    assert np.array_equal(fit_series_encoder(text, changed)(train, seed=3).x, made.x)
    assert made.y is train.y


@pytest.mark.parametrize("text", FORMS)
def test_other_samples_are_encoded_as_the_training_samples_say(text):
    """Samples ten times as large spike otherwise than if they had been fitted themselves."""
    train, large = samples(1), samples(2)
    large = large._replace(x=large.x * 10)
    one, own = (fit_series_encoder(text, fitted)(large).x for fitted in (train, large))
    assert not np.array_equal(one, own)


def test_levels_of_a_thermometer_are_reached_by_as_many_values():
    x = np.arange(400.0).reshape(4, 100, 1)
    made = fit_series_encoder("thermometer:4", series_of(x, [0] * 4))(series_of(x, [0] * 4))
    assert made.x.sum(axis=(0, 1)).tolist() == [350, 250, 150, 50]
    assert (np.diff(made.x.astype(int), axis=2) <= 0).all()


def test_a_delta_follows_the_values():
    """The sum of what was told is never further off than a step, where values move slowly."""
    x = np.sin(np.arange(200) / 20).reshape(1, 200, 1)
    series = series_of(x, [0])
    encoder = fit_series_encoder("delta:0.1", series)
    up, down = encoder(series).x[0].T.astype(int)
    size = encoder.form.size[0]
    assert size == pytest.approx(0.1 * np.ptp(np.quantile(x, [0.05, 0.95])))
    told = x[0, 0, 0] + size * (up - down).cumsum()
    assert np.abs(told - x[0, :, 0]).max() < size
    assert not (up & down).any()
    assert up.sum() > 10 < down.sum()


def test_a_crossing_is_told_once():
    x = np.array([0.0, 3, 3, 1, 2, 0]).reshape(1, 6, 1)
    encoder = fit_series_encoder("crossing:1", series_of(np.array([[1.0, 2, 3]]), [0]))
    assert encoder(series_of(x, [0])).x[0].T.tolist() == [[0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]]


def test_rates_are_shares_of_the_range():
    train = series_of(np.array([[0.0, 10.0]]), [0])
    x = np.array([[-5.0, 0.0, 2.5, 10.0, 99.0]])
    made = fit_series_encoder("rate:1000", train)(series_of(x, [0]), seed=2)
    rates = made.x.reshape(5, 1000).mean(axis=1)
    assert rates[[0, 1, 3, 4]].tolist() == [0, 0, 1, 1]
    assert rates[2] == pytest.approx(0.25, abs=0.05)
    again, other = (
        fit_series_encoder("rate:1000", train)(series_of(x, [0]), seed=seed).x for seed in (2, 3)
    )
    assert np.array_equal(again, made.x)
    assert not np.array_equal(other, made.x)


def test_a_larger_value_spikes_sooner():
    train = series_of(np.array([[0.0, 8.0]]), [0])
    made = fit_series_encoder("latency:4", train)(series_of(np.array([[0.0, 1, 4, 8]]), [0]))
    assert made.x.reshape(4, 4).tolist() == [
        [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0]
    ]  # fmt: skip


def test_what_never_changes_tells_nothing():
    flat = series_of(np.full((2, 5, 1), 3.0), [0, 1])
    for text in FORMS:
        assert not fit_series_encoder(text, flat)(flat).x.any(), text


def test_spikes_stay_spikes():
    x = (np.random.default_rng(1).random((2, 5, 3)) < 0.5).astype(float)
    assert np.array_equal(
        fit_series_encoder("spikes", series_of(x, [0, 1]))(series_of(x, [0, 1])).x, x
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sine:3", "there is no form 'sine', only thermometer:LEVELS, delta:FRACTION, crossing"),
        ("thermometer", "levels must be between 1 and 64, not ''"),
        ("thermometer:65", "levels must be between 1 and 64, not '65'"),
        ("crossing:-1", "levels must be between 1 and 64, not '-1'"),
        ("delta:0", "fraction must be above 0 and at most 1, not '0'"),
        ("delta:nan", "fraction must be above 0 and at most 1, not 'nan'"),
        ("rate:0", "steps must be between 1 and 1024, not '0'"),
        ("latency:x", "steps must be between 1 and 1024, not 'x'"),
        ("spikes", "it takes no value, and samples of 0 and 1 alone"),
    ],
)
def test_what_is_no_encoder_is_refused(text, message):
    with pytest.raises(DataError, match=f"^encoder '{text}': {message}"):
        fit_series_encoder(text, samples(1))


def test_arguments_of_another_kind_are_refused():
    encoder = fit_series_encoder("delta:0.1", samples(1))
    with pytest.raises(TypeError, match=r"^series must be a Series"):
        encoder(np.ones((2, 3, 3)))
    with pytest.raises(DataError, match=r"^encoder 'delta:0.1' takes 3 channels, not 2$"):
        encoder(samples(1, channels=2))
    with pytest.raises(TypeError, match=r"^train must be a Series"):
        fit_series_encoder("delta:0.1", None)
    with pytest.raises(TypeError, match=r"^encoder must be a str"):
        fit_series_encoder(5, samples(1))
