"""All that is written to load a program, and cores that have run another program before."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.image import image_memories, image_registers
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.packing import unpack_weights
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_program import random_program, random_stimulus

EVERYTHING = CORE_PRESETS["tiny-loihi"]


def test_an_empty_program_makes_a_core_new():
    core = GoldenCore(EVERYTHING)
    rng = np.random.default_rng(1)
    program = random_program(rng, EVERYTHING)
    core.load(program)
    core.run(20, random_stimulus(rng, program, 20))
    core.load(Program(EVERYTHING, {}, {}))
    new = GoldenCore(EVERYTHING)
    for name, memory in MEMORIES.items():
        if name not in ("counters", "lists", "dense", "sparse", "tags", "delays"):
            np.testing.assert_array_equal(core.read(name), new.read(name), err_msg=name)
            assert memory.exists(EVERYTHING)


def test_only_what_a_core_looks_at_is_written_whole():
    words = np.ones(3, np.uint64)
    program = Program(EVERYTHING, {"dense": words, "lists": words, "rows": words}, {"rows": 1})
    image = dict(image_memories(program))
    lengths = {name: len(image[name]) for name in image}
    assert lengths == {
        "axons": 80,
        "lists": 3,
        "dense": 3,
        "rows": 16,
        "profiles": 16,
        "bias": 64,
        "rules": 4,
        "microcode": 128,
        "random": 4,
        "tags": 3,
        "delays": 3,
        "noise": 2,
    }
    assert image["rows"].tolist() == [1] * 3 + [0] * 13
    registers = image_registers(program)
    assert set(registers) == {n for n, r in REGISTERS.items() if r.writable}
    assert {name for name, value in registers.items() if value} == {"rows"}


@pytest.mark.parametrize("dither", [1, 2])
def test_a_program_learns_alike_on_every_core(dither):
    rule = "dw = -2^-2*w*u0"

    def compiled(**sizes):
        network = Network()
        source = network.input("in", sizes["inputs"])
        middle = network.population("q", sizes["cells"], threshold=1)
        target = network.population("p", 4, threshold=1)
        options = {"pattern": "all-to-all", "rule": rule, "exponent": 0, "bits": 9}
        network.connect("d", middle, target, 200, **options)
        network.connect("c", source, target, 200, **options)
        return compile_network(network, EVERYTHING)

    def learned(core, program):
        core.load(program)
        core.run(1)
        dense = unpack_weights(EVERYTHING, core.read("dense"))
        return program.placements["d"].gather(dense)

    core, program = GoldenCore(EVERYTHING), compiled(inputs=1, cells=4)
    core.load(compiled(inputs=8, cells=1))
    core.set_register("dither", dither)
    core.set_register("learn_rows", 20)
    core.run(3)
    assert (learned(core, program) == 150).all()
    np.testing.assert_array_equal(learned(core, program), learned(GoldenCore(EVERYTHING), program))
