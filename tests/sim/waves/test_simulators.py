"""Simulators that trace."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.sim.waves.simulators import SIMULATORS
from backspike.sim.waves.write_waves import write_waves


@pytest.fixture
def program():
    network = Network()
    network.traces(x1=(40, 8.0), y1=(40, 8.0))
    pixels, cells = network.input("pixels", 8), network.population("cells", 4, threshold=50,
                                                                   decay_v=400)  # fmt: skip
    network.connect(
        "syn", pixels, cells, 60, pattern="all-to-all", rule="dw = 2^-4*x1*y0 - 2^-4*x0*y1"
    )
    # a memory of more bits than Verilator traces of itself
    return compile_network(network, lanes=2, dense_words=1024)


def test_both_simulators_tell_the_same(program, tmp_path, read_vcd):
    told, spikes = [], Stimulus.of(np.eye(8, dtype=np.uint8)[:6])
    for simulator in SIMULATORS:
        path = tmp_path / f"{simulator}.vcd"
        write_waves(program, spikes, path, steps=(1, 3), simulator=simulator)
        changes = read_vcd(path)
        told.append({name: v for name, v in changes.items() if ".network." in name})
        assert len(changes) > 1000
    assert len(told[0]) > 32
    assert told[0] == told[1]


def test_what_does_not_fit_is_refused_before_anything_is_written(program, tmp_path):
    assert list(SIMULATORS) == ["amaranth", "verilator"]
    path = tmp_path / "a.vcd"
    with pytest.raises(ValueError, match="simulator must be one of amaranth, verilator, not 'ic'"):
        write_waves(program, None, path, steps=(0, 1), simulator="ic")
    with pytest.raises(ValueError, match="input axon must be between 0 and 7, not 8"):
        write_waves(program, Stimulus([0], [8]), path, steps=(0, 1))
    with pytest.raises(ValueError, match="first step must be at most the last one, 1, not 2"):
        write_waves(program, None, path, steps=(2, 1))
    with pytest.raises(TypeError, match="program must be a Program"):
        write_waves("a.npz", None, path, steps=(0, 1))
    assert not list(tmp_path.iterdir())
