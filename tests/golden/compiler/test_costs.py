"""Costs of synapses, and the cheaper format is taken."""

import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.network.network import Network


def compiled():
    network = Network()
    x = network.input("x", 16)
    few, many = (
        network.population("few", 3, threshold=1),
        network.population("many", 36, threshold=1),
    )
    image = network.population("image", 9 * 8, threshold=1)
    holes = np.where(np.arange(16 * 36).reshape(16, 36) % 9 == 0, 5, 0)
    network.connect("full", x, many, 7, pattern="all-to-all")
    network.connect("holes", x, many, holes, pattern="all-to-all")
    network.connect("narrow", x, few, 7, pattern="all-to-all")
    network.connect("pairs", x, many, 7, pattern=[(0, 1), (0, 2), (3, 4)])
    network.convolve("kernels", x, image, np.ones((2, 2, 1, 8)), image=(4, 4, 1))
    network.share("full", x, many)
    return compile_network(network, lanes=4)


def test_each_connection_takes_the_cheaper_format():
    costs = {cost.name: cost for cost in compiled().costs}
    formats = {name: (c.format, c.synapses, c.words, c.lists) for name, c in costs.items()}
    assert formats == {
        "full": ("dense", 16 * 36, 16 * 9, 16),
        "holes": ("sparse", 16 * 36, 64, 16),
        "narrow": ("dense", 48, 16, 16),
        "pairs": ("sparse", 3, 3, 2),
        "kernels": ("shared", 4 * 9 * 8, 2 * 2 * 2, 4 * 3 * 2),
        "full again": ("again", 16 * 36, 0, 16),
    }
    for name in ("full", "holes", "kernels"):
        (other,) = costs[name].others.values()
        assert costs[name].bits < other


def test_kernels_that_learn_cost_lists():
    network = Network(epoch=2)
    x, y = network.input("x", 4 * 4 * 4), network.population("y", 9 * 8, threshold=1)
    up, down = (network.population(name, 9 * 8, threshold=1, sums_of=y) for name in ("up", "down"))
    back = network.population("back", x.size, threshold=1)
    kernels = np.full((2, 2, 4, 8), 2)
    network.convolve("kernels", x, y, kernels, image=(4, 4, 4), rule="dw = 2*x0*y0")
    network.teach("kernels", up)
    network.teach("kernels", down, negate=True)
    network.transpose("errors", "kernels", up, back)
    program = compile_network(network, lanes=4)
    kernels, errors = program.costs
    lists = 6 * 4 * 4  # of sources of each column and channel: 1, 2, 2, 1 rows of the kernel
    assert (kernels.format, kernels.words, kernels.lists) == ("shared", 4 * 4 * 2, 2 * lists)
    assert (errors.format, errors.lists) == ("column", 9 * 8 * 4)
    assert kernels.others == errors.others == {}
    assert program.params.columns


def test_words_are_those_of_the_memories():
    program = compiled()
    dense = sum(c.words for c in program.costs if c.format in ("dense", "shared"))
    sparse = sum(c.words for c in program.costs if c.format == "sparse")
    assert len(program.memories["dense"]) == dense  # a group is a word of 4 lanes
    assert len(program.memories["sparse"]) == sparse


def test_a_saved_program_keeps_them(tmp_path):
    program = compiled()
    program.save(tmp_path / "program.npz")
    assert Program.load(tmp_path / "program.npz").costs == program.costs
