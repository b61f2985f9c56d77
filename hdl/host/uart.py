"""An asynchronous serial line: 8 data bits, the lowest first, no parity, one stop bit."""

from amaranth import Cat, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract

__all__ = ["MIN_DIVISOR", "UartReceiver", "UartTransmitter"]

#: Fewest clock cycles of a bit with which the middle of a bit is well away from its ends.
MIN_DIVISOR = 4


def _check_divisor(divisor: int) -> int:
    """Raise unless ``divisor`` is a number of cycles that a bit can have; returns it."""
    if not isinstance(divisor, int) or not MIN_DIVISOR <= divisor <= 65535:
        raise ValueError(f"divisor must be between {MIN_DIVISOR} and 65535, not {divisor!r}")
    return divisor


class UartReceiver(wiring.Component):
    """Bytes from a line.

    Timing
    ------
    ``valid`` is high for one cycle in the middle of the stop bit: whoever listens takes the byte
    then. A line that is low in the middle of a stop bit gives ``broken`` instead, and the next
    start bit is looked for once the line is high again.

    Parameters
    ----------
    divisor : int
        Clock cycles of a bit, 4 to 65535.

    Members
    -------
    rx : In(1)
        The line; not synchronous to the clock.
    valid, byte : Out
        A byte.
    broken : Out(1)
        Something that is no byte.
    """

    def __init__(self, divisor: int):
        self.divisor = _check_divisor(divisor)
        super().__init__({
            "rx": In(1, init=1),
            "valid": Out(1),
            "byte": Out(8),
            "broken": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        rx = Signal(init=1)
        m.submodules.sync = FFSynchronizer(self.rx, rx, init=1)
        left, bits = Signal(range(self.divisor)), Signal(range(8))
        with m.If(left != 0):
            m.d.sync += left.eq(left - 1)

        def wait(cycles, state):
            m.d.sync += left.eq(cycles - 1)
            m.next = state

        with m.FSM(name="receive"):
            with m.State("IDLE"):
                with m.If(~rx):
                    wait(self.divisor // 2, "START")
            with m.State("START"):
                with m.If(left == 0):
                    m.next = "IDLE"
                    with m.If(~rx):
                        m.d.sync += bits.eq(0)
                        wait(self.divisor, "DATA")
            with m.State("DATA"):
                with m.If(left == 0):
                    m.d.sync += [self.byte.eq(Cat(self.byte[1:], rx)), bits.eq(bits + 1)]
                    wait(self.divisor, "DATA")
                    with m.If(bits == 7):
                        m.next = "STOP"
            with m.State("STOP"):
                with m.If(left == 0):
                    m.d.comb += [self.valid.eq(rx), self.broken.eq(~rx)]
                    m.next = "HIGH"
            with m.State("HIGH"):
                with m.If(rx):
                    m.next = "IDLE"
        return m


class UartTransmitter(wiring.Component):
    """Bytes to a line.

    Timing: a byte takes ``10 * divisor`` cycles, and is taken in the first of them.

    Parameters
    ----------
    divisor : int
        Clock cycles of a bit, 4 to 65535.

    Members
    -------
    i : In(stream.Signature(8))
        Bytes.
    tx : Out(1)
        The line, a register.
    """

    def __init__(self, divisor: int):
        self.divisor = _check_divisor(divisor)
        super().__init__({"i": In(stream.Signature(8)), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        shift, bits = Signal(9), Signal(range(11))
        left = Signal(range(self.divisor))
        m.d.comb += self.i.ready.eq((bits == 0) & (left == 0))
        with m.If(left != 0):
            m.d.sync += left.eq(left - 1)
        with m.Elif(bits != 0):
            m.d.sync += [
                self.tx.eq(shift[0]),
                shift.eq(Cat(shift[1:], 1)),
                bits.eq(bits - 1),
                left.eq(self.divisor - 1),
            ]
        with m.Elif(self.i.valid):
            m.d.sync += [
                self.tx.eq(0),
                shift.eq(Cat(self.i.p, 1)),
                bits.eq(9),
                left.eq(self.divisor - 1),
            ]
        contract = Contract(m, self, platform)
        contract.holds("the line rests between bytes", self.tx, where=self.i.ready)
        begins = contract.past("begins", self.i.valid & self.i.ready)
        contract.holds("a byte begins with a start bit", ~self.tx, where=begins)
        return m
