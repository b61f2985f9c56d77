"""Blocks that are compared with their netlists: all of a core, and the link around it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from amaranth.lib import wiring

from backspike.fpga.boards import find_board
from backspike.hdl.core import Core
from backspike.hdl.delivery.delivery import Delivery
from backspike.hdl.dendrite.accumulators import Accumulators
from backspike.hdl.dendrite.dendrite import Dendrite
from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.hdl.dendrite.spike_history import SpikeHistory
from backspike.hdl.device import Device
from backspike.hdl.host.host import Host
from backspike.hdl.host.link import HostLink
from backspike.hdl.host.uart import UartReceiver, UartTransmitter
from backspike.hdl.learning.learning import Learning
from backspike.hdl.learning.rewards import Rewards
from backspike.hdl.params import CoreParams
from backspike.hdl.sequencer import Sequencer
from backspike.proof.equivalence import Equivalence

__all__ = ["netlists"]

#: File of a block, and what makes it.
_Named = tuple[str, Callable[[], wiring.Component]]
#: A board of each family: its core is compact in one, and large in the other.
_BOARDS = [find_board("ulx3s-85f"), find_board("icebreaker")]
_OF_CORE: dict[str, Callable[[CoreParams], wiring.Component]] = {
    "hdl/sequencer.py": Sequencer,
    "hdl/host/host.py": Host,
    "hdl/dendrite/inputs.py": InputSpikes,
    "hdl/dendrite/dendrite.py": Dendrite,
    "hdl/dendrite/accumulators.py": Accumulators,
    "hdl/dendrite/spike_history.py": SpikeHistory,
    "hdl/delivery/delivery.py": Delivery,
    "hdl/learning/rewards.py": Rewards,
    "hdl/learning/learning.py": Learning,
}
#: Parts between a core and a serial line; the divisor is that of no board, but as short as may be.
_AROUND: dict[str, _Named] = {
    "link": ("hdl/host/link.py", HostLink),
    "uart-receiver": ("hdl/host/uart.py", partial(UartReceiver, 4)),
    "uart-transmitter": ("hdl/host/uart.py", partial(UartTransmitter, 4)),
}


def netlists() -> list[Equivalence]:
    """Every block, as it is on the boards; of the compact core, all of them together as well."""
    table = []
    for board in _BOARDS:
        core, family = board.params, board.family
        blocks: dict[str, _Named] = {
            Path(file).stem: (file, partial(block, core)) for file, block in _OF_CORE.items()
        }
        if core.compact:
            blocks["core"] = ("hdl/core.py", partial(Core, core))
            whole = partial(Device, core, divisor=board.divisor, leds=board.leds)
            blocks["device"] = ("hdl/device.py", whole)
        table += [
            Equivalence(f"{name}-{family}", file, name, block, family)
            for name, (file, block) in (blocks | _AROUND).items()
        ]
    return table
