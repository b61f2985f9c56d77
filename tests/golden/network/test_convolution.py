"""Convolutions on golden core and RTL, against plain sums; their words are stored once."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array
from backspike.sim.engines.amaranth_engine import AmaranthEngine


def plain(x, kernels, stride, pad):
    """Sums of the target for a binary image x."""
    rows, columns, _, channels = kernels.shape
    height = (x.shape[0] + 2 * pad - rows) // stride + 1
    width = (x.shape[1] + 2 * pad - columns) // stride + 1
    wide = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
    out = np.zeros((height, width, channels), np.int64)
    for y, z in np.ndindex(height, width):
        patch = wide[y * stride : y * stride + rows, z * stride : z * stride + columns]
        out[y, z] = np.einsum("ijc,ijco->o", patch.astype(np.int64), kernels)
    return out


@pytest.mark.parametrize(
    ("image", "kernel", "stride", "pad", "shared", "engine"),
    [
        ((5, 6, 2), (3, 3, 8), 1, 0, True, GoldenCore),
        ((5, 6, 1), (3, 2, 4), 1, 1, True, GoldenCore),
        ((4, 3, 1), (3, 2, 4), 1, 1, True, AmaranthEngine),
        ((7, 7, 2), (3, 3, 4), 2, 1, True, GoldenCore),
        ((9, 8, 1), (4, 5, 4), 3, 3, True, GoldenCore),
        ((5, 5, 2), (3, 3, 3), 1, 1, False, GoldenCore),
    ],
)
def test_it_adds_what_a_convolution_adds(image, kernel, stride, pad, shared, engine):
    rng = np.random.default_rng([*image, stride])
    rows, columns, channels = kernel
    kernels = 2 * rng.integers(-127, 128, (rows, columns, image[2], channels))
    x = rng.random(image) < 0.4
    expected = plain(x, kernels, stride, pad)
    network = Network()
    source = network.input("x", x.size)
    target = network.population("o", expected.size, threshold=131071)
    network.convolve("k", source, target, kernels, image=image, stride=stride, pad=pad, delay=1)
    program = compile_network(network, lanes=4)
    core = engine(program.params)
    core.load(program)
    axons = program.inputs["x"][0] + np.flatnonzero(x)
    core.run(3, Stimulus(np.zeros(len(axons), np.int64), axons))
    first, size = program.populations["o"]
    v = unpack_array(state_layout(program.params), core.read("state"))["v"][first : first + size]
    assert np.array_equal(v, 64 * expected.reshape(-1))
    words = program.memories["dense" if shared else "sparse"]
    assert set(program.memories) & {"dense", "sparse"} == {"dense" if shared else "sparse"}
    assert len(words) == kernels.size // 4 if shared else len(words) > kernels.size


@pytest.mark.parametrize("engine", [GoldenCore, AmaranthEngine])
def test_kernels_learn_from_every_pair_of_neurons_one_after_the_other(engine):
    """Saturation makes the order of the sources matter."""
    network = Network(epoch=2)
    x = network.input("x", 3)
    y = network.population("y", 2 * 4, threshold=1)
    up, down = network.input("up", 8), network.input("down", 8)
    plus = network.population("plus", 8, threshold=0)
    minus = network.population("minus", 8, threshold=0)
    for source, target in ((up, plus), (down, minus)):
        network.connect(target.name + " drive", source, target, 1, pattern="one-to-one")
    first = np.array([250, 252, -254, 0]).reshape(1, 1, 1, 4) + np.zeros((1, 2, 1, 1))
    network.convolve("k", x, y, first, image=(1, 3, 1), rule="dw = 4*x0*y0")
    network.teach("k", plus)
    network.teach("k", minus, negate=True)
    program = compile_network(network, lanes=4)
    core = engine(program.params)
    core.load(program)
    # All of x fire. Channel 0 rises at both positions, 1 rises at position 0 and falls at 1, 2
    # falls at both, 3 falls at 0 and rises at 1.
    sent = {"x": [0, 1, 2], "up": [0, 4, 1, 7], "down": [5, 2, 6, 3]}
    axons = np.concatenate([program.inputs[name][0] + np.array(n) for name, n in sent.items()])
    core.run(2, Stimulus(np.zeros(len(axons), np.int64), np.sort(axons)))
    # Element j joins source p + j and position p: both see position 0 first, and then 1.
    expected = np.array([254, 250, -256, 0])
    assert program.matrix(core, "k").reshape(2, 4).tolist() == [expected.tolist()] * 2


def test_rules_of_tags_and_delays_are_not_for_kernels():
    network = Network()
    x, y = network.input("x", 4), network.population("y", 4, threshold=1)
    for rule, what in (("dt = x0*y0", "tags"), ("dd = x0*y0", "delays")):
        message = rf"^rule of convolution 'k' must not use {what}: shared synapses have none$"
        with pytest.raises(ValueError, match=message):
            network.convolve("k", x, y, np.ones((1, 1, 1, 1)), image=(2, 2, 1), rule=rule)


def test_bad_convolutions_are_refused():
    network = Network()
    source, target = network.input("x", 25), network.population("o", 36, threshold=1)
    kernels = np.ones((3, 3, 1, 4))
    good = {"image": (5, 5, 1), "kernels": kernels}
    for changes, message in (
        ({"kernels": kernels[0]}, r"^kernels of .* must have shape \(height, width, 1, channels"),
        ({"image": (5, 4, 1)}, r"^source of convolution 'k' must be 20 neurons .* not 25 from 0$"),
        ({"pad": 3}, r"^pad of convolution 'k' must be between 0 and 2, not 3$"),
        ({"stride": 0}, r"^stride of convolution 'k' must be between 1 and 16, not 0$"),
        ({"pad": 1}, r"^target of convolution 'k' must be 100 neurons .* not 36 from 0$"),
        ({"kernels": np.ones((6, 6, 1, 4))}, r"^convolution 'k': kernels of \(6, 6\) exceed an"),
        ({"image": (0, 5, 1)}, r"^height of the image of convolution 'k' must be between 1 and"),
        ({"kernels": kernels * 0.5}, r"^weight of convolution 'k' must be a multiple of 1 from"),
    ):
        options = good | changes
        with pytest.raises(ValueError, match=message):
            network.convolve("k", source, target, **options)
    for image in (5, (5, 5), (5.0, 5, 1)):
        with pytest.raises(TypeError, match=r"image of convolution 'k' must be (\(height|an int)"):
            network.convolve("k", source, target, kernels, image=image)
    network.convolve("k", source, target, **good)
    with pytest.raises(ValueError, match=r"^convolution 'k' is already there$"):
        network.convolve("k", source, target, **good)
