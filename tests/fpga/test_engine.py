"""The engine on an emulated board, from the driver to a core behind a line that damages bytes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.cli.main import cli
from backspike.fpga.boards import BOARDS
from backspike.fpga.emulator import Emulator, Faults
from backspike.fpga.engine import FpgaEngine
from backspike.fpga.serial_link import SerialTransport
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.golden.network.network import Network
from backspike.sim.simulation.generators import poisson
from backspike.sim.simulation.simulation import simulate
from backspike.sim.verify.verification import verify_engine

CLEAN = Faults()
LOSSY = Faults(flip=0.002, drop=0.0003, repeat=0.0003, delay=0.0003)


@pytest.mark.parametrize("faults", [CLEAN, LOSSY], ids=["clean", "lossy"])
def test_runs_on_a_board_are_those_of_the_golden_core(faults, small_board):
    golden = GoldenCore(small_board.params)
    with Emulator(small_board, faults) as emulator:
        engine = FpgaEngine(small_board, emulator.port)
        assert verify_engine(golden, engine, 0, 3).difference is None
        damaged = engine.link.damaged
        engine.close()
    assert (damaged > 0) == (faults is LOSSY)


def test_a_simulation_on_a_board_records_what_the_golden_core_does(small_board):
    network = Network(seed=2)
    network.traces(x1=(40, 8.0), y1=(40, 8.0))
    pixels, cells = network.input("pixels", 8), network.population("cells", 6, threshold=90)
    rule = {"rule": "dw = 2^-4*x1*y0 - 2^-5*x0*y1", "rounding": "stochastic"}
    network.connect("synapses", pixels, cells, 40, pattern="all-to-all", **rule)
    fields = {"steps": 60, "probes": {"v:cells": 1, "x1:pixels": 2, "w:synapses": 10}}
    spikes = {"pixels": poisson(0.3)}
    expected = simulate(network, spikes, params=small_board.params, **fields)
    with Emulator(small_board) as emulator:
        engine = FpgaEngine(small_board, emulator.port)
        assert simulate(network, spikes, engine=engine, **fields) == expected
        engine.close()
    assert len(np.unique(expected["w:synapses"])) > 10


def test_an_icebreaker_learns_digits_and_no_weight_is_wrong(tmp_path):
    board = BOARDS["icebreaker"]
    out = tmp_path / "run"
    options = "--circuit folded --hidden 64 --samples 12 --epochs 1"
    with Emulator(board) as emulator:
        where = ["--engine", "fpga", "--board", board.name, "--port", emulator.port]
        done = CliRunner().invoke(cli, ["train", *options.split(), *where, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "metrics.json").read_text())["mismatches"] == 0


def test_a_run_goes_on_after_the_host_has_come_back(small_board):
    with Emulator(small_board) as emulator:
        engine = FpgaEngine(small_board, emulator.port)
        words = np.arange(32, dtype=np.uint64)
        engine.write("dense", words)
        engine.close()
        engine = FpgaEngine(small_board, emulator.port)
        assert np.array_equal(engine.read("dense")[:32], words)
        engine.close()


def test_a_core_that_was_left_within_a_packet_is_reset(small_board):
    with Emulator(small_board) as emulator:
        link = SerialTransport(emulator.port, small_board.baud)
        link._send_round(np.array([0x02030005, 0], np.uint32), 0)  # a WRITE of five words
        link.close()
        engine = FpgaEngine(small_board, emulator.port)
        assert engine.counters()["steps"] == 0
        engine.close()


def test_another_core_is_refused(small_board):
    with Emulator(small_board) as emulator:
        other = replace(small_board, params=small_board.params.with_(rules=4))
        with pytest.raises(
            UserError, match=r"^/dev/.* is no ulx3s-85f, or has another bitstream: "
        ):
            FpgaEngine(other, emulator.port)
