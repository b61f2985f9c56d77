"""The golden core: a bit-exact model of the RTL that runs the same programs, as an engine."""

from collections.abc import Iterable, Mapping

import numpy as np

from backspike.golden.compiler.image import check_core, image_memories, image_registers
from backspike.golden.compiler.program import Program
from backspike.golden.core.kernels import run
from backspike.golden.core.state import CoreState
from backspike.golden.engine import Record, Stimulus
from backspike.golden.errors import check_int, check_type
from backspike.golden.memory_words import check_words
from backspike.golden.names import find_memory
from backspike.golden.readings import Reading, parts_of_run
from backspike.golden.register_values import check_register, check_register_words
from backspike.hdl import layouts
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS, REWARDS
from backspike.hdl.packing import (
    pack_array,
    pack_lanes,
    pack_weights,
    unpack_array,
    unpack_lanes,
    unpack_weights,
)
from backspike.hdl.params import CoreParams

__all__ = ["GoldenCore"]

#: Place of a register of a reward in the state: its channel and field, to write and to read.
_DECAYS = {f"{name}_decay": (n, f"{trace}_decay") for name, (n, trace) in REWARDS.items()}
_WRITTEN = {name: (n, f"{trace}_next") for name, (n, trace) in REWARDS.items()} | _DECAYS
_READ = REWARDS | _DECAYS
_FAR = 1 << 62  # beyond any address
_CHUNK_STEPS = 4096  # between two looks at Ctrl-C


