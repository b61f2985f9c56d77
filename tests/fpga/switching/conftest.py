"""A netlist of three cells and a memory, as yosys' JSON, for the tests that need one."""

import json

import pytest

from backspike.fpga.switching.cells import parse_netlist


def _port(direction, *bits):
    return {"direction": direction, "bits": list(bits)}


def _cell(kind, parameters=None, **pins):
    return {"type": kind, "parameters": parameters or {}, "connections": pins}


@pytest.fixture
def netlist():
    """Net 4 is inverted to 5, which a register keeps in 6; a NAND of 6 and of bit 0 of a memory, 7,
    is 9."""
    core = {
        "ports": {
            "clk": _port("input", 2),
            "i__payload": _port("input", 3, 4),
            "o__payload": _port("output", 9, "1"),
        },
        "cells": {
            "$flatten\\dendrite.$auto$1": _cell("INVX1", A=[4], Y=[5]),
            "dendrite.walk.state": _cell("DFFPOSX1", CLK=[2], D=[5], Q=[6]),
            "learning$421.nand": _cell("NAND2X1", A=[6], B=[7], Y=[9]),
            "history.rows": _cell(
                "backspike_core_ram",
                {"WIDTH": "010", "DEPTH": "100"},
                clk=[2],
                r_en=["1"],
                r_data=[7, 8],
                w_en=[6],
                w_data=["x", 5],
            ),
        },
    }
    return parse_netlist(json.dumps({"modules": {"backspike_core": core}}))
