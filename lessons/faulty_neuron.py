"""A neuron in Amaranth that can be broken on purpose: what lesson 7 looks for faults in."""

from typing import Any

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.arith import shift_to_zero

__all__ = ["FAULTS", "FaultyNeuron"]

#: Faults that a :class:`FaultyNeuron` may have.
FAULTS = (
    "rounds down",
    "fires at the threshold",
    "moves while en is 0",
    "keeps its voltage",
    "forgets the sign of a sum",
    "stops at 127 weight units",
)


class FaultyNeuron(wiring.Component):
    """Neuron of lesson 2, with one fault or none.

    Parameters
    ----------
    decay, threshold : int
        As in :meth:`backspike.Network.population`.
    fault : str, optional
        One of :data:`FAULTS`.

    Members
    -------
    en : In(1)
        Take a step in this cycle; else all stays.
    total : In(signed(12))
        Sum that arrives, in weight units.
    v : Out(signed(24))
        Voltage after the last step, in 1/64 of a weight unit.
    spike : Out(1)
        It fired in the last step.
    """

    def __init__(self, decay: int, threshold: int, fault: str | None = None) -> None:
        if fault is not None and fault not in FAULTS:
            raise ValueError(f"fault must be one of {', '.join(FAULTS)}, not {fault!r}")
        self.decay, self.threshold, self.fault = decay, threshold, fault
        super().__init__({
            "en": In(1),
            "total": In(signed(12)),
            "v": Out(signed(24)),
            "spike": Out(1),
        })

    def elaborate(self, platform: Any) -> Module:
        m, fault = Module(), self.fault
        product = self.v * (4096 - self.decay)
        kept = product >> 12 if fault == "rounds down" else shift_to_zero(product, 12)
        total = self.total[:11] if fault == "forgets the sign of a sum" else self.total
        full = Signal(signed(24))
        m.d.comb += full.eq(kept + (total << 6))
        if fault == "stops at 127 weight units":
            limited = Signal(signed(24))
            m.d.comb += limited.eq(Mux(full > 127 << 6, 127 << 6, full))
            full = limited
        limit = self.threshold << 6
        fires = full >= limit if fault == "fires at the threshold" else full > limit
        left = full if fault == "keeps its voltage" else Mux(fires, 0, full)
        with m.If(1 if fault == "moves while en is 0" else self.en):
            m.d.sync += [self.v.eq(left), self.spike.eq(fires)]
        return m
