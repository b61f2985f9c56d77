"""Connections as links of NIR."""

import nir
import numpy as np

from backspike.golden.network.network import Network
from backspike.golden.nir.export_links import image_shapes, joins_of, link_node


def joins(network, images=None, weights=None):
    return {join.name: join for join in joins_of(network, images or {}, weights or {})}


def test_a_matrix_has_what_a_spike_adds():
    network = Network()
    source, cells = network.input("in", 4), network.population("cells", 3, threshold=1)
    network.connect("half", source, cells, 3, pattern="all-to-all", exponent=0)
    network.connect("twice", source, cells, [1, 2], pattern=[(0, 1), (0, 1)])
    network.connect("part", source[1:3], cells[2], 5, pattern="all-to-all")
    network.connect("late", source, cells[:1], 4, pattern="all-to-all", delays=[[0], [1], [0], [2]])
    found = joins(network)
    assert found["half"].weights.tolist() == [[3] * 3] * 4
    assert found["half"].storage.exponent == 0
    assert found["twice"].weights[0].tolist() == [0, 3, 0]
    assert found["part"].weights[:, 2].tolist() == [0, 5, 5, 0]
    assert [found[name].delay for name in ("late", "late after 2", "late after 3")] == [0, 1, 2]
    assert found["late after 2"].weights[:, 0].tolist() == [0, 4, 0, 0]
    for name in ("twice", "part", "late"):
        assert found[name].storage is None, name


def test_followers_have_joins_of_their_own():
    network = Network()
    source, cells = network.input("in", 2), network.population("cells", 2, threshold=1)
    network.population("less", 2, threshold=1, sums_of=cells, negate=True)
    network.connect("W", source, cells, [[1, 2], [3, 4]], pattern="all-to-all")
    found = joins(network)
    assert found["W to less"].weights.tolist() == [[-1, -2], [-3, -4]]
    assert found["W to less"].target == "less"


def test_images_are_what_convolutions_alone_lead_to():
    network = Network()
    image = network.input("image", 9)
    one, two = (network.population(name, 4, threshold=1) for name in ("one", "two"))
    last = network.population("last", 1, threshold=1)
    kernels = np.arange(4).reshape(2, 2, 1, 1)
    network.convolve("a", image, one, kernels, image=(3, 3, 1))
    network.convolve("b", image, two, kernels, image=(3, 3, 1))
    network.convolve("c", two, last, kernels, image=(2, 2, 1))
    assert image_shapes(network) == {
        "image": (1, 3, 3), "one": (1, 2, 2), "two": (1, 2, 2), "last": (1, 1, 1)
    }  # fmt: skip
    network.connect("dense", image, two, 1, pattern="all-to-all")
    shapes = image_shapes(network)
    assert shapes == {"image": (1, 3, 3), "one": (1, 2, 2)}
    found = joins(network, shapes)
    assert found["a"].convolution is network.convolutions["a"]
    assert found["b"].convolution is None
    sources, targets, weights = network.convolutions["b"].synapses()
    assert np.array_equal(found["b"].weights[sources, targets], weights)
    assert np.count_nonzero(found["b"].weights) == np.count_nonzero(weights)
    # Its source is no image any more.
    assert found["c"].convolution is None


def test_kinds_of_links():
    network = Network()
    source, cells = network.input("in", 3), network.population("cells", 3, threshold=1)
    network.connect("each", source, cells, [1, 2, 3], pattern="one-to-one")
    network.connect("all", source, cells, np.arange(9).reshape(3, 3), pattern="all-to-all")
    found, none = joins(network), np.zeros(3)
    assert link_node(found["each"], {}, none).scale.tolist() == [1, 2, 3]
    assert isinstance(link_node(found["each"], {}, none + 1), nir.Affine)
    assert link_node(found["all"], {}, none).weight.tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert link_node(found["all"], {}, none + 1).bias.tolist() == [1, 1, 1]
