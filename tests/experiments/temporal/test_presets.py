"""Settings by data set."""

import pytest

from backspike.experiments.series.bundled import BUNDLED
from backspike.experiments.temporal.presets import DEFAULT, PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_of_bundled_data(name):
    assert name in BUNDLED
    assert PRESETS[name].hidden
    assert PRESETS[name].epochs > 0


def test_rates_fall():
    for preset in (DEFAULT, *PRESETS.values()):
        options = preset.options
        assert options.in_epoch(preset.epochs - 1).rate <= options.rate
