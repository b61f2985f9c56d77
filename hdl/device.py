"""A core behind a serial line: all of a board but its pins and its clock."""

from amaranth import Cat, Module, ResetInserter, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from backspike.hdl.core import Core
from backspike.hdl.host.link import HostLink
from backspike.hdl.host.uart import UartReceiver, UartTransmitter
from backspike.hdl.params import CoreParams

__all__ = ["ACTIVE_LED", "ERROR_LED", "PROGRESS_LED", "Device"]

#: Lights: the core or the link is active; a frame was damaged or a packet refused; and, from
#: ``PROGRESS_LED`` on, the number of learning epochs so far, in binary.
ACTIVE_LED, ERROR_LED, PROGRESS_LED = 0, 1, 2
#: The lights of progress count units of ``2**PROGRESS_UNIT_BITS`` epochs.
PROGRESS_UNIT_BITS = 6


class Device(wiring.Component):
    """Host link, core and lights.

    Parameters
    ----------
    params : CoreParams
        Size of the core.
    divisor : int
        Clock cycles of a bit on the line.
    leds : int
        Lights, at least 2: see :data:`ACTIVE_LED`, :data:`ERROR_LED`, :data:`PROGRESS_LED`.
    hold_bits : int
        A light that shows an event is on for ``2**hold_bits`` cycles.

    Members
    -------
    rx, tx : In, Out(1)
        Serial line of the host link.
    leds : Out(leds)
    """

    def __init__(self, params: CoreParams, *, divisor: int, leds: int = 8, hold_bits: int = 21):
        if not 2 <= leds <= 32:
            raise ValueError(f"leds must be between 2 and 32, not {leds}")
        self.params, self.divisor, self.hold_bits = params, divisor, hold_bits
        super().__init__({"rx": In(1, init=1), "tx": Out(1, init=1), "leds": Out(leds)})

    def elaborate(self, platform):
        m = Module()
        core, link = Core(self.params), HostLink()
        m.submodules.core = ResetInserter(link.reset)(core)
        m.submodules.link = link
        m.submodules.receiver = receiver = UartReceiver(self.divisor)
        m.submodules.transmitter = transmitter = UartTransmitter(self.divisor)
        connect(m, link.o, core.i)
        connect(m, core.o, link.i)
        connect(m, link.line, transmitter.i)
        m.d.comb += [
            receiver.rx.eq(self.rx),
            self.tx.eq(transmitter.tx),
            link.valid.eq(receiver.valid),
            link.byte.eq(receiver.byte),
            link.broken.eq(receiver.broken),
            link.core_busy.eq(core.busy),
        ]
        self._light(m, core, link)
        return m

    def _light(self, m: Module, core: Core, link: HostLink) -> None:
        """Show activity, errors and progress."""
        for led, event in (
            (ACTIVE_LED, link.arrived | core.busy),
            (ERROR_LED, link.damaged | core.refused),
        ):
            left, happened = Signal(self.hold_bits + 1, name=f"hold{led}"), Signal()
            m.d.sync += happened.eq(event)
            m.d.comb += self.leds[led].eq(left[-1])
            with m.If(happened):
                m.d.sync += left.eq(-1)
            with m.Elif(left[-1]):
                m.d.sync += left.eq(left - 1)
        wake, was_learning = core.wake, Signal()
        learning = wake.learn & wake.serve & ~wake.accumulate
        epochs = Signal(PROGRESS_UNIT_BITS + len(self.leds) - PROGRESS_LED)
        m.d.sync += was_learning.eq(learning)
        with m.If(was_learning & ~learning):
            m.d.sync += epochs.eq(epochs + 1)
        with m.If(link.reset):
            m.d.sync += epochs.eq(0)
        m.d.comb += Cat(*self.leds[PROGRESS_LED:]).eq(epochs[PROGRESS_UNIT_BITS:])
