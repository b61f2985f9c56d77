"""Places of populations and inputs, and rows of compartments."""

import numpy as np
import pytest

from backspike.golden.compiler.placement import place, row_columns
from backspike.golden.errors import UserError
from backspike.golden.network.network import Network
from backspike.hdl.layouts import Gate, NoiseTarget


def test_populations_of_one_profile_share_rows_and_others_do_not():
    network = Network()
    for name, size, threshold in (("a", 3, 1), ("b", 2, 9), ("c", 3, 1), ("d", 5, 1)):
        network.population(name, size, threshold=threshold)
    layout = place(network, 4)
    assert layout.populations == {"a": 0, "c": 3, "d": 6, "b": 12}
    assert layout.row_profiles == [0, 0, 0, 1]
    assert [profile["threshold"] for profile in layout.profiles] == [1, 9]
    assert layout.compartments == 16


def test_populations_of_other_noise_have_rows_of_their_own():
    network = Network()
    network.population("a", 1, threshold=1)
    network.population("b", 1, threshold=1, noise=(2, 3), noisy="voltage")
    layout = place(network, 4)
    assert layout.populations == {"a": 0, "b": 4}
    columns = row_columns(network, layout, 8)
    assert columns["noise_mantissa"] == [0, 2]
    assert columns["noise_exponent"] == [0, 3]
    assert columns["noisy"][1] == NoiseTarget.VOLTAGE.value


def test_dense_targets_begin_a_row():
    network = Network()
    x = network.input("x", 3)
    for name in ("before", "target", "after"):
        network.population(name, 3, threshold=1)
    network.connect("W", x, network.populations["target"], 2, pattern="all-to-all", rule="x0*y0")
    layout = place(network, 4)
    assert layout.dense == {"W"}
    assert layout.populations == {"target": 0, "before": 4, "after": 7}


@pytest.mark.parametrize(
    ("options", "is_dense"),
    [
        ({"weights": np.ones((8, 8))}, True),
        ({"weights": np.eye(8)}, False),
        ({"weights": 1, "pattern": "one-to-one"}, False),
        ({"weights": np.eye(8), "rule": "x0*y0", "bits": 9}, True),
        ({"weights": np.where(np.eye(8), 3, 512)}, False),
        ({"weights": np.eye(8), "reuse": "transpose"}, True),
        ({"weights": np.eye(8), "reuse": "share"}, True),
    ],
)
def test_the_format_of_a_connection(options, is_dense):
    network = Network()
    x, y = network.input("x", 8), network.population("y", 8, threshold=1)
    reuse = options.pop("reuse", None)
    network.connect("W", x, y, **{"pattern": "all-to-all", **options})
    if reuse == "transpose":
        network.transpose("W^T", "W", y, network.population("z", 8, threshold=1))
    if reuse == "share":
        network.share("W", network.input("v", 8), y)
    assert ("W" in place(network, 4).dense) == is_dense


def test_parts_that_do_not_begin_at_the_first_neuron_are_sparse():
    network = Network()
    x, y = network.input("x", 8), network.population("y", 12, threshold=1)
    network.connect("W", x, y[4:], 1, pattern="all-to-all")
    assert not place(network, 4).dense


@pytest.mark.parametrize(("channels", "shared"), [(4, True), (8, True), (3, False), (6, False)])
def test_convolutions_are_shared_where_channels_fill_the_words(channels, shared):
    network = Network()
    x, y = network.input("x", 9), network.population("y", 4 * channels, threshold=1)
    network.convolve("k", x, y, np.ones((2, 2, 1, channels)), image=(3, 3, 1))
    assert ("k" in place(network, 4).shared) == shared


