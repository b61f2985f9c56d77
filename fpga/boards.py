"""The boards: their clocks, lines and lights, and the core that fits each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from amaranth.build import Attrs, Resource
from amaranth_boards.icebreaker import ICEBreakerPlatform
from amaranth_boards.orangecrab_r0_2 import OrangeCrabR0_2_85FPlatform
from amaranth_boards.resources import UARTResource
from amaranth_boards.ulx3s import ULX3S_85F_Platform

from backspike.golden.errors import UserError
from backspike.hdl.params import CoreParams

__all__ = ["BOARDS", "DEFAULT_BOARD", "Board", "find_board"]

#: Lights of a board, in the order of :class:`backspike.hdl.device.Device`: resource, number and,
#: of a light of several colours, the colour.
Lights = tuple[tuple[str, int, str | None], ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Data of a board for the generic top and the tools.

    Attributes
    ----------
    name, title : str
        Name on the command line, and in a sentence.
    platform : callable
        Makes the Amaranth platform.
    family : str
        ``ecp5`` or ``ice40``.
    clock_hz : int
        Of the core; a PLL makes it of the board's own clock.
    baud : int
        Bits per second of the host link, a whole number of cycles each.
    lights : Lights
        Lights that show activity, errors and progress.
    loader : str
        The board's name for openFPGALoader.
    extra : tuple of Resource
        Resources that are wired to the connectors.
    params : CoreParams
        The core.
    """

    name: str
    title: str
    platform: Callable[[], object]
    family: str
    clock_hz: int
    baud: int
    lights: Lights
    loader: str
    params: CoreParams
    extra: tuple[Resource, ...] = ()

    def __post_init__(self) -> None:
        if self.clock_hz % self.baud:
            raise ValueError(
                f"baud must divide clock_hz ({self.clock_hz}), not {self.baud}: board {self.name}"
            )

    @property
    def divisor(self) -> int:
        """Clock cycles of a bit on the serial line."""
        return self.clock_hz // self.baud

    @property
    def leds(self) -> int:
        """Number of lights."""
        return len(self.lights)


#: The folded circuit up to 400-400-10; its rule needs neither traces nor random numbers, and its
#: weights are even. With 8 bits, each bit of a bank is a block RAM of its own: no multiplexers.
_ECP5_85F = CoreParams(
    compartments=2048,
    input_axons=1024,
    lists=4096,
    dense_words=16384,
    weight_bits=8,
    sparse_words=2048,
    lanes=16,
    dendrite_lanes=4,
    delay_slots=8,
    traces=False,
    stochastic=False,
)

#: Twice as wide, for thresholds alone: the folded circuit asks for no more. There is no block RAM
#: left for currents and voltages of so many lanes.
_ECP5_85F_WIDE = _ECP5_85F.with_(lanes=32, dendrite_lanes=32, dense_words=8192, dynamics=False)

#: For thresholds alone, and for images whose kernels all positions share: many compartments and
#: lists, few weights. It holds 16 kernels of 5x5 with stride 2 on 20x20 pixels, and dense layers of
#: 80 and 10.
_ECP5_85F_CONVOLUTION = _ECP5_85F.with_(
    compartments=8192,
    input_axons=512,
    lists=16384,
    dense_words=8192,
    sparse_words=512,
    dendrite_lanes=16,
    delay_slots=2,
    stochastic=True,
    dynamics=False,
    rules=2,
)

#: The folded circuit up to 256-88-10, one synapse at a time: logic cells are what there is least
#: of. Weights, lists and axons are in single-port RAM, rows of compartments and of inputs fill an
#: address of 10 bits, and two slots of sums three block RAMs.
_UP5K = CoreParams(
    compartments=384,
    input_axons=640,
    lists=1024,
    dense_words=32768,
    weight_bits=8,
    sparse_words=256,
    lanes=1,
    dendrite_lanes=1,
    delay_slots=2,
    acc_width=16,
    traces=False,
    stochastic=False,
    dynamics=False,
    single_port=True,
    rules=2,
    microcode_words=8,
    operations=2,
    counters=False,
    compact=True,
)

_ULX3S = Board(
    name="ulx3s-85f",
    title="ULX3S with an ECP5-85F",
    platform=ULX3S_85F_Platform,
    family="ecp5",
    clock_hz=60_000_000,
    baud=1_000_000,
    lights=tuple(("led", n, None) for n in range(8)),
    loader="ulx3s",
    params=_ECP5_85F,
)

_ORANGECRAB = Board(
    name="orangecrab-85f",
    title="OrangeCrab r0.2 with an ECP5-85F, serial adapter on pins 0 (RX) and 1 (TX)",
    platform=OrangeCrabR0_2_85FPlatform,
    family="ecp5",
    clock_hz=72_000_000,
    baud=1_000_000,
    lights=(("rgb_led", 0, "g"), ("rgb_led", 0, "r"), ("rgb_led", 0, "b")),
    loader="orangeCrab",
    params=_ECP5_85F,
    extra=(UARTResource(0, rx="0", tx="1", conn=("io", 0), attrs=Attrs(IO_TYPE="LVCMOS33")),),
)

BOARDS = {
    board.name: board
    for board in (
        _ULX3S,
        replace(_ULX3S, name="ulx3s-85f-wide", params=_ECP5_85F_WIDE),
        replace(
            _ULX3S,
            name="ulx3s-85f-convolution",
            params=_ECP5_85F_CONVOLUTION,
            clock_hz=55_000_000,
        ),
        _ORANGECRAB,
        replace(
            _ORANGECRAB,
            name="orangecrab-85f-wide",
            params=_ECP5_85F_WIDE,
            clock_hz=66_000_000,
        ),
        replace(
            _ORANGECRAB,
            name="orangecrab-85f-convolution",
            params=_ECP5_85F_CONVOLUTION,
            clock_hz=60_000_000,
        ),
        Board(
            name="icebreaker",
            title="iCEBreaker with an iCE40UP5K, and its break-off section on PMOD 2",
            platform=ICEBreakerPlatform,
            family="ice40",
            clock_hz=21_000_000,
            baud=3_000_000,
            lights=(
                ("led_g", 0, None),
                ("led_r", 0, None),
                *(("led", number, None) for number in range(2, 7)),
            ),
            loader="ice40_generic",
            params=_UP5K,
            extra=tuple(ICEBreakerPlatform.break_off_pmod),
        ),
    )
}

DEFAULT_BOARD = "ulx3s-85f"


def find_board(name: str) -> Board:
    """The board of that name.

    Raises
    ------
    UserError
        If there is none.
    """
    if name not in BOARDS:
        raise UserError(f"--board must be one of {', '.join(BOARDS)}, not {name}")
    return BOARDS[name]
