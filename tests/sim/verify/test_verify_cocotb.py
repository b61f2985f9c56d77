"""Random programs in a process of Icarus, through cocotb."""

import shutil

import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.verification import verify_engine, verify_in_cocotb

SMALL = CORE_PRESETS["tiny-loihi"].with_(
    compartments=16, input_axons=8, lists=16, dense_words=16, sparse_words=16, delay_slots=8
)


def test_runs_in_icarus_are_those_of_the_golden_core():
    if not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")
    results = verify_in_cocotb("icarus", 5, 3, SMALL, 8, rules=True)
    pair = GoldenCore(SMALL), GoldenCore(SMALL)
    assert results == [verify_engine(*pair, seed, 8, rules=True) for seed in (5, 6, 7)]
    assert any(result.synapses_changed for result in results)


def test_icarus_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError, match=r"^Icarus is not installed: apt install iverilog$"):
        verify_in_cocotb("icarus", 1, 1, SMALL, 1, rules=False)
