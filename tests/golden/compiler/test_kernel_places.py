"""Places of shared kernels, and of the lists that go back through them."""

import numpy as np
import pytest

from backspike.golden.compiler.kernel_places import (
    lists_back,
    lists_forth,
    numbered,
    stored_kernels,
)
from backspike.golden.network.network import Network

LANES = 4


@pytest.fixture
def convolution():
    """from an image of 2x3 pixels and four channels to one of 2x4 and eight."""
    network = Network()
    x, y = network.input("x", 2 * 3 * 4), network.population("y", 2 * 4 * 8, threshold=1)
    kernels = np.arange(3 * 2 * 4 * 8).reshape(3, 2, 4, 8)
    return network.convolve("k", x, y, kernels, image=(2, 3, 4), pad=1, stride=1)


def test_weights_are_where_their_entries_say(convolution):
    for rotated in (False, True):
        words, lanes, entries = stored_kernels(convolution, LANES, rotated=rotated)
        stored = words.reshape(-1)[lanes]
        assert (stored == convolution.weights.reshape(-1)[entries]).all()
        assert sorted(entries.tolist()) == list(range(convolution.weights.size))
        for lane, entry in zip(lanes, entries, strict=True):
            _, _, channel, out = np.unravel_index(entry, convolution.weights.shape)
            assert lane % LANES == (out + channel * rotated) % LANES


def test_words_of_a_list_are_those_of_its_targets(convolution):
    words, *_ = stored_kernels(convolution, LANES, rotated=False)
    fields = lists_forth(convolution, LANES)
    expected = list(zip(*convolution.synapses(), strict=True))
    found = []
    for source, address, row, count in zip(*fields.values(), strict=True):
        weights = words[address:].reshape(-1)[:count].tolist()
        found += [(source, row * LANES + n, weight) for n, weight in enumerate(weights)]
    assert found == expected


def test_each_pixel_is_reached_through_its_element(convolution):
    words, *_ = stored_kernels(convolution, LANES, rotated=True)
    fields = lists_back(convolution, LANES)
    _, width, channels = convolution.out
    seen = set()
    for source, address, row, lane in zip(
        *(fields[name] for name in ("source", "address", "row", "rotate")), strict=True
    ):
        (y, x), out = divmod(source // channels, width), source % channels
        top, left = divmod(row, convolution.image[1])
        element = convolution.weights[top + 1 - y, left + 1 - x, :, out]
        read = [words[address + c * fields["post"], (c + lane) % LANES] for c in range(4)]
        assert read == element.tolist()
        seen.add((source, row))
    assert len(seen) == len(fields["source"])
    assert fields["count"] == 4


def test_numbers_take_the_place_of_weights(convolution):
    assert (numbered(convolution).weights.reshape(-1) == np.arange(3 * 2 * 4 * 8)).all()
