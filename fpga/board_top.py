"""The one top of every board: its clock, its line and its lights around a device."""

from typing import Any

from amaranth import Module
from amaranth.lib import io, wiring

from backspike.fpga.boards import Board
from backspike.fpga.clocking import ClockGenerator
from backspike.hdl.device import Device

__all__ = ["BoardTop"]


class BoardTop(wiring.Component):
    """A :class:`backspike.hdl.device.Device` on a board's pins."""

    def __init__(self, board: Board) -> None:
        self.board = board
        super().__init__({})

    def elaborate(self, platform: Any) -> Module:
        m = Module()
        board = self.board
        platform.add_resources(board.extra)
        m.submodules.clock = ClockGenerator(board.family, board.clock_hz)
        device: Any = Device(board.params, divisor=board.divisor, leds=board.leds)
        m.submodules.device = device
        uart = platform.request("uart", 0, dir={"rx": "-", "tx": "-"})
        m.submodules.rx = rx = io.Buffer(io.Direction.Input, uart.rx)
        m.submodules.tx = tx = io.Buffer(io.Direction.Output, uart.tx)
        m.d.comb += [device.rx.eq(rx.i), tx.o.eq(device.tx)]
        requested: dict[tuple[str, int], Any] = {}
        for number, (name, index, colour) in enumerate(board.lights):
            if colour is None:
                port = platform.request(name, index, dir="-")
            else:
                if (name, index) not in requested:
                    colours = {one: "-" for _, _, one in board.lights}
                    requested[name, index] = platform.request(name, index, dir=colours)
                port = getattr(requested[name, index], colour)
            light = io.Buffer(io.Direction.Output, port)
            m.submodules[f"light{number}"] = light
            m.d.comb += light.o.eq(device.leds[number])
        return m
