"""All that an engine writes to load a program, so that nothing of an earlier one is left."""

from collections.abc import Iterator

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.errors import check_type
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.params import CoreParams

__all__ = ["check_core", "image_memories", "image_registers"]

#: Memories that the core looks at beyond what a program uses. Lists, and the words of synapses,
#: are looked at only where these say.
_WHOLE = ("axons", "rows", "profiles", "bias", "rules", "microcode")
#: Memories beside the weights: as long as these.
_BESIDE_WEIGHTS = ("tags", "delays")


def check_core(program: Program, params: CoreParams) -> None:
    """Raise TypeError or ValueError unless a core of ``params`` can load a program."""
    check_type("program", program, Program)
    if program.params != params:
        raise ValueError(
            f"program is for a core with fingerprint {program.params.fingerprint():08x}, "
            f"this one has {params.fingerprint():08x}"
        )


def image_memories(program: Program) -> Iterator[tuple[str, np.ndarray]]:
    """Name and host words, uint64, from address 0 on, of every memory to write."""
    p, memories = program.params, program.memories
    weights = len(memories.get("dense", ()))
    for name, memory in MEMORIES.items():
        if name == "registers" or memory.dynamic or not memory.exists(p):
            continue
        length = memory.depth(p) if name in _WHOLE else weights * (name in _BESIDE_WEIGHTS)
        words = np.zeros(length, np.uint64)
        if memory.seeds:
            words = memory.seeds(p, 0).astype(np.uint64)
        own = memories.get(name, words[:0])
        words = np.concatenate([own, words[len(own) :]])
        if len(words):
            yield name, words


def image_registers(program: Program) -> dict[str, int]:
    """Value of every register that can be written, by name."""
    return {
        name: program.registers.get(name, register.reset)
        for name, register in REGISTERS.items()
        if register.writable and register.exists(program.params)
    }
