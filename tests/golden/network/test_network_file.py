"""Files of networks: what is read is what was written, to the last word of the program."""

import json
from random import Random

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.errors import UserError
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.initial_weights import init_kernels, init_weights
from backspike.golden.nbp.layer_shapes import LayerShape
from backspike.golden.nbp.learning import LearningOptions
from backspike.golden.nbp.paper_circuit import paper_circuit
from backspike.golden.network.network import Network
from backspike.golden.network.network_file import _population, load_network, save_network
from backspike.golden.network.neurons import Population
from backspike.sim.verify.random_network import random_network


def same_programs(one, two):
    first, second = compile_network(one), compile_network(two)
    assert first.params == second.params
    assert first.registers == second.registers
    assert first.memories.keys() == second.memories.keys()
    for name, words in first.memories.items():
        assert np.array_equal(words, second.memories[name]), name


def plain_network():
    rng = np.random.default_rng(1)
    network = Network(seed=3, epoch=4)
    network.traces(x1=(16, 8.0), r1=(4.0, 2.0))
    image = network.input("image", 12)
    cells = network.population("cells", 12, threshold=[5] * 12, tau_v=9.0, reset="subtract")
    gated = network.population("gated", 12, threshold=9, gate=cells, bias=np.arange(12) / 64)
    network.convolve("conv", image, cells, np.ones((2, 2, 1, 2)), image=(3, 4, 1), pad=0, stride=1)
    network.connect("mixed", cells, gated, rng.integers(-9, 9, 12) * 256, pattern="one-to-one")
    network.connect("some", image[3:5], cells[2], [1, 500], pattern=[(0, 0), (1, 0)], delays=[1, 2])
    network.connect(
        "learned", cells, gated, rng.integers(-99, 99, (12, 12)) * 2, pattern="all-to-all",
        rule="dw = 2*x1*y0", rounding="stochastic", reinforcement=1,
    )  # fmt: skip
    network.teach("learned", gated, negate=True)
    network.teach("learned", cells, rule="x1*y0", rounding="stochastic", reinforcement=1)
    network.reward(cells[1:3], -5, reinforcement=1)
    network.transpose("back", "learned", gated, cells, delay=3)
    network.share("learned", cells, gated)
    return network


KERNELS = (LayerShape.convolution((4, 5, 1), (2, 3), 16, pad=1), LayerShape.dense(400, 5))
RANDOM = LearningOptions(rate=(60, 256))


@pytest.mark.parametrize(
    "make",
    [
        plain_network,
        lambda: paper_circuit((12, 7, 5), init_weights((12, 7, 5), 1)),
        lambda: folded_circuit(init_weights((12, 7, 5), 1)),
        lambda: folded_circuit(init_kernels(KERNELS, 1), shapes=KERNELS, learning=RANDOM),
    ],
)
def test_a_network_is_read_as_it_was_written(tmp_path, make):
    network = make()
    file = save_network(network, tmp_path / "net.npz")
    read = load_network(str(file))
    assert repr(read) == repr(network)
    same_programs(network, read)
    again = save_network(read, tmp_path / "again.npz")
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("seed", range(4))
def test_random_networks_are_read_as_they_were_written(tmp_path, seed):
    network = random_network(Random(seed))
    same_programs(network, load_network(save_network(network, tmp_path / "net.npz")))


def test_what_is_no_network_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"^network must be a Network, not 3"):
        save_network(3, tmp_path / "net.npz")
    with pytest.raises(UserError, match=r"^file of a network must end in \.npz, not 'net\.txt'$"):
        save_network(Network(), tmp_path / "net.txt")
    file = tmp_path / "net.npz"
    np.savez(file, a=np.zeros(1))
    with pytest.raises(UserError, match=r"net\.npz is not a network of this version$"):
        load_network(file)
    file.write_bytes(b"text")
    with pytest.raises(UserError):
        load_network(file)
    with pytest.raises(FileNotFoundError):
        load_network(tmp_path / "none.npz")


@pytest.mark.parametrize(
    "calls",
    [
        [["population", {"name": "a", "size": 0, "threshold": 1}]],
        [["save", {}]],
        [["input", {"name": "a", "size": 2, "more": 1}]],
        [["connect", {"name": "a", "source": {"neurons": ["x", 0, 1]}}]],
        [["input", {"name": "a", "size": {"array": "array/9"}}]],
        [["input"]],
        3,
    ],
)
def test_a_file_that_was_changed_is_one_line(tmp_path, calls):
    file = tmp_path / "net.npz"
    meta = {"format": "backspike network 1", "seed": 0, "epoch": 1, "lava": False, "calls": calls}
    np.savez(file, meta=np.array(json.dumps(meta)))
    with pytest.raises(UserError, match=r"^[^\n]*net\.npz is damaged: [^\n]+$"):
        load_network(file)


def test_what_is_as_it_is_anyway_is_not_kept():
    assert _population(Population("p", 2, threshold=3)).keys() == {"name", "size", "threshold"}
    kept = _population(Population("p", 2, threshold=3, refractory=4))
    assert kept.keys() == {"name", "size", "threshold", "refractory"}
