"""Places of weights in the order of a core's neurons."""

import numpy as np

from backspike.golden.nir.placing import channels_last, place_of, placed_weights
from backspike.golden.nir.storage import GroupStorage, LinkStorage


def test_the_channels_of_an_image_come_last():
    assert channels_last((4,)).tolist() == [0, 1, 2, 3]
    image = np.arange(12).reshape(3, 2, 2)
    assert channels_last((3, 2, 2)).tolist() == image.transpose(1, 2, 0).reshape(-1).tolist()


def test_weights_follow_their_neurons():
    plain, image = np.arange(4), channels_last((2, 2, 1))
    each = np.array([10, 20, 30, 40])
    weights, pattern = placed_weights(each, image, image, None)
    assert (weights.tolist(), pattern) == (each[image].tolist(), "one-to-one")
    weights, pairs = placed_weights(each, plain, image, None)
    assert weights.tolist() == each.tolist()
    assert [image[target] for _, target in pairs] == [0, 1, 2, 3]
    matrix = np.arange(16).reshape(4, 4)
    weights, pattern = placed_weights(matrix, plain, image, None)
    assert (weights.tolist(), pattern) == (matrix[:, image].tolist(), "all-to-all")
    assert placed_weights(np.diag(each), plain, plain, None)[1] == "one-to-one"


def test_a_stored_pattern_is_kept():
    plain, each = np.arange(3), np.array([1, 2, 3])
    weights, pattern = placed_weights(each, plain, plain, LinkStorage(0, "W", 0, "all-to-all"))
    assert (weights.tolist(), pattern) == (np.diag(each).tolist(), "all-to-all")


def test_what_has_no_place_comes_last():
    assert place_of(GroupStorage(7)) == 7
    assert sorted([None, LinkStorage(1, "b"), LinkStorage(0, "a")], key=place_of)[-1] is None
