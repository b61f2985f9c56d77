"""Streams of a core in cocotb, and a transport over them, so that engines run inside a simulator.

Signals are driven after the rising edge of the clock and sampled at the falling edge: the same
cycles on every simulator.
"""

import functools
import random
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.task import bridge, resume
from cocotb.triggers import ClockCycles, Event, FallingEdge, RisingEdge, Timer

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams
from backspike.sim.engines.link_engine import LinkEngine

__all__ = ["BridgedLink", "CocotbLink", "StreamDriver", "StreamMonitor", "core_test"]

#: Of the clock, in ns; and cycles from one look at what an exchange waits for to the next.
_PERIOD, _LOOKS = 10, 8


class StreamDriver:
    """Sends words into a stream, idling before each with probability ``idle`` per cycle."""

    def __init__(self, dut: Any, name: str, rng: random.Random) -> None:
        self.idle = 0.0
        self.words: deque[int] = deque()
        self._rises, self._falls = RisingEdge(dut.clk), FallingEdge(dut.clk)
        self._rng = rng
        self._payload, self._valid, self._ready = _port(dut, name)
        self._payload.value = 0
        self._valid.value = 0
        self._sent = Event()
        cocotb.start_soon(self._run())

    def send(self, words: Iterable[int]) -> None:
        """Queue words."""
        self.words.extend(words)
        self._sent.set()

    async def _run(self) -> None:
        """Offer word after word; sleep while there is none, or the stream is not ready."""
        valid, becomes_ready = False, RisingEdge(self._ready)
        while True:
            if not self.words and not valid:
                self._sent.clear()
                await self._sent.wait()
            await self._rises
            offered = bool(self.words) and self._rng.random() >= self.idle
            if offered:
                self._payload.value = self.words[0]
            if offered != valid:
                self._valid.value, valid = int(offered), offered
            if not offered:
                continue
            await self._falls
            while not self._ready.value:
                await becomes_ready
                await self._falls
            self.words.popleft()


class StreamMonitor:
    """Takes words from a stream, stalling with probability ``stall`` per cycle.

    Fails if an offered word changes or vanishes before it is taken.
    """

    def __init__(self, dut: Any, name: str, rng: random.Random) -> None:
        self.stall = 0.0
        self.words: list[int] = []
        self._rises, self._falls = RisingEdge(dut.clk), FallingEdge(dut.clk)
        self._rst, self._name = dut.rst, name
        self._rng = rng
        self._payload, self._valid, self._ready = _port(dut, name)
        self._ready.value = 0
        cocotb.start_soon(self._run())

    async def _run(self) -> None:
        """Look at every cycle or, without stalls, at those in which a word is offered."""
        waiting, ready, is_offered = None, False, RisingEdge(self._valid)
        while True:
            if self.stall or not ready:
                await self._rises
                before, ready = ready, self._rng.random() >= self.stall
                if ready != before:
                    self._ready.value = int(ready)
            await self._falls
            while ready and not (self.stall or self._valid.value):
                await is_offered
                await self._falls
            if not self._valid.value or self._rst.value:
                vanished, waiting = waiting is not None and not self._rst.value, None
                assert not vanished, f"{self._name}: valid fell before the transfer"
                continue
            word = self._payload.value.to_unsigned()
            assert waiting in (None, word), f"{self._name}: payload changed while waiting"
            waiting = None if ready else word
            if ready:
                self.words.append(word)


class CocotbLink:
    """A transport whose exchanges are coroutines: see :class:`link_engine.Transport`.

    Parameters
    ----------
    dut : cocotb handle
        The core.
    rng : random.Random
        Of the gaps.
    patience : int
        Cycles that one exchange may take without a word to or from the core.
    """

    def __init__(self, dut: Any, rng: random.Random, patience: int = 200_000) -> None:
        self.patience = patience
        self._dut = dut
        dut.rst.value = 1
        self._driver = StreamDriver(dut, "i", rng)
        self._monitor = StreamMonitor(dut, "o", rng)
        Clock(dut.clk, _PERIOD, "ns", impl="gpi").start(start_high=False)

    def gaps(self, idle: float, stall: float) -> None:
        """From now on, leave gaps before words and delay taking answers, at random."""
        self._driver.idle, self._monitor.stall = idle, stall

    async def reset(self) -> None:
        """Reset the core."""
        self._dut.rst.value = 1
        await ClockCycles(self._dut.clk, 3)
        self._dut.rst.value = 0
        await RisingEdge(self._dut.clk)
        self._driver.words.clear()
        self._monitor.words.clear()

    async def exchange(self, words: np.ndarray) -> np.ndarray:
        """Send words; returns the answers when the core is idle again."""
        sent, taken = self._driver.words, self._monitor.words
        self._driver.send(np.asarray(words, np.uint32).tolist())
        quiet, idle, before = 0, 0, (len(sent), len(taken))
        await FallingEdge(self._dut.clk)
        while idle < 2:  # a word that leaves in this cycle makes the core busy in the next
            await Timer(_LOOKS * _PERIOD, "ns")
            busy = bool(sent) or bool(self._dut.busy.value) or bool(self._dut.o__valid.value)
            idle = 0 if busy else idle + 1
            now = (len(sent), len(taken))
            quiet, before = (quiet + _LOOKS if now == before else 0), now
            if quiet > self.patience:
                raise TimeoutError(f"the core hangs: no word in {self.patience} cycles")
        answer = np.array(taken, np.uint32)
        taken.clear()
        return answer


class BridgedLink:
    """The same as a plain :class:`link_engine.Transport`, within :func:`cocotb.task.bridge`."""

    def __init__(self, link: CocotbLink) -> None:
        self._exchange, self._reset = resume(link.exchange), resume(link.reset)

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """See :meth:`link_engine.Transport.exchange`."""
        return self._exchange(words)

    def reset(self) -> None:
        """See :meth:`link_engine.Transport.reset`."""
        self._reset()

    def close(self) -> None:
        """Nothing to free: the simulator ends with its tests."""


def core_test(params: CoreParams) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Make a cocotb test of a plain function of a link, an engine on it and a golden core.

    The engine is the core under test, just reset, which must be one of ``params``.
    """

    def decorate(test: Callable[..., None]) -> Callable[..., Any]:
        @functools.wraps(test)
        async def run(dut: Any, **arguments: Any) -> None:
            link = CocotbLink(dut, random.Random(cocotb.RANDOM_SEED))
            await link.reset()

            @bridge
            def body() -> None:
                engine = LinkEngine(params, BridgedLink(link), "cocotb")
                test(link, engine, GoldenCore(params), **arguments)

            await body()

        return run

    return decorate


def _port(dut: Any, name: str) -> tuple[Any, Any, Any]:
    """Payload, valid and ready of a stream."""
    return tuple(getattr(dut, f"{name}__{member}") for member in ("payload", "valid", "ready"))
