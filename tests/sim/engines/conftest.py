"""The stand-in design as Verilog, and a cache of simulators that only these tests use.

Only the objects of Verilator's runtime are those that are kept for all: they take longest.
"""

import pytest
from amaranth.back import verilog

from backspike.sim.engines.cache import cache_folder


@pytest.fixture(scope="session")
def _empty_folder(tmp_path_factory):
    folder, kept = tmp_path_factory.mktemp("cache"), cache_folder() / "runtime"
    kept.mkdir(exist_ok=True)
    (folder / "backspike").mkdir()
    (folder / "backspike" / "runtime").symlink_to(kept)
    return folder


@pytest.fixture
def cache(_empty_folder, monkeypatch):
    """The cache folder, without a simulator when the tests begin."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(_empty_folder))
    return cache_folder()


@pytest.fixture(scope="session")
def text(echo_design):
    """The stand-in design, made before any cache is another one: yosys has its own in there."""
    return verilog.convert(echo_design(), name="echo", strip_internal_attrs=True)
