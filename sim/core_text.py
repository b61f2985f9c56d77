"""The core's Verilog, cached: a large core takes many seconds to make."""

import hashlib
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files

from backspike.hdl.params import CoreParams
from backspike.hdl.verilog import core_verilog
from backspike.sim.cache import cache_folder, replace_text

__all__ = ["core_text"]


def core_text(params: CoreParams) -> str:
    """What :func:`backspike.hdl.verilog.core_verilog` gives, made once per version of ``hdl``."""
    sources = sorted(
        (item.name, item.read_text())
        for item in files("backspike.hdl").iterdir()
        if item.name.endswith((".py", ".v"))
    )
    parts = (sources, sorted(asdict(params).items()), version("amaranth"))
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:20]
    path = cache_folder() / "verilog" / f"{key}.v"
    try:
        return path.read_text()
    except FileNotFoundError:
        text = core_verilog(params)
        replace_text(path, text)
        return text
