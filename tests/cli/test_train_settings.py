"""Settings of training: what goes with what, and what they are if they are left out."""

import re
from pathlib import Path

import pytest

from backspike.cli.train_settings import board_of, refuse_unused, settled, variant_of
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.settings import TrainSettings
from backspike.golden.errors import UserError

OWN = CIRCUITS["folded"].rule


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "golden"}, "--engine is for a circuit: it does nothing with --circuit equ"),
        ({"check": False}, "--no-check is for a circuit"),
        ({"check": True}, "--check is for a circuit"),
        ({"preset": "paper", "lanes": 4}, "--lanes is for a circuit"),
        ({"epochs": 1, "lanes": 4}, "--lanes is for a circuit"),
        ({"rate": 256, "halving": 0, "lanes": 4}, "--lanes is for a circuit"),
        ({"circuit": "folded", "engine": "fpga"}, "--engine fpga needs the --port of the board"),
        ({"circuit": "folded", "port": "x"}, "--port is for --engine fpga"),
        ({"circuit": "folded", "board": "icebreaker"}, "--board is for --engine fpga or netlist"),
        (
            {"circuit": "folded", "engine": "netlist", "lanes": 4},
            "--lanes 4: the core of a board has its own number of lanes",
        ),
        (
            {"kernels": "16x3x3", "circuit": "paper"},
            "--kernels are for --circuit folded or equations, not paper",
        ),
        (
            {"kernels": "16x3x3,8x3x3", "circuit": "folded"},
            "kernels '8x3x3': filters must be a multiple of the core's lanes, 16, not 8",
        ),
        (
            {"kernels": "6x3x3", "lanes": 4},
            "kernels '6x3x3': filters must be a multiple of the core's lanes, 4, not 6",
        ),
        ({"kernels": "6x3"}, "kernels must be FILTERSxROWSxCOLUMNS"),
        (
            {"kernels": "16x3x3", "rate": (1, 2, 3)},
            "rate must have at most 2, one of a layer, not 3",
        ),
        ({"hidden": (), "rate": (1, 2)}, "rate must have at most 1,"),
        ({"init": Path("w"), "lift": 3}, "--lift 3 is for random weights, and --init names a file"),
    ],
)
def test_what_could_do_nothing_is_refused(given, message):
    with pytest.raises(UserError, match="^" + re.escape(message)):
        refuse_unused(TrainSettings(**given))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"lanes": 4},
        {"lanes": 4, "rate": 9},
        {"lanes": 4, "rate": (9, 256), "halving": 0},
        {"kernels": "8x3x3", "lanes": 8},
        {"kernels": "6x3x3", "preset": "paper"},
        {"kernels": "16x3x3", "hidden": (9,), "rate": (1, 2, 3)},
        {"circuit": "folded", "engine": "fpga", "port": "x"},
    ],
)
def test_what_does_something_is_not(given):
    refuse_unused(TrainSettings(**given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"engine": "numba", "rule": None, "lanes": 16, "check": False, "halving": 2}),
        ({"preset": "paper"}, {"lanes": None, "margin": 0, "rate": None, "hidden": (400,)}),
        ({"kernels": "16x3x3", "rate": (64, 256)}, {"lanes": 16, "rate": (64, 256), "hidden": ()}),
        ({"rate": 9}, {"engine": "numba", "lanes": 16}),
        ({"rate": 9, "lanes": 4}, {"lanes": 4}),
        (
            {"circuit": "folded"},
            {"engine": "verilator", "rule": OWN, "lanes": 16, "check": True},
        ),
        ({"circuit": "folded", "check": False}, {"check": False}),
        ({"circuit": "folded", "rule": "2 * x0*y0"}, {"rule": OWN, "check": True}),
        ({"circuit": "folded", "rule": "4 * x0*y0"}, {"rule": "4*x0*y0", "check": False}),
        ({"circuit": "folded", "engine": "netlist", "board": "icebreaker"}, {"lanes": 1}),
    ],
)
def test_defaults_are_those_of_the_circuit_and_the_board(given, expected):
    settings = settled(TrainSettings(**given))
    assert {name: getattr(settings, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"circuit": "paper", "margin": 128}, "are for --circuit folded or equations, not paper"),
        ({"circuit": "folded", "rule": "4*x0*y0", "rate": 9}, "--rule goes without --learning rec"),
        ({"circuit": "folded", "rule": "4*x0*y0", "check": True}, "--check compares with the"),
        ({"margin": 100}, "margin must be a multiple of 128, not 100"),
    ],
)
def test_what_does_not_go_together_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        settled(TrainSettings(**given))


def test_a_rule_of_its_own_has_no_variant():
    assert variant_of(TrainSettings()) == "circuit"
    assert variant_of(settled(TrainSettings(circuit="random-feedback"))) == "random"
    assert variant_of(settled(TrainSettings(circuit="folded", rule="4*x0*y0"))) is None


def test_only_a_boards_engine_has_a_board():
    assert board_of(TrainSettings(engine="golden")) is None
    assert board_of(TrainSettings(engine="netlist")).name == "ulx3s-85f"
