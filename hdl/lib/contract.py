"""Contracts: what a component promises and needs, as assertions in its RTL; synthesis has none.

A component states at the end of its ``elaborate`` what always holds (:meth:`Contract.holds`), and
what it relies on (:meth:`Contract.needs`). Simulations stop where either is broken. A proof of the
component by ``backspike.proof`` assumes what it needs and proves what it promises; what it needs is
proved, or at least simulated, where it is a part of something larger.

A promise that is kept because nothing happens says little: what must happen at least once in some
simulation (:meth:`Contract.reached`) is counted by ``backspike.sim.verify.cover``.
"""

from typing import Any

from amaranth import Cat, Module, Signal, Value
from amaranth.hdl import Assert, Assume, ValueLike

from backspike.hdl.lib.arith import at_most_one

__all__ = ["REACHED", "Contract", "no_contracts"]

#: Begin of the names of signals that simulations must see rise: see :meth:`Contract.reached`.
REACHED = "reached_"


class _NoContracts:
    """Platform of designs that are counted or shipped rather than run."""

    contracts = False


#: Leaves the contracts out of a design that is elaborated for no platform.
no_contracts = _NoContracts()


class Contract:
    """Promises and needs of one component, at every edge of its clock.

    Parameters
    ----------
    m : Module
        Module of the component.
    owner : Elaboratable
        The component.
    platform : object
        What its ``elaborate`` was given: without contracts, it is that of an FPGA, which is none of
        ours; a proof's has the components that are its ``subjects``.
    """

    def __init__(self, m: Module, owner: object, platform: Any) -> None:
        self._m, self._name = m, type(owner).__name__
        #: False in synthesis, where nothing is checked.
        self.checked = bool(getattr(platform, "contracts", platform is None))
        self._is_subject = owner in getattr(platform, "subjects", ())

    def holds(self, promise: str, condition: ValueLike, *, where: ValueLike = 1) -> None:
        """``condition`` is true in every cycle in which ``where`` is."""
        if self.checked:
            with self._m.If(Value.cast(where)):
                self._m.d.sync += Assert(condition, f"{self._name}: {promise}\n")

    def needs(self, need: str, condition: ValueLike, *, where: ValueLike = 1) -> None:
        """The component relies on ``condition`` in every cycle in which ``where`` is."""
        if self._is_subject:
            self._m.d.comb += Assume(~Value.cast(where).bool() | Value.cast(condition).bool(), need)
        else:
            self.holds(need, condition, where=where)

    def stays(self, name: str, port: Any) -> None:
        """A word that the stream ``port`` offers stays until it is taken."""
        if self.checked:
            waits, same = self._offer(name, port)
            self.holds(f"{name} stays until it is taken", same, where=waits)

    def needs_to_stay(self, name: str, port: Any) -> None:
        """The same of a stream into the component, which its sender promises."""
        if self._is_subject:
            waits, same = self._offer(name, port)
            self._m.d.comb += Assume(~waits | same, name)

    def passes(self, i: Any, o: Any) -> None:
        """Words of the stream ``i`` stay until they are taken, and so do those of ``o``."""
        self.needs_to_stay("i", i)
        self.stays("o", o)

    def at_most_one(self, promise: str, *bits: ValueLike) -> None:
        """No two of ``bits`` are 1 at once."""
        self.holds(promise, at_most_one(Cat(*bits)))

    def reached(self, words: str, condition: ValueLike) -> None:
        """``condition`` becomes true at least once in the simulations of whole cores.

        ``words`` are letters, digits and spaces: a signal is named after them, whose rises
        Verilator counts as it does those of all others; it costs nothing where they do not count.
        """
        if self.checked:
            signal = Signal(name=REACHED + words.replace(" ", "_"))
            self._m.d.comb += signal.eq(Value.cast(condition).bool())

    def on_way(self, name: str, comes: ValueLike, goes: ValueLike, most: int) -> Value:
        """Number of those that came in the cycles before and did not go, of ``most`` at most; one
        more is a broken promise, and so is one that goes without having come."""
        number = Signal(range(most + 1), name=f"{name}_on_way")
        comes, goes = Value.cast(comes).bool(), Value.cast(goes).bool()
        if self.checked:
            self._m.d.sync += number.eq(number + comes - goes)
        self.holds(f"there is place for all {name}", (number != most) | goes, where=comes)
        self.holds(f"{name} that go have come", number != 0, where=goes)
        return number

    def past(self, name: str, value: ValueLike) -> Value:
        """``value`` in the cycle before; 0 in the first one."""
        value = Value.cast(value)
        before = Signal(value.shape(), name=f"{name}_before")
        if self.checked:
            self._m.d.sync += before.eq(value)
        return before

    def latest(self, name: str, value: ValueLike, when: ValueLike) -> Value:
        """``value`` in the last cycle in which ``when`` was 1; 0 before there was one."""
        value = Value.cast(value)
        latest = Signal(value.shape(), name=f"{name}_latest")
        if self.checked:
            with self._m.If(Value.cast(when)):
                self._m.d.sync += latest.eq(value)
        return latest

    def _offer(self, name: str, port: Any) -> tuple[Value, Value]:
        """A word waited in the cycle before; it is still offered."""
        word = Value.cast(port.p)
        waits, offered = Signal(name=f"{name}_waits"), Signal(len(word), name=f"{name}_offered")
        self._m.d.sync += [waits.eq(port.valid & ~port.ready), offered.eq(word)]
        return waits, port.valid & (word == offered)