@pytest.mark.parametrize(
    ("channels", "out", "back", "message"),
    [
        (1, 6, False, "kernels of .* the lanes, 4, for kernels that learn, not 6"),
        (4, 6, True, "kernels of .* the lanes, 4, for kernels that learn, not 6"),
        (3, 8, True, "channels of .* the lanes, 4, for spikes that go back, not 3"),
    ],
)
def test_kernels_that_learn_fill_words(channels, out, back, message):
    network = Network()
    x, y = network.input("x", 9 * channels), network.population("y", 4 * out, threshold=1)
    kernels = np.ones((2, 2, channels, out)) * 2
    network.convolve("k", x, y, kernels, image=(3, 3, channels), rule="dw = 2*x0*y0")
    if back:
        network.transpose("back", "k", y, network.population("z", x.size, threshold=1))
    with pytest.raises(UserError, match=f"^{message}$"):
        place(network, 4)


def test_axons_and_rows_of_parts():
    network = Network()
    x = network.input("x", 3)
    z = network.input("z", 6)
    y = network.population("y", 9, threshold=1)
    network.population("gated", 6, threshold=1, gate=z)
    layout = place(network, 4)
    assert layout.inputs == {"x": 0, "z": 4}  # a gate begins a row
    assert layout.input_axons == 10
    assert layout.first_axon(x[1], 32) == 33
    assert layout.first_axon(y[5:], 32) == layout.populations["y"] + 5
    first = layout.populations["y"] // 4
    assert layout.rows(y[3:5], 32) == range(first, first + 2)
    assert layout.rows(z[:], 32) == range(9, 11)


def test_rows_that_share_sums_and_gates():
    network = Network()
    x = network.input("x", 5)
    a = network.population("a", 5, threshold=1)
    network.population("b", 5, threshold=1, sums_of=a, negate=True, gate=x, gated_by="silence")
    layout = place(network, 4)
    columns = row_columns(network, layout, 16)
    assert layout.populations == {"a": 0, "b": 8}
    assert columns["sums"] == [0, 1, 0, 1]
    assert columns["keep"] == [0, 0, 1, 1]  # the lowest is updated last, and clears them
    assert columns["negate"] == [0, 0, 1, 1]
    assert columns["gating"] == [Gate.NONE.value] * 2 + [Gate.CLOSED.value] * 2
    assert columns["gate"] == [0, 0, 4, 5]


def test_rows_that_watch_stand_below_those_they_watch():
    """Two populations watch one that takes the sums of another; only those with sums clear them."""
    network = Network()
    a = network.population("a", 5, threshold=1)
    b = network.population("b", 5, threshold=1, sums_of=a)
    network.population("c", 5, threshold=1, watches=b, negate=True, gate=a)
    network.population("d", 5, threshold=2, watches=a)
    layout = place(network, 4)
    columns = row_columns(network, layout, 32)
    assert layout.populations == {"c": 0, "d": 8, "a": 16, "b": 24}
    assert columns["watch"] == [1, 1, 1, 1, 0, 0, 0, 0]
    assert columns["sums"] == [6, 7, 4, 5, 4, 5, 4, 5]
    assert columns["keep"] == [1, 1, 1, 1, 0, 0, 1, 1]
    assert columns["negate"] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert columns["gating"][:2] == [Gate.OPEN.value] * 2
    assert columns["gate"][:2] == [4, 5]


def test_populations_stand_by_whether_they_have_synapses_and_teach():
    network = Network()
    a = network.population("mute", 4, threshold=1)
    b = network.population("teaches", 4, threshold=2)
    c = network.population("teaches and sends", 4, threshold=3)
    d = network.population("sends", 4, threshold=4)
    network.population("watches", 4, threshold=5, watches=a)
    network.connect("dd", d, d, 2, pattern="all-to-all", rule="x0*y0")
    network.teach("dd", b)
    network.teach("dd", c)
    network.reward(c, 1)
    layout = place(network, 4)
    assert sorted(layout.populations, key=layout.populations.__getitem__) == [
        *("watches", "sends", "teaches and sends", "teaches", "mute"),
    ]
