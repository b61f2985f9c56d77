"""Places of kernels that many neurons share, in dense words and in the lists that go back."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from backspike.golden.compiler.synapse_places import SinglePlacement
from backspike.golden.network.convolution import Convolution

__all__ = ["StoredKernels", "lists_back", "lists_forth", "numbered", "stored_kernels"]


class StoredKernels(NamedTuple):
    """Kernels of a convolution as a core holds them.

    Attributes
    ----------
    words : numpy.ndarray
        Dense words, int16, shape (words, lanes).
    lanes : numpy.ndarray
        Number of the lane of each weight, from the first word's first, int64.
    entries : numpy.ndarray
        Place of each among the weights, row by row, int64, same shape.
    """

    words: np.ndarray
    lanes: np.ndarray
    entries: np.ndarray

    def placement(self, convolution: Convolution, first: int) -> SinglePlacement:
        """Places of the weights if the first word is at an address."""
        lanes = first * self.words.shape[1] + self.lanes
        return SinglePlacement("dense", convolution.weights.shape, lanes, self.entries)


def stored_kernels(convolution: Convolution, lanes: int, *, rotated: bool) -> StoredKernels:
    """The kernels in the order of the lists of their runs.

    If they are ``rotated``, lane ``n`` of channel ``c`` is stored in bank ``(n + c) % lanes``.
    """
    rows, columns, channels, filters = convolution.weights.shape
    words_of_channel = rows * columns * filters // lanes
    first = np.repeat(np.arange(channels), words_of_channel)[:, None] * rotated
    banks = (first + np.arange(lanes)) % lanes
    places = (np.arange(len(banks))[:, None] * lanes + banks).reshape(-1)
    words = np.empty(banks.shape, np.int16)
    words.reshape(-1)[places] = convolution.kernel_rows().reshape(-1)
    return StoredKernels(words, places, numbered(convolution).kernel_rows().reshape(-1))


def lists_forth(convolution: Convolution, lanes: int) -> dict[str, np.ndarray]:
    """Fields of the lists of each neuron of the source, one for each row of targets.

    ``source`` is the neuron; ``address`` and ``row`` count from the first word of the kernels and
    the first row of the target.
    """
    filters = convolution.out[2]
    runs = [(r.source, r.place, r.position, r.pixels) for r in convolution.runs()]
    source, place, position, pixels = np.array(runs, np.int64).T
    words = filters // lanes
    return {
        "source": source,
        "address": words * place,
        "row": words * position,
        "count": filters * pixels,
    }


def lists_back(convolution: Convolution, lanes: int) -> dict[str, Any]:
    """Fields of the lists that go back from each neuron of the target, one for each pixel.

    ``source`` is the neuron; ``address`` and ``row`` count from the first word of the kernels and
    the first row of the image that they go to.
    """
    rows, columns, channels, filters = convolution.weights.shape
    words = filters // lanes
    source, place, channel, pixel = np.array(list(convolution.ways_back()), np.int64).T
    return {
        "source": source,
        "address": words * place + channel // lanes,
        "row": channels // lanes * pixel,
        "count": channels,
        "post": rows * columns * words,
        "rotate": channel % lanes,
    }


def numbered(convolution: Convolution) -> Convolution:
    """The convolution with the place of each weight among the kernels instead of it."""
    places = np.arange(convolution.weights.size).reshape(convolution.weights.shape)
    return replace(convolution, weights=places)
