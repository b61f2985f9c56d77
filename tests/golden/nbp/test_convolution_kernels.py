"""nBP with convolutions against a plain and slow reading of its equations, in numpy."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.core.random_bank import xorshift
from backspike.golden.nbp.equations import evaluate, forward
from backspike.golden.nbp.layer_shapes import LayerShape
from backspike.golden.nbp.learning import LearningOptions, random_states
from backspike.golden.nbp.training import train

LANES = 4
#: Of random networks in which every layer learns.
SEEDS = 0, 2, 4, 6, 7, 9, 10, 11, 14, 15, 16


def windows(image, shape):
    """What each target sees of an image: targets' rows and columns, then those of a kernel."""
    padded = np.pad(image, ((shape.pad, shape.pad), (shape.pad, shape.pad), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, (shape.rows, shape.columns), (0, 1))
    return seen[:: shape.stride, :: shape.stride].transpose(0, 1, 3, 4, 2)


def sums(w, shape, x):
    """Sums of the targets of one layer."""
    seen = windows(x.reshape(shape.image).astype(int), shape)
    return np.einsum("yxijc,ijcf->yxf", seen, w.reshape(shape.kernels).astype(int)).ravel()


def sources_of(shape):
    """Source that each target sees through each element of a kernel; -1 beyond the image."""
    numbers = np.arange(shape.n_pre).reshape(shape.image) + 1
    return windows(numbers, shape) - 1


def errors_below(w, shape, d):
    """Errors that come back to each source."""
    e = np.zeros(shape.n_pre + 1, int)
    back = np.einsum("yxf,ijcf->yxijc", d.reshape(shape.out), w.reshape(shape.kernels).astype(int))
    np.add.at(e, sources_of(shape), back)
    return e[:-1]


def learn(w, shape, active, d, rate, states):
    """Every source in turn: all that its negative errors change, then its positive ones."""
    kernels, d, seen = w.reshape(shape.kernels), d.reshape(shape.out), sources_of(shape)
    for source in np.flatnonzero(active):
        for sign in (-1, 1):
            places = np.argwhere(seen == source)
            for y, x, i, j, c in sorted(places.tolist(), key=lambda place: (place[2], place[1])):
                for first in range(0, shape.filters, LANES):
                    word = range(first, min(first + LANES, shape.filters))
                    if not any(d[y, x, f] == sign for f in word):
                        continue
                    if rate:
                        states[:] = [int(xorshift(np.uint32(state))) for state in states]
                    for f in word:
                        if d[y, x, f] == sign:
                            fraction = states[f - first] >> 16 & 255 if rate else 0
                            step = 2 * (sign * (rate or 256) + fraction >> 8)
                            kernels[i, j, c, f] = np.clip(kernels[i, j, c, f] + step, -256, 254)


def plain_sample(weights, shapes, x, label, learning, epoch, states):
    """One sample, in place; returns whether the output was exact."""
    active, s = [x], []
    for w, shape in zip(weights, shapes, strict=True):
        s.append(sums(w, shape, active[-1]))
        active.append((s[-1] > 512).astype(int))
    t = np.arange(len(s[-1])) == label
    (low, high), (strong_low, strong_high) = learning.weak, learning.strong
    weak, strong = (low < s[-1]) & (s[-1] <= high), (strong_low < s[-1]) & (s[-1] <= strong_high)
    d = [(t & weak).astype(int) - (~t & strong)]
    for layer in range(len(weights) - 1, 0, -1):
        e, z, below = (
            errors_below(weights[layer], shapes[layer], d[0]),
            learning.dead_zone,
            s[layer - 1],
        )
        d.insert(0, ((e > z).astype(int) - (e < -z)) * ((below > 0) & (below <= 1024)))
    for layer in (*range(1, len(weights)), 0):
        rate = learning.rate_in(epoch, layer)
        learn(weights[layer], shapes[layer], active[layer], d[layer], rate, states)
    return (active[-1] == t).all()


def random_shapes(rng):
    """One or two convolutions, of any stride and padding, and two or one matrices."""
    image = (int(rng.integers(5, 9)), int(rng.integers(5, 9)), int(rng.integers(1, 4)))
    shapes = []
    for _ in range(rng.integers(1, 3)):
        kernel = tuple(int(n) for n in rng.integers(1, min(4, *image[:2]) + 1, 2))
        pad, stride = int(rng.integers(min(kernel))), int(rng.integers(1, 4))
        filters = LANES * int(rng.integers(1, 4))
        shapes.append(LayerShape.convolution(image, kernel, filters, stride, pad))
        image = shapes[-1].out
    sizes = [shapes[-1].n_post, *rng.integers(3, 9, 3 - len(shapes)).tolist()]
    return [*shapes, *(LayerShape.dense(n, m) for n, m in pairwise(sizes))]


def random_task(rng, samples):
    """Shapes, weights that reach both rails, inputs and classes."""
    shapes = random_shapes(rng)
    weights = [
        (2 * rng.integers(-110, 128, shape.weights)).clip(-256, 254).astype(np.int16)
        for shape in shapes
    ]
    x = (rng.random((samples, shapes[0].n_pre)) < 0.4).astype(np.uint8)
    return shapes, weights, x, rng.integers(shapes[-1].n_post, size=samples)


@pytest.mark.parametrize("rate", [None, 100, (40, 256)], ids=["whole", "one rate", "rates"])
@pytest.mark.parametrize("seed", SEEDS)
def test_matches_a_plain_reading(seed, rate):
    rng = np.random.default_rng(seed)
    shapes, weights, x, y = random_task(rng, 20)
    learning = LearningOptions(512, 16384, int(rng.integers(0, 65)), rate, halving=3 if rate else 0)
    expected = [w.copy() for w in weights]
    random = None if rate is None else random_states(LANES, seed)
    states = [0] * LANES if random is None else [int(state) for state in random]
    hits = sum(
        plain_sample(expected, shapes, *sample, learning, 0, states)
        for sample in zip(x, y, strict=True)
    )
    before = [w.copy() for w in weights]
    assert train(weights, x, y, shapes=shapes, learning=learning, random=random) == hits
    for w, want in zip(weights, expected, strict=True):
        assert w.tolist() == want.tolist()
    assert all((w != was).any() for w, was in zip(weights, before, strict=True))
    if random is not None:
        assert random.tolist() == states


def test_sums_and_read_outs():
    shapes, weights, x, y = random_task(np.random.default_rng(3), 20)
    found = forward(weights, x, shapes)
    for k, sample in enumerate(x):
        for w, shape, s in zip(weights, shapes, found, strict=True):
            wanted = sums(w, shape, sample)
            assert s[k].tolist() == wanted.tolist()
            sample = (wanted > 512).astype(int)
    assert evaluate(weights, x, y, shapes).membrane == np.mean(found[-1].argmax(1) == y)


def test_shared_weights_saturate_after_every_step():
    """Of three positions, two raise a weight near its rail, and then one lowers it."""
    shapes = [LayerShape.convolution((1, 3, 1), (1, 1), 1), LayerShape.dense(3, 1)]
    weights = [np.array([[252]], np.int16), np.array([[200], [200], [-200]], np.int16)]
    x = np.ones((1, 3), np.uint8)
    train(weights, x, np.array([0]), shapes=shapes, learning=LearningOptions(512, 16384))
    assert weights[0].tolist() == [[252]], "254, 254 and 252, not 254"


def test_a_kernel_of_the_size_of_the_image_is_a_matrix():
    rng = np.random.default_rng(2)
    weights = [(2 * rng.integers(-60, 128, size)).astype(np.int16) for size in ((30, 8), (8, 3))]
    weights = [w.clip(-256, 254) for w in weights]
    x, y = (rng.random((50, 30)) < 0.4).astype(np.uint8), rng.integers(3, size=50)
    # The image is a column of which the kernel sees all, through elements instead of channels.
    shapes = [LayerShape.convolution((30, 1, 1), (30, 1), 8), LayerShape.dense(8, 3)]
    dense = [w.copy() for w in weights]
    learning = LearningOptions(rate=100)
    train(dense, x, y, learning=learning, random=random_states(LANES, 1))
    train(weights, x, y, shapes=shapes, learning=learning, random=random_states(LANES, 1))
    assert all((a == b).all() for a, b in zip(dense, weights, strict=True))
