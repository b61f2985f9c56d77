"""Small networks with everything that can be probed, and a core for them."""

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.hdl.presets import CORE_PRESETS

#: That of ``tests/system/test_random_rules.py``, so that its simulator is built once.
CORE = CORE_PRESETS["tiny-loihi"].with_(
    compartments=16, input_axons=8, lists=16, dense_words=16, sparse_words=16, delay_slots=8
)


def _learning():
    """Every kind of plastic and fixed connection, tags, delays, all traces, rewards."""
    rng = np.random.default_rng(0)
    network = Network(seed=3)
    network.traces(
        x1=(40, 8.0), x2=(9, 3.0), y1=(30, 8.0), y2=(5, 4.0), y3=(7, 2.0), r1=5.0, r0=3.0
    )
    a, b = network.input("a", 4), network.input("b", 4)
    p = network.population("p", 4, threshold=60, decay_u=1000, decay_v=300, refractory=2)
    q = network.population("q", 4, threshold=30, bias=2)
    network.connect(
        "dense",
        a,
        p,
        rng.integers(2, 30, (4, 4)) * 2,
        pattern="all-to-all",
        rule="dw = 2^-4*x1*y0 - 2^-5*x2*y1*x0; dt = x0 - y0*y2; dd = 2^-3*x0*y3",
        rounding="stochastic",
        tags=rng.integers(-9, 9, (4, 4)),
        delays=rng.integers(0, 4, (4, 4)),
    )
    pairs = [(0, 3), (2, 1), (1, 0), (2, 2)]
    network.connect("sparse", b, q, [8, 16, 24, 32], pattern=pairs, rule="dw = 4*x0*r1 - 2*y0*r0")
    pairs = [(3, n) for n in range(4)]
    network.connect("fixed", b, p, [0, 4, 8, 1.5], pattern=pairs, exponent=-1)
    network.connect("one", p[2], q, 12, pattern="one-to-all", exponent=2)
    network.transpose("back", "dense", p, network.population("r", 4, threshold=50), negate=True)
    network.reward(q[0], 3)
    network.reward(b[2], -2, "r0")
    return network


def _kernels():
    """Convolutions of both formats."""
    rng = np.random.default_rng(5)
    network = Network()
    a, b = network.input("a", 4), network.input("b", 4)
    maps = network.population("maps", 2, threshold=9)
    shared = network.population("shared maps", 4, threshold=9)
    kernels = rng.integers(1, 9, (1, 1, 4, 2)) * 2
    network.convolve("kernel", a, maps, kernels, image=(1, 1, 4))
    network.convolve("shared", b, shared, rng.integers(-9, 9, (1, 2, 2, 4)), image=(1, 2, 2))
    return network


@pytest.fixture(scope="session")
def core():
    """Parameters of the core."""
    return CORE


@pytest.fixture
def learning():
    """See :func:`_learning`."""
    return _learning()


@pytest.fixture
def kernels():
    """See :func:`_kernels`."""
    return _kernels()


@pytest.fixture(scope="session")
def spikes():
    """Spikes of the inputs of both within 60 steps."""
    rng = np.random.default_rng(1)
    return {
        "a": rng.random((60, 4)) < 0.3,
        "b": [(3, 2), (9, 0), (9, 1), (20, 2), (31, 2), (5, 3), (33, 3), (40, 1), (40, 0)],
    }
