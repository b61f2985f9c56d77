"""The import behind the commands."""

import nir
import numpy as np
import pytest

from backspike.cli.nir_import import import_file, resets_of
from backspike.golden.nir.calibration import calibrate_nir
from backspike.golden.nir.neurons import NEURONS
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def file(outliers, tmp_path):
    nir.write(tmp_path / "a.nir", outliers)
    return tmp_path / "a.nir"


def test_resets_are_of_all_or_of_some():
    found = resets_of(("subtract", "lif=zero", "LIF=delayed"))
    assert found["IF"] == found["CubaLIF"] == "subtract"
    assert (found["lif"], found["LIF"]) == ("zero", "delayed")
    assert set(found) == {*NEURONS, "lif"}


def test_it_is_calibrated_on_a_file(file, tmp_path):
    spikes = np.random.default_rng(1).random((3, 20, 16)) < 0.2
    np.save(tmp_path / "c.npy", spikes)
    imported, calibration = import_file(file, ("zero",), tmp_path / "c.npy", dt=1.0)
    plain = read_nir(file, dt=1.0)
    expected = calibrate_nir(plain, spike_samples(plain, spikes))
    assert imported.choices == expected.imported.choices != plain.choices
    assert calibration.populations == expected.populations
    alone, none = import_file(file, ("zero",), None, dt=1.0)
    assert (alone.choices, none) == (plain.choices, None)


def test_problems_are_an_error(file):
    with pytest.raises(GraphError, match=r"lif \(LIF\): tau must be at least dt = 9 s, not 8"):
        import_file(file, ("zero",), None, dt=9.0)
