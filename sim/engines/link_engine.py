"""The engine for every core that is reached over its host link: simulated RTL or a board."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from backspike.golden.compiler.image import check_core, image_memories, image_registers
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Record, Stimulus
from backspike.golden.memory_words import check_words
from backspike.golden.readings import Reading, parts_of_run
from backspike.golden.register_values import check_register_words
from backspike.hdl.host_map import (
    COUNTER_BITS,
    COUNTERS,
    IDENTITY,
    MAP_VERSION,
    REGISTERS,
)
from backspike.hdl.params import CoreParams
from backspike.sim.engines import packets
from backspike.sim.engines.schedule import schedule

__all__ = ["LinkEngine", "Transport"]

_NUMBER = {name: number for number, name in enumerate(REGISTERS)}


class Transport(Protocol):
    """A way to a core."""

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """Send words, uint32; return all that the core answers until it is idle again, uint32."""
        ...

    def reset(self) -> None:
        """Reset the core, so that it waits for a packet; its memories may keep their words."""
        ...

    def close(self) -> None:
        """Free what the transport holds."""
        ...


class LinkEngine:
    """See :class:`backspike.golden.engine.Engine`: a core at the other end of a ``transport``.

    A whole run, its stimulus included, is one exchange. After an exchange that was cut short (by
    Ctrl-C, or a core that hangs), only :meth:`load` is possible: it resets the core.

    Parameters
    ----------
    params : CoreParams
        What the core is expected to be.
    transport : Transport
        The way to it.
    name : str
        Of the engine, for reports.

    Raises
    ------
    ProtocolError
        If no core answers, or another one.
    """

    def __init__(self, params: CoreParams, transport: Transport, name: str = "link") -> None:
        self.params = params
        self.name = name
        self._transport = transport
        self._torn = False
        self._input_axons = params.input_axons
        self._check_core()
        self._totals = np.zeros(len(COUNTERS), np.uint64)
        self._seen = self.read("counters") if params.counters else self._totals

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.params!r})"

    def load(self, program: Program) -> None:
        """See :meth:`backspike.golden.engine.Engine.load`."""
        check_core(program, self.params)
        if self._torn:
            self._transport.reset()
            self._torn = False
            self._seen = np.zeros(len(COUNTERS), np.uint64)
        self._check_core()
        parts = [packets.clear()]
        parts += [packets.write(self.params, *item) for item in image_memories(program)]
        parts.append(packets.write_registers(self.params, image_registers(program)))
        self._ask(*parts)
        named = program.input_axons
        self._input_axons = self.params.input_axons if named is None else named

    def run(self, n_steps: int, stimulus: Stimulus | None = None, *, record: bool = True) -> Record:
        """See :meth:`backspike.golden.engine.Engine.run`."""
        stimulus = Stimulus.checked_kind(stimulus)
        stimulus.checked(n_steps, self._input_axons)
        answer = self._ask(*self._start(record), schedule(self.params, stimulus, n_steps))
        return answer.record(self.params, int(answer.data(self.params, "registers")[0]))

    def watch(
        self, n_steps: int, stimulus: Stimulus | None, readings: Mapping[str, Reading]
    ) -> tuple[Record, dict[str, np.ndarray]]:
        """See :meth:`backspike.golden.engine.Engine.watch`."""
        stimulus = Stimulus.checked_kind(stimulus)
        stimulus.checked(n_steps, self._input_axons)
        parts = self._start(record=True)
        for begin, end, due in parts_of_run(n_steps, readings):
            parts.append(schedule(self.params, stimulus.window(begin, end), end - begin))
            parts += [
                packets.read(self.params, memory, reading.first, reading.count)
                for memory, reading in due.items()
            ]
        answer = self._ask(*parts)
        first_step = int(answer.data(self.params, "registers")[0])
        words = {memory: answer.data(self.params, memory) for memory in readings}
        if "registers" in words:
            words["registers"] = words["registers"][1:]
        return answer.record(self.params, first_step), {
            memory: words[memory].reshape(len(reading.after), reading.count)
            for memory, reading in readings.items()
        }

    def _start(self, record: bool) -> list[np.ndarray]:
        """Packets before those of a run: report or not, and say the number of the first step."""
        return [
            packets.write_registers(self.params, {"report": int(record)}),
            packets.read(self.params, "registers", _NUMBER["step"], 1),
        ]

    def clear(self) -> None:
        """See :meth:`backspike.golden.engine.Engine.clear`."""
        self._ask(packets.clear())

    def read(self, memory: str, first: int = 0, count: int | None = None) -> np.ndarray:
        """See :meth:`backspike.golden.engine.Engine.read`."""
        request = packets.read(self.params, memory, first, count)
        return self._ask(request).data(self.params, memory)

    def write(self, memory: str, words: np.ndarray, first: int = 0) -> None:
        """See :meth:`backspike.golden.engine.Engine.write`."""
        words = check_words(self.params, memory, words, first)
        if memory == "registers":
            check_register_words(self.params, words, first)
        self._ask(packets.write(self.params, memory, words, first))

    def counters(self) -> dict[str, int]:
        """See :meth:`backspike.golden.engine.Engine.counters`."""
        now = self.read("counters") if self.params.counters else self._seen
        self._totals += (now - self._seen) & np.uint64((1 << COUNTER_BITS) - 1)
        self._seen = now
        return dict(zip(COUNTERS, self._totals.tolist(), strict=True))

    def close(self) -> None:
        """See :meth:`backspike.golden.engine.Engine.close`."""
        self._transport.close()

    def _ask(self, *parts: np.ndarray) -> packets.Packets:
        """Exchange packets; raises ``ProtocolError`` where the core refuses one."""
        if self._torn:
            raise RuntimeError("the core was interrupted within a command: load a program again")
        try:
            words = self._transport.exchange(np.concatenate(parts))
        except BaseException:
            self._torn = True
            raise
        return packets.parse(words).check()

    def _check_core(self) -> None:
        """Raise unless the core is the expected one."""
        count = _NUMBER["fingerprint"] + 1
        answer = self._ask(packets.read(self.params, "registers", 0, count))
        found = answer.data(self.params, "registers").tolist()
        if len(found) != count or found[_NUMBER["identity"]] != IDENTITY:
            raise packets.ProtocolError("no neurocore answers: its identity register is wrong")
        for name, expected, what in (
            ("map_version", MAP_VERSION, "version of the host map"),
            ("fingerprint", self.params.fingerprint(), "fingerprint of the parameters"),
        ):
            if found[_NUMBER[name]] != expected:
                raise packets.ProtocolError(
                    f"{what} must be {expected:#x}, but the core has {found[_NUMBER[name]]:#x}"
                )
