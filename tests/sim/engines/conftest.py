"""The stand-in design as Verilog, and a cache of simulators that only these tests use."""

import pytest
from amaranth.back import verilog

from backspike.sim.engines.cache import cache_folder


@pytest.fixture(scope="session")
def _empty_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(_empty_folder, monkeypatch):
    """The cache folder, empty when the tests begin."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(_empty_folder))
    return cache_folder()


@pytest.fixture
def text(echo_design):
    """The stand-in design."""
    return verilog.convert(echo_design(), name="echo", strip_internal_attrs=True)
