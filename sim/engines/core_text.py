"""The core's Verilog, and other texts of a core that take long to make: they are kept."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from backspike.golden.files import write_text
from backspike.hdl.params import CoreParams
from backspike.hdl.sequencer import wake_layout
from backspike.hdl.verilog import TOP, core_verilog
from backspike.sim.engines.cache import cache_folder, is_whole, seal

__all__ = ["SIM_TOP", "core_text", "kept_text", "sources_of"]

#: Name of the module to simulate.
SIM_TOP = "backspike_sim"


def _wrapper(params: CoreParams) -> str:
    """The core with the reset of each of its clocks behind a register of that clock.

    Amaranth's resets are synchronous, so all next states depend on them: as an input, the reset
    would make Verilator work out all of these twice per cycle, and as a register of another clock,
    in the cycles of that clock, too. All clocks must rise with the reset, and when it ends.
    """
    domains = [name for name, _ in wake_layout() if params.learning or name != "learn"]
    clocks = "".join(f"    input {name}_clk,\n" for name in domains)
    resets = "".join(
        f"    reg {name}_reset = 1'b1;\n    always @(posedge {name}_clk) {name}_reset <= rst;\n"
        for name in domains
    )
    wired = "".join(
        f"        .{name}_clk({name}_clk),\n        .{name}_rst({name}_reset),\n"
        for name in domains
    )
    return f"""
module {SIM_TOP} (
    input clk,
    input rst,
{clocks}\
    input i__valid,
    input [31:0] i__payload,
    output i__ready,
    output o__valid,
    output [31:0] o__payload,
    input o__ready,
    output busy,
    output refused,
    output [{len(list(wake_layout())) - 1}:0] wake
);
    reg reset = 1'b1;
    always @(posedge clk) reset <= rst;
{resets}\
    {TOP} core (
        .clk(clk),
        .rst(reset),
{wired}\
        .i__valid(i__valid),
        .i__payload(i__payload),
        .i__ready(i__ready),
        .o__valid(o__valid),
        .o__payload(o__payload),
        .o__ready(o__ready),
        .busy(busy),
        .refused(refused),
        .wake(wake)
    );
endmodule
"""


def sources_of(folder: Traversable) -> list[tuple[str, str]]:
    """Name and text of every source below a folder, rooms included, in an order of their own."""
    found = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            found += [(f"{item.name}/{name}", text) for name, text in sources_of(item)]
        elif item.name.endswith((".py", ".v")):
            found.append((item.name, item.read_text()))
    return found


def core_text(params: CoreParams, *, contracts: bool = True) -> str:
    """The core with phase clocks, and its wrapper; with or without ``contracts``, which cost a
    quarter of the speed."""
    wrapper = _wrapper(params)

    def make() -> str:
        return core_verilog(params, phase_clocks=True, contracts=contracts) + wrapper

    return kept_text("verilog", params, (wrapper, contracts), make)


def kept_text(kind: str, params: CoreParams, what_else: object, make: Callable[[], str]) -> str:
    """Text of a core that is made once per version of ``hdl``, and kept in the cache.

    Parameters
    ----------
    kind : str
        Folder of the cache.
    what_else
        All that the text depends on beside ``hdl`` and ``params``; its ``repr`` counts.
    make : callable
        Makes the text.
    """
    parts = (
        sources_of(files("backspike.hdl")),
        sorted(asdict(params).items()),
        version("amaranth"),
        what_else,
    )
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:20]
    path = cache_folder() / kind / f"{key}.v"
    if is_whole(path):
        return path.read_text(encoding="utf-8")
    text = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    seal(path)
    return text
