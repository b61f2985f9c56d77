"""The RTL in Amaranth's own simulator: slow, but with nothing to build. For small cores."""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TextIO

import numpy as np
from amaranth.sim import Simulator

from backspike.golden.errors import check_type
from backspike.hdl.core import Core
from backspike.hdl.lib.garbage import collecting_rarely
from backspike.hdl.params import CoreParams
from backspike.sim.engines.link_engine import LinkEngine

__all__ = ["AmaranthEngine", "SimulatorLink"]

#: Cycles without a word to or from the core after which it counts as hanging.
PATIENCE = 1 << 20


class SimulatorLink:
    """A transport: a design with the ports of a core in Amaranth's simulator.

    Parameters
    ----------
    make : callable
        Makes the design; called again by :meth:`reset`, which is thus a power-up.
    patience : int
        Cycles without a word to or from the core after which :meth:`exchange` gives up.
    """

    def __init__(self, make: Callable[[], Any], patience: int = PATIENCE) -> None:
        self.patience = patience
        self._make = make
        self.reset()

    def reset(self) -> None:
        """See :meth:`backspike.sim.engines.link_engine.Transport.reset`."""
        self.cycles = 0
        self._in: deque[int] = deque()
        self._out: list[int] = []
        self._idle = False
        self._quiet = 0
        with collecting_rarely():
            self._top = self._make()
            self._simulator = Simulator(self._top)
        self._simulator.add_clock(1e-6)
        self._simulator.add_testbench(self._bench, background=True)

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """See :meth:`backspike.sim.engines.link_engine.Transport.exchange`.

        Raises
        ------
        TimeoutError
            If no word has moved for ``patience`` cycles.
        """
        self._in.extend(np.asarray(words, np.uint32).tolist())
        self._out.clear()
        self._idle, self._quiet = False, 0
        while not self._idle:
            self._simulator.advance()
            if self._quiet > self.patience:
                raise TimeoutError(f"the core hangs: no word in {self.patience} cycles")
        return np.array(self._out, np.uint32)

    def write_vcd(self, file: TextIO) -> AbstractContextManager[None]:
        """Context in which all signals are written to ``file``, as VCD; before the first exchange.

        A clock cycle is 1 us, in units of 1 fs.
        """
        return self._simulator.write_vcd(file)

    def close(self) -> None:
        """Nothing to free."""

    async def _bench(self, ctx: Any) -> None:
        """Offer what is queued, take every answer, and see when the core is idle.

        A signal is only set where it changes: each time, the simulator looks at the whole design.
        """
        i, o = self._top.i, self._top.o
        works = self._top.busy | o.valid
        ctx.set(o.ready, 1)
        offered: int | None = None
        ticks = aiter(ctx.tick().sample(i.ready, o.valid, o.payload))
        while True:
            word = self._in[0] if self._in else None
            if word is not None and word != offered:
                ctx.set(i.payload, word)
            if (word is None) != (offered is None):
                ctx.set(i.valid, word is not None)
            offered = word
            self._idle = word is None and not ctx.get(works)
            _, _, ready, answered, payload = await anext(ticks)
            taken = ready and offered is not None
            self.cycles += 1
            self._quiet = 0 if taken or answered else self._quiet + 1
            if taken:
                self._in.popleft()
            if answered:
                self._out.append(payload)


class AmaranthEngine(LinkEngine):
    """The RTL of ``params`` in Amaranth's simulator."""

    def __init__(self, params: CoreParams, patience: int = PATIENCE) -> None:
        check_type("params", params, CoreParams)
        self.link = SimulatorLink(lambda: Core(params), patience)
        super().__init__(params, self.link, "amaranth")
