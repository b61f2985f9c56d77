"""Writes the host map as Markdown: ``python -m backspike.hdl.document > docs/host-map.md``."""

from collections.abc import Iterable

from amaranth import Shape

from backspike.hdl.host_map import (
    COUNTERS,
    MAP_VERSION,
    MEMORIES,
    REGISTERS,
    Command,
    Register,
    Response,
)
from backspike.hdl.layouts import describe
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["host_map_page"]

INTRODUCTION = """# Host map, version {version}

Made from `hdl/host_map.py` and `hdl/layouts.py` by `python -m backspike.hdl.document`: the RTL, the
golden core, the compiler and the host all use the same tables, so this page cannot be wrong.

A packet is a header, `operation << 24 | argument << 16 | length`, and `length` words of 32 bits.
Words of a memory that are wider than 32 bits travel low beat first. A malformed packet is read to
its end, changes nothing, and is answered by `ERROR` with the refused header; only of a `SPIKE` with
an axon out of range do the axons before that fire. Arguments without a meaning are ignored.

A core stores any word of a memory. Those that refer to what it does not have are refused by hosts
(`golden/word_limits.py`); with them, steps end all the same and change only what steps change, but
nobody says to what. The same holds where `rows` or `input_rows` are written between steps: a CLEAR
must stand between them.
"""


def _table(titles: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "| " + " | ".join("---" for _ in titles) + " |"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _shape(shape: object) -> str:
    shape = Shape.cast(shape)
    return f"{'signed' if shape.signed else 'unsigned'} {shape.width}"


def _limits(register: Register, p: CoreParams) -> str:
    """Range of a register."""
    low, high = register.limits(p)
    return f"{low} to {high}"


def host_map_page() -> str:
    """The page, with widths for the preset ``default``."""
    p = CORE_PRESETS["default"]
    layouts = {name: memory.layout(p) for name, memory in MEMORIES.items() if name != "dense"}
    return "\n".join([
        INTRODUCTION.format(version=MAP_VERSION),
        "## Commands and responses\n",
        _table(
            ("operation", "name", "direction"),
            [(f"`0x{c.value:02x}`", c.name, "host to core") for c in Command]
            + [(f"`0x{r.value:02x}`", r.name, "core to host") for r in Response],
        ),
        "What they carry is said beside their names in `hdl/host_map.py`.\n",
        "## Memories\n",
        _table(
            ("number", "name", "words (preset `default`)", "beats", "addressed"),
            [(m.number, name, m.depth(p), m.beats(p), m.doc) for name, m in MEMORIES.items()],
        ),
        "## Words\n",
        f"Widths are those of the preset `default`. A word of `dense` holds {p.dense_group} "
        f"weights of {p.weight_bits} bits, that of the lowest lane in the lowest bits.\n",
        _table(
            ("memory", "field", "lowest bit", "bits"),
            (row for row in describe(layouts) if row[1] != "value"),
        ),
        "## Registers\n",
        "Shapes and ranges are those of the preset `default`; `-` can only be read. Of a value, "
        "a core looks at as many low bits as it stores; if they are out of the range, the register "
        "keeps what it has.\n",
        _table(
            ("address", "name", "shape", "reset", "to write", "meaning"),
            [
                (n, name, _shape(r.stored(p)), r.reset, _limits(r, p) if r.writable else "-", r.doc)
                for n, (name, r) in enumerate(REGISTERS.items())
            ],
        ),
        "## Counters\n",
        _table(
            ("address", "name", "counts"),
            [(n, name, doc) for n, (name, doc) in enumerate(COUNTERS.items())],
        ),
    ])


if __name__ == "__main__":
    print(host_map_page(), end="")
