"""An engine that ends with the last step of a waveform."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.golden.readings import Reading
from backspike.hdl.core import Core
from backspike.sim.engines.amaranth_engine import SimulatorLink
from backspike.sim.waves.traced_engine import Recorded, TracedEngine
from backspike.sim.waves.window import Window


@pytest.fixture(scope="module")
def program():
    network = Network()
    source, target = network.input("in", 2), network.population("out", 2, threshold=5)
    network.connect("all", source, target, 9, pattern="all-to-all")
    return compile_network(network, lanes=1)


def test_it_begins_before_the_first_step_and_ends_behind_the_last(program):
    begun = []
    link = SimulatorLink(lambda: Core(program.params))
    engine = TracedEngine(program.params, link, "amaranth", Window(2, 4), lambda: begun.append(1))
    engine.load(program)
    record = engine.run(2, Stimulus(np.array([0]), np.array([1])))
    assert record.steps.tolist() == [1, 1]
    assert not begun
    _, words = engine.watch(1, None, {"registers": Reading(0, 1, np.array([0]))})
    assert words["registers"].shape == (1, 1)
    assert begun == [1]
    record = engine.run(1, Stimulus(np.array([0]), np.array([0])))
    with pytest.raises(Recorded):
        engine.run(50, Stimulus(np.array([40]), np.array([0])))
    assert begun == [1]
    for again in (engine.clear, lambda: engine.load(program)):
        with pytest.raises(Recorded):
            again()
