"""The data that a command asks for."""

import numpy as np
import pytest

from backspike.experiments.inputs import first_samples, load_data, shortened, training_samples
from backspike.golden.errors import UserError


def test_the_first_samples_are_taken():
    data = shortened(load_data("digits"), 30)
    assert (len(data.x_train), len(data.y_train)) == (30, 30)
    assert len(data.x_test) == 360
    with pytest.raises(UserError, match=r"^--samples must be between 1 and 30, not 31$"):
        first_samples(31, data.x_train, data.y_train)


@pytest.mark.parametrize("name", ["digits", "mine.npz"])
def test_a_folder_that_is_not_looked_into_is_refused(name, tmp_path):
    with pytest.raises(UserError, match=f"{name} is not read from a folder$"):
        load_data(name, tmp_path, None)


def test_images_are_moved_only_if_asked_for():
    data = shortened(load_data("digits"), 30)
    plain = training_samples(data, 0, 1, dataset="digits")
    assert np.array_equal(plain(3, np.arange(30)), data.x_train)
    moved = training_samples(data, 1, 1, dataset="digits")
    one, two = (moved(epoch, np.arange(30)) for epoch in (0, 1))
    assert one.shape == data.x_train.shape
    assert not np.array_equal(one, two)
    assert np.array_equal(one[5:9], moved(0, np.arange(5, 9)))
