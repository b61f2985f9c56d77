"""The host link, from the driver to a core behind a serial line that damages bytes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.cli.main import cli
from backspike.fpga.boards import BOARDS
from backspike.fpga.emulator import Emulator, Faults
from backspike.fpga.engine import FpgaEngine
from backspike.fpga.serial_link import LinkError, SerialTransport
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.hdl.params import CoreParams
from backspike.sim.verify.verification import verify_engine

PARAMS = CoreParams(
    compartments=32,
    input_axons=16,
    lists=32,
    dense_words=32,
    sparse_words=64,
    lanes=4,
    dendrite_lanes=2,
    rules=2,
    microcode_words=32,
)
BOARD = replace(BOARDS["ulx3s-85f"], params=PARAMS, clock_hz=24_000_000, baud=3_000_000)
CLEAN = Faults()
LOSSY = Faults(flip=0.01, drop=0.001, repeat=0.001, delay=0.001)


@pytest.mark.parametrize("faults", [CLEAN, LOSSY], ids=["clean", "lossy"])
def test_runs_on_a_board_are_those_of_the_golden_core(faults):
    golden = GoldenCore(PARAMS)
    with Emulator(BOARD, faults) as emulator:
        engine = FpgaEngine(BOARD, emulator.port)
        assert verify_engine(golden, engine, 0, 3).difference is None
        damaged = engine.link.damaged
        engine.close()
    assert (damaged > 0) == (faults is LOSSY)


def test_an_icebreaker_learns_digits_and_no_weight_is_wrong(tmp_path):
    board = BOARDS["icebreaker"]
    out = tmp_path / "run"
    options = "--circuit folded --encoder thermometer:2 --hidden 22 --samples 30 --epochs 1"
    with Emulator(board) as emulator:
        where = ["--engine", "fpga", "--board", board.name, "--port", emulator.port]
        done = CliRunner().invoke(cli, ["train", *options.split(), *where, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "metrics.json").read_text())["mismatches"] == 0


def test_a_run_goes_on_after_the_host_has_come_back():
    with Emulator(BOARD) as emulator:
        engine = FpgaEngine(BOARD, emulator.port)
        words = np.arange(32, dtype=np.uint64)
        engine.write("dense", words)
        engine.close()
        engine = FpgaEngine(BOARD, emulator.port)
        assert np.array_equal(engine.read("dense")[:32], words)
        engine.close()


def test_a_core_that_was_left_within_a_packet_is_reset():
    with Emulator(BOARD) as emulator:
        link = SerialTransport(emulator.port, BOARD.baud)
        link._send_round(np.array([0x02030005, 0], np.uint32), 0)  # a WRITE of five words
        link.close()
        engine = FpgaEngine(BOARD, emulator.port)
        assert engine.counters()["steps"] == 0
        engine.close()


def test_another_core_is_refused():
    with Emulator(BOARD) as emulator:
        other = replace(BOARD, params=PARAMS.with_(rules=4))
        with pytest.raises(
            UserError, match=r"^/dev/.* is no ulx3s-85f, or has another bitstream: "
        ):
            FpgaEngine(other, emulator.port)


def test_a_port_in_use_is_refused():
    with Emulator(BOARD) as emulator:
        link = SerialTransport(emulator.port, BOARD.baud)
        with pytest.raises(LinkError, match=r"^/dev/\S+: the port is in use$"):
            SerialTransport(emulator.port, BOARD.baud)
        link.close()


def test_no_port_and_no_answer_are_said():
    with pytest.raises(LinkError, match=r"^/dev/nowhere: there is no such port$"):
        SerialTransport("/dev/nowhere", BOARD.baud)
    deaf = Faults(drop=0.999999)
    with (
        Emulator(BOARD, deaf) as emulator,
        pytest.raises(LinkError, match=r"^/dev/\S+: no board answers: is the bitstream"),
    ):
        SerialTransport(emulator.port, BOARD.baud, patience=0.5)


@pytest.mark.parametrize("name", ["flip", "drop", "repeat", "delay"])
def test_a_fault_is_a_probability(name):
    with pytest.raises(ValueError, match=f"^{name} must be at least 0 and below 1, not 1$"):
        Faults(**{name: 1})
