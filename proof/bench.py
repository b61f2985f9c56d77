"""A bench of a proof: a component with free inputs, what is assumed of them, and the claims."""

from typing import Any

from amaranth import ClockDomain, Module, Shape, Signal, Value
from amaranth.hdl import Assert, Assume, ShapeCastable, ShapeLike, ValueLike
from amaranth.lib import wiring

from backspike.proof.memories import memory_words

__all__ = ["GOAL", "Bench"]

#: Begin of the words of a bad state that must be reached.
GOAL = "reached: "


class Bench:
    """A design that starts from reset once, and whose free inputs may be anything in every cycle.

    Members
    -------
    m : Module
        The design; its clock is never reset again.
    ports : list of Signal
        Its free inputs.
    memories : dict of int to list of Signal
        Words of memories that claims look at.
    subjects : list of Component
        What is proved something of: what its contract needs is assumed.
    """

    def __init__(self) -> None:
        self.m = Module()
        clock: Any = ClockDomain("sync", reset_less=True)
        self.m.domains.sync = clock
        self.ports: list[Signal] = [clock.clk]
        self.memories: dict[int, list[Signal]] = {}
        self.subjects: list[wiring.Component] = []
        self._begun = Signal(name="begun")
        self.m.d.sync += self._begun.eq(1)
        self._cycles: list[Signal] = []

    @property
    def begun(self) -> Value:
        """0 in the first cycle only."""
        return self._begun

    @property
    def is_timed(self) -> bool:
        """True if something happens in certain cycles: all else then begins in any state."""
        return bool(self._cycles)

    def cycle(self, number: int) -> Value:
        """1 in this cycle only, counted from 0."""
        for n in range(len(self._cycles), number + 1):
            now = Signal(name=f"cycle{n}", init=n == 0, attrs={"timed": 1})
            self.m.d.sync += now.eq(self._cycles[-1] if n else 0)
            self._cycles.append(now)
        return self._cycles[number]

    def free(self, shape: ShapeLike, name: str) -> Any:
        """An input that may be anything in every cycle."""
        width = Shape.cast(shape).width
        signal = Signal(width, name=name)
        self.ports.append(signal)
        if isinstance(shape, range) and len(shape) < 1 << width:
            self.assume(signal < shape.stop)
        if isinstance(shape, ShapeCastable):
            return shape(signal)
        return signal.as_signed() if Shape.cast(shape).signed else signal

    def constant(self, shape: ShapeLike, name: str) -> Any:
        """An input that may be anything, but never changes."""
        value = self.free(shape, name)
        self.assume((Value.cast(value) == self.past(Value.cast(value), name)) | ~self.begun)
        return value

    def add(self, name: str, dut: wiring.Component, **driven: Any) -> Any:
        """Add a component; each of its inputs is free, but for those in ``driven``, which are equal
        to a value or, if that is None, driven by the bench."""
        self.m.submodules[name] = dut
        self.subjects.append(dut)
        for path, member, port in dut.signature.flatten(dut):
            if member.flow is not wiring.In:
                continue
            label = "__".join(map(str, path))
            if any(label == key or label.startswith(f"{key}__") for key in driven):
                continue
            free = Signal(len(Value.cast(port)), name=f"{name}__{label}")
            self.ports.append(free)
            self.m.d.comb += Value.cast(port).eq(free)
        for key, source in driven.items():
            if source is None:
                continue
            target: Any = dut
            for part in key.split("__"):
                target = getattr(target, part)
            self.m.d.comb += Value.cast(target).eq(source)
        return dut

    def words(self, number: int, depth: int, shape: ShapeLike) -> list[Signal]:
        """Registers of the words of the memory that is elaborated after ``number`` others."""
        return self.memories.setdefault(number, memory_words(depth, Shape.cast(shape).width))

    def past(self, value: ValueLike, name: str = "value", cycles: int = 1) -> Value:
        """``value`` so many cycles ago, 0 before the first one."""
        value = Value.cast(value)
        for _ in range(cycles):
            register = Signal(value.shape(), name=f"past_{name}")
            self.m.d.sync += register.eq(value)
            value = register
        return value

    def assume(self, condition: ValueLike) -> None:
        """Consider only runs in which ``condition`` is true in every cycle."""
        self.m.d.comb += Assume(condition, "assumed")

    def claim(self, words: str, condition: ValueLike, *, where: ValueLike = 1) -> None:
        """Claim that ``condition`` is true in every cycle in which ``where`` is."""
        with self.m.If(Value.cast(where)):
            self.m.d.sync += Assert(condition, words + "\n")

    def reach(self, words: str, condition: ValueLike) -> None:
        """Claim that ``condition`` becomes true in some run: what is proved is not empty."""
        self.m.d.sync += Assert(~Value.cast(condition).bool(), f"{GOAL}{words}\n")
