"""A core whose memories return garbage for the word that is written in the same cycle.

FPGA synthesis is told that nobody uses such a word (``fpga.resources``), and its memories may then
return anything; simulation returns the old one, and would hide a core that relies on it.
"""

from backspike.hdl.params import CoreParams
from backspike.sim.engines.core_text import SIM_TOP, core_text
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import BuildProgress, build_core

__all__ = ["CollisionEngine", "with_garbage"]

#: A read in ``ram.v``, and one that inverts the old word on a collision.
_READ = "r_data <= words[r_address];"
_GARBAGE = "r_data <= {WIDTH{w_en && w_address == r_address}} ^ words[r_address];"


def with_garbage(verilog: str) -> str:
    """The design with every memory returning the inverse of the old word on a collision.

    Raises
    ------
    ValueError
        If the text does not hold exactly one module of memories, that of ``ram.v``.
    """
    if verilog.count(_READ) != 1:
        raise ValueError(f"a design must hold {_READ!r} once, not {verilog.count(_READ)} times")
    return verilog.replace(_READ, _GARBAGE)


class CollisionEngine(LinkEngine):
    """The RTL of ``params`` in Verilator, with memories that return garbage on collisions.

    Raises
    ------
    BuildError
        If a tool is missing or fails.
    """

    def __init__(
        self, params: CoreParams, patience: int = 1 << 22, progress: BuildProgress | None = None
    ) -> None:
        path = build_core(with_garbage(core_text(params)), SIM_TOP, progress)
        super().__init__(params, Library(path, patience), "verilator, memory collisions")
