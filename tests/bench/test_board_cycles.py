"""Cycles of a sample on the boards' cores."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from backspike.bench import board_cycles
from backspike.fpga.boards import BOARDS
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.initial_weights import init_weights
from backspike.sim.engines.verilator import VerilatorEngine

LAYERS = (20, 6, 3)


@pytest.fixture
def small_boards(monkeypatch):
    """Two boards of one core, one of a core as wide as its rows, and one that is too small."""
    narrow = compile_network(folded_circuit(init_weights(LAYERS, seed=1)), lanes=4).params
    wide = narrow.with_(dendrite_lanes=4, dynamics=False)
    board = replace(BOARDS["ulx3s-85f"], params=narrow)
    small = narrow.with_(dense_words=narrow.dense_words // 2)
    boards = [board, replace(board, name="again"), replace(board, name="wide", params=wide)]
    boards.append(replace(board, name="small", params=small))
    rng = np.random.default_rng(1)
    x, y = (rng.random((40, LAYERS[0])) < 0.3).astype("u1"), rng.integers(3, size=40)
    monkeypatch.setattr(board_cycles, "BOARDS", {board.name: board for board in boards})
    monkeypatch.setattr(board_cycles, "mnist_or_noise", lambda data_dir: ("noise", x, y))
    monkeypatch.setattr(board_cycles, "LAYERS", LAYERS)
    monkeypatch.setattr(board_cycles, "WARM_UP", 10)
    monkeypatch.setattr(board_cycles, "SAMPLES", 20)
    monkeypatch.setattr(board_cycles, "VerilatorEngine", partial(VerilatorEngine, brief=True))


def test_each_core_is_measured_once_by_phase(small_boards, capsys):
    found = board_cycles.run()
    assert found.pop("data") == "noise"
    assert list(found) == ["ulx3s-85f", "wide"]
    for board in found.values():
        for values in board.values():
            phases = sum(values[name] for name in values if name.startswith("cycles_"))
            assert values["cycles"] == pytest.approx(phases)
            assert values["seconds"] == pytest.approx(phases / 60e6)
        assert board["infer"]["cycles_learn"] == 0 < board["train"]["cycles_learn"]
        everywhere = board["train, all lists"]
        assert everywhere["lists_learned"] > board["train"]["lists_learned"]
        assert everywhere["cycles"] > board["train"]["cycles"]
        assert everywhere["synapses_changed"] == board["train"]["synapses_changed"] > 0
        assert (board["train"]["steps"], board["infer"]["steps"]) == (4, 3)
    narrow, wide = (found[name]["train"] for name in found)
    assert wide["cycles_dendrite"] < narrow["cycles_dendrite"]
    assert wide["synaptic_ops"] == narrow["synaptic_ops"] > 0
    printed = capsys.readouterr().out
    assert "wide" in printed
    assert "not on small: dense_words: the network needs" in printed