class GoldenCore:
    """A core in numba, with the memories, registers and work counters of the RTL.

    Parameters
    ----------
    params : CoreParams
        Size of the core.
    """

    name = "golden"

    def __init__(self, params: CoreParams) -> None:
        check_type("params", params, CoreParams)
        self.params = params
        self._input_axons: int | None = None
        self._state = CoreState.zero(params)
        for name, register in REGISTERS.items():
            self._state.registers[name] = register.reset if register.exists(params) else 0
        self._state.registers["fingerprint"] = params.fingerprint()
        for name, memory in MEMORIES.items():
            if memory.seeds and memory.exists(params):
                getattr(self._state, name)[:] = memory.seeds(params, 0)

    def __repr__(self) -> str:
        return f"GoldenCore({self.params!r})"

    def load(self, program: Program) -> None:
        """See :meth:`backspike.golden.engine.Engine.load`."""
        check_core(program, self.params)
        self.clear()
        self._input_axons = program.input_axons
        for name, words in image_memories(program):
            self.write(name, words)
        for name, value in image_registers(program).items():
            self.set_register(name, value)

    def clear(self) -> None:
        """See :meth:`backspike.golden.engine.Engine.clear`."""
        self._state.clear()

    def fire(self, axons: Iterable[int]) -> None:
        """Let input axons spike in the next step, beside those of its stimulus."""
        self._state.pending[list(axons)] = True

    def run(self, n_steps: int, stimulus: Stimulus | None = None, *, record: bool = True) -> Record:
        """See :meth:`backspike.golden.engine.Engine.run`."""
        stimulus = Stimulus.checked_kind(stimulus)
        capacity = max(1 << 16, 2 * self.params.compartments) if record else 0
        out_steps, out_compartments = np.zeros(capacity, np.int64), np.zeros(capacity, np.int64)
        steps, axons = stimulus.checked(n_steps, self._inputs_in_use())
        times: list[np.ndarray] = []
        compartments: list[np.ndarray] = []
        done = 0
        while done < n_steps:
            chunk = min(_CHUNK_STEPS, n_steps - done)
            n, used, recorded = run(
                self._state, chunk, steps - done, axons, out_steps, out_compartments
            )
            times.append(out_steps[:recorded] + done)
            compartments.append(out_compartments[:recorded].copy())
            steps, axons = steps[used:], axons[used:]
            done += n
        empty = np.zeros(0, np.int64)
        return Record(
            np.concatenate(times) if times else empty,
            np.concatenate(compartments) if compartments else empty,
        )

    def watch(
        self, n_steps: int, stimulus: Stimulus | None, readings: Mapping[str, Reading]
    ) -> tuple[Record, dict[str, np.ndarray]]:
        """See :meth:`backspike.golden.engine.Engine.watch`."""
        stimulus = Stimulus.checked_kind(stimulus)
        stimulus.checked(n_steps, self._inputs_in_use())
        records = [self.run(0)]
        words: dict[str, list[np.ndarray]] = {name: [] for name in readings}
        for begin, end, due in parts_of_run(n_steps, readings):
            part = self.run(end - begin, stimulus.window(begin, end))
            records.append(Record(part.steps + begin, part.compartments))
            for name, reading in due.items():
                words[name].append(self.read(name, reading.first, reading.count))
        record = Record(
            np.concatenate([record.steps for record in records]),
            np.concatenate([record.compartments for record in records]),
        )
        return record, {name: np.stack(samples) for name, samples in words.items()}

    def _inputs_in_use(self) -> int:
        """Input axons of the program or, without one that names them, of the rows in use."""
        if self._input_axons is None:
            return int(self._state.registers["input_rows"]) * self.params.lanes
        return self._input_axons

    def set_register(self, name: str, value: int) -> None:
        """Write one register; see :func:`backspike.golden.engine.write_register`."""
        checked = check_register(self.params, name, value)
        if name in _WRITTEN:
            channel, field = _WRITTEN[name]
            self._state.rewards[field][channel] = checked
        else:
            self._state.registers[name] = checked

    def read(self, memory: str, first: int = 0, count: int | None = None) -> np.ndarray:
        """See :meth:`backspike.golden.engine.Engine.read`."""
        depth = find_memory(self.params, memory).depth(self.params)
        check_int("first address", first, -_FAR, _FAR)
        if count is not None:
            check_int("count of words", count, -_FAR, _FAR)
        end = depth if count is None else first + count
        if first < 0 or end > depth:
            raise ValueError(
                f"address must be between 0 and {depth - 1} in memory {memory!r}, "
                f"not {first if first < 0 else end - 1}"
            )
        return self._words(memory, slice(first, end))

    def _words(self, memory: str, span: slice) -> np.ndarray:
        """Host words of a memory at the addresses of ``span``, uint64."""
        p, state = self.params, self._state
        if memory == "registers":
            values = [
                state.rewards[_READ[name][1]][_READ[name][0]]
                if name in _READ and register.exists(p)
                else state.registers[name]
                for name, register in REGISTERS.items()
            ]
            return (np.array(values, np.int64)[span] & 0xFFFFFFFF).astype(np.uint64)
        if memory == "counters":
            return np.array(state.counters.item(), np.uint64)[span]
        if memory == "dense":
            return pack_weights(p, state.dense.reshape(-1, p.dense_group)[span])
        if memory in ("tags", "delays"):
            groups = getattr(state, memory).reshape(-1, p.dense_group)[span]
            return pack_lanes(p, groups, self._lane_bits(memory))
        if MEMORIES[memory].seeds:
            return getattr(state, memory)[span].astype(np.uint64)
        columns = {name: column[span] for name, column in self._columns(memory).items()}
        return pack_array(MEMORIES[memory].layout(p), **columns)  # type: ignore[arg-type]

    def write(self, memory: str, words: np.ndarray, first: int = 0) -> None:
        """See :meth:`backspike.golden.engine.Engine.write`."""
        p, state = self.params, self._state
        words = check_words(p, memory, words, first)
        span = slice(first, first + len(words))
        if memory == "registers":
            for name, value in check_register_words(p, words, first).items():
                self.set_register(name, value)
        elif memory == "dense":
            groups = pack_weights(p, state.dense)
            groups[span] = words
            state.dense[...] = unpack_weights(p, groups)
        elif memory in ("tags", "delays"):
            array, bits = getattr(state, memory), self._lane_bits(memory)
            groups = pack_lanes(p, array, bits)
            groups[span] = words
            array[...] = unpack_lanes(p, groups, bits, is_signed=memory == "tags")
        elif MEMORIES[memory].seeds:
            getattr(state, memory)[span] = words
        else:
            decoded = unpack_array(MEMORIES[memory].layout(p), words)  # type: ignore[arg-type]
            for name, column in self._columns(memory).items():
                column[span] = decoded[name]

    def counters(self) -> dict[str, int]:
        """See :meth:`backspike.golden.engine.Engine.counters`."""
        return dict(zip(COUNTERS, self._state.counters.item(), strict=True))

    def set_counter(self, name: str, count: int) -> None:
        """Let a counter go on from another value."""
        self._state.counters[name] = count

    def close(self) -> None:
        """Nothing to free."""

    def _columns(self, memory: str) -> dict[str, np.ndarray]:
        """Views of a memory's fields, by name in its layout."""
        state = self._state
        if memory == "accumulators":
            return {"value": state.accumulators.reshape(-1)}
        if memory in ("x_traces", "y_traces"):
            columns = getattr(state, memory[0]).columns()
        else:
            words = getattr(state, "neurons" if memory == "state" else memory)
            columns = {name: words[name] for name in words.dtype.names}
        return {str(name): columns[str(name)] for name, _ in MEMORIES[memory].layout(self.params)}

    def _lane_bits(self, memory: str) -> int:
        """Bits of what a lane has beside its weight."""
        return layouts.TAG_BITS if memory == "tags" else self.params.slot_bits
