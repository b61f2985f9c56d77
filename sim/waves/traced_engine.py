"""An engine that a waveform is made of: it ends with the last step that is wanted."""

from collections.abc import Callable, Mapping

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Record, Stimulus
from backspike.golden.readings import Reading
from backspike.hdl.params import CoreParams
from backspike.sim.engines.link_engine import LinkEngine, Transport
from backspike.sim.waves.window import Window

__all__ = ["Recorded", "TracedEngine"]


class Recorded(Exception):
    """The last step that is wanted has been run."""


class TracedEngine(LinkEngine):
    """RTL that runs no further than the end of a waveform, of the first program that it loads.

    Parameters
    ----------
    params : CoreParams
    transport : Transport
    name : str
    window : Window
        First step, and last one, behind which :class:`Recorded` is raised.
    begin : callable
        Called once, before the first step is run.
    """

    def __init__(
        self,
        params: CoreParams,
        transport: Transport,
        name: str,
        window: Window,
        begin: Callable[[], object],
    ) -> None:
        self._loaded = self._begun = False
        self._done, self._window, self._begin = 0, window, begin
        super().__init__(params, transport, name)

    def load(self, program: Program) -> None:
        """See :meth:`backspike.golden.engine.Engine.load`."""
        if self._loaded:
            raise Recorded
        super().load(program)
        self._loaded = True

    def clear(self) -> None:
        """See :meth:`backspike.golden.engine.Engine.clear`: steps would begin again."""
        raise Recorded

    def run(self, n_steps: int, stimulus: Stimulus | None = None, *, record: bool = True) -> Record:
        """See :meth:`backspike.golden.engine.Engine.run`."""
        n_steps, spikes = self._cut(n_steps, stimulus)
        before = min(max(0, self._window.first - self._done), n_steps)
        parts = []
        for begin, end in ((0, before), (before, n_steps)):
            if begin < end:
                self._look(end - begin)
                found = super().run(end - begin, spikes.window(begin, end), record=record)
                parts.append((found.steps + begin, found.compartments))
                self._count(end - begin)
        empty = np.zeros(0, np.int64)
        columns = zip((empty, empty), *parts, strict=True)
        return Record(*(np.concatenate(column) for column in columns))

    def watch(
        self, n_steps: int, stimulus: Stimulus | None, readings: Mapping[str, Reading]
    ) -> tuple[Record, dict[str, np.ndarray]]:
        """See :meth:`backspike.golden.engine.Engine.watch`."""
        end, spikes = self._cut(n_steps, stimulus)
        cut = {
            memory: Reading(reading.first, reading.count, reading.after[reading.after < end])
            for memory, reading in readings.items()
        }
        self._look(end)
        found = super().watch(end, spikes, cut)
        self._count(end)
        return found

    def _cut(self, n_steps: int, stimulus: Stimulus | None) -> tuple[int, Stimulus]:
        """Steps and stimulus of a run, up to the last step."""
        spikes = Stimulus.checked_kind(stimulus)
        spikes.checked(n_steps, self._input_axons)
        n_steps = min(int(n_steps), self._window.last + 1 - self._done)
        return n_steps, spikes.window(0, n_steps)

    def _look(self, n_steps: int) -> None:
        """Begin, if the next steps reach the first one."""
        if not self._begun and self._done + n_steps > self._window.first:
            self._begun = True
            self._begin()

    def _count(self, n_steps: int) -> None:
        self._done += n_steps
        if self._done > self._window.last:
            raise Recorded
