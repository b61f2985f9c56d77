"""Engines by name."""

import numba
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim import waiting
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.simulation import named_engines as unit

TINY = CORE_PRESETS["tiny"]


def test_a_new_golden_core_has_done_nothing():
    engine = unit.named_engine("golden", TINY)
    assert isinstance(engine, GoldenCore)
    assert not any(engine.counters().values())


def test_the_rtl_has_a_name_for_each_simulator(core):
    assert isinstance(unit.named_engine("amaranth", TINY), AmaranthEngine)
    assert isinstance(unit.named_engine("verilator", core), VerilatorEngine)


def test_another_name_is_answered_with_those_that_there_are():
    with pytest.raises(KeyError, match=r"^engine must be one of golden, verilator, amaranth, not "):
        unit.named_engine("gold", TINY)


def test_what_is_compiled_is_told_on_the_standard_error(monkeypatch, capfd):
    class SlowCore(GoldenCore):
        def run(self, n_steps):
            return numba.njit(lambda x: x + n_steps)(1)

    monkeypatch.setattr(waiting, "PATIENCE", 0)
    monkeypatch.setattr(unit, "GoldenCore", SlowCore)
    unit.named_engine("golden", TINY)
    told = capfd.readouterr()
    assert "compiling functions" in told.err
    assert not told.out
