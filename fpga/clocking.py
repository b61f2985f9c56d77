"""The clock of a board's core: a PLL of the family, and the reset that follows it."""

from dataclasses import dataclass
from typing import Any

from amaranth import ClockDomain, ClockSignal, Instance, Module, Signal
from amaranth.lib import io, wiring
from amaranth.lib.cdc import ResetSynchronizer

from backspike.golden.errors import UserError

__all__ = ["ClockGenerator", "Ecp5Pll", "Ice40Pll", "ecp5_pll", "ice40_pll"]

#: Of the phase detector and of the oscillator, in MHz: Lattice FPGA-TN-02200 and FPGA-DS-02012
#: for ECP5, FPGA-TN-02052 for iCE40.
_ECP5_PFD, _ECP5_VCO = (3.125, 400.0), (400.0, 800.0)
_ICE40_PFD, _ICE40_VCO = (10.0, 133.0), (533.0, 1066.0)
#: Cycles after configuration in which an iCE40's block RAM may read as 0: 15 us at 50 MHz.
_ICE40_WAIT_BITS = 10


@dataclass(frozen=True)
class Ecp5Pll:
    """Dividers of an EHXPLLL: output = input / ``reference`` * ``feedback``."""

    reference: int
    feedback: int
    output: int


@dataclass(frozen=True)
class Ice40Pll:
    """Dividers of an SB_PLL40: output = input / ``reference`` * ``feedback`` / 2**``shift``."""

    reference: int
    feedback: int
    shift: int


def ecp5_pll(source_hz: float, clock_hz: float) -> Ecp5Pll:
    """Dividers that give ``clock_hz`` exactly.

    Raises
    ------
    UserError
        If there are none.
    """
    for reference in range(1, 129):
        for feedback in range(1, 81):
            pfd = source_hz / reference
            if pfd * feedback != clock_hz or not _ECP5_PFD[0] <= pfd / 1e6 <= _ECP5_PFD[1]:
                continue
            for output in range(1, 129):
                if _ECP5_VCO[0] <= clock_hz * output / 1e6 <= _ECP5_VCO[1]:
                    return Ecp5Pll(reference, feedback, output)
    raise UserError(f"no ECP5 PLL makes {clock_hz / 1e6:g} MHz of {source_hz / 1e6:g} MHz")


def ice40_pll(source_hz: float, clock_hz: float) -> Ice40Pll:
    """Dividers that give ``clock_hz`` exactly.

    Raises
    ------
    UserError
        If there are none.
    """
    for reference in range(1, 17):
        for feedback in range(1, 129):
            pfd, vco = source_hz / reference, source_hz / reference * feedback
            if not (
                _ICE40_PFD[0] <= pfd / 1e6 <= _ICE40_PFD[1]
                and _ICE40_VCO[0] <= vco / 1e6 <= _ICE40_VCO[1]
            ):
                continue
            for shift in range(1, 7):
                if vco / (1 << shift) == clock_hz:
                    return Ice40Pll(reference, feedback, shift)
    raise UserError(f"no iCE40 PLL makes {clock_hz / 1e6:g} MHz of {source_hz / 1e6:g} MHz")


class ClockGenerator(wiring.Component):
    """Domain ``sync`` of a board, at ``clock_hz``, in reset until its clock is stable.

    Parameters
    ----------
    family : str
        ``ecp5`` or ``ice40``.
    clock_hz : int
        Frequency of the domain.
    """

    def __init__(self, family: str, clock_hz: int) -> None:
        self.family, self.clock_hz = family, clock_hz
        super().__init__({})

    def elaborate(self, platform: Any) -> Module:
        m = Module()
        m.domains.sync = ClockDomain()
        pin = platform.request(platform.default_clk, dir="-")
        source_hz = platform.default_clk_frequency
        clock, locked = Signal(name="pll_clock"), Signal(name="pll_locked")
        if self.family == "ecp5":
            m.submodules.pad = pad = io.Buffer(io.Direction.Input, pin)
            m.submodules.pll = self._ecp5(source_hz, pad.i, clock, locked)
        else:
            m.submodules.pll = self._ice40(source_hz, pin.io, clock, locked)
        platform.add_clock_constraint(clock, float(self.clock_hz))
        m.d.comb += ClockSignal().eq(clock)
        m.domains.boot = ClockDomain(reset_less=True, local=True)
        m.d.comb += ClockSignal("boot").eq(clock)
        waited = Signal(_ICE40_WAIT_BITS + 1)
        with m.If(~locked):
            m.d.boot += waited.eq(0)
        with m.Elif(~waited[-1]):
            m.d.boot += waited.eq(waited + 1)
        m.submodules.reset = ResetSynchronizer(~waited[-1], domain="sync")
        return m

    def _ecp5(self, source_hz: float, source: Any, clock: Signal, locked: Signal) -> Instance:
        pll = ecp5_pll(source_hz, self.clock_hz)
        return Instance(
            "EHXPLLL",
            p_CLKI_DIV=pll.reference,
            p_CLKFB_DIV=pll.feedback,
            p_CLKOP_DIV=pll.output,
            p_CLKOP_ENABLE="ENABLED",
            p_CLKOP_CPHASE=pll.output - 1,
            p_CLKOP_FPHASE=0,
            p_FEEDBK_PATH="CLKOP",
            a_ICP_CURRENT="12",
            a_LPF_RESISTOR="8",
            a_MFG_ENABLE_FILTEROPAMP="1",
            a_MFG_GMCREF_SEL="2",
            i_RST=0,
            i_STDBY=0,
            i_PHASESEL0=0,
            i_PHASESEL1=0,
            i_PHASEDIR=0,
            i_PHASESTEP=0,
            i_PHASELOADREG=0,
            i_PLLWAKESYNC=0,
            i_ENCLKOP=0,
            i_CLKI=source,
            i_CLKFB=clock,
            o_CLKOP=clock,
            o_LOCK=locked,
        )

    def _ice40(self, source_hz: float, pin: Any, clock: Signal, locked: Signal) -> Instance:
        """The clock's pin is the PLL's own, as on most boards."""
        pll = ice40_pll(source_hz, self.clock_hz)
        return Instance(
            "SB_PLL40_PAD",
            p_FEEDBACK_PATH="SIMPLE",
            p_DIVR=pll.reference - 1,
            p_DIVF=pll.feedback - 1,
            p_DIVQ=pll.shift,
            p_FILTER_RANGE=1,
            i_PACKAGEPIN=pin,
            i_RESETB=1,
            i_BYPASS=0,
            o_PLLOUTGLOBAL=clock,
            o_LOCK=locked,
        )
