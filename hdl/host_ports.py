"""Groups of wires between the host's side of a core and its parts: registers, memories, counts."""

from amaranth import signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import MEMORIES, REGISTERS, REWARDS
from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams

__all__ = [
    "Counts",
    "MemoryPorts",
    "RegisterValues",
    "RewardRegisters",
    "RunPort",
]


class RunPort(wiring.Signature):
    """Control of the sequencer, seen by the command processor.

    Members
    -------
    advance, n_steps : Out
        Run so many steps; 0 is done at once.
    clear : Out(1)
        Clear everything dynamic.
    running : In(1)
        High from the cycle after ``advance`` or ``clear`` until that is done, and after reset
        until the core is clear.
    """

    def __init__(self) -> None:
        super().__init__({"advance": Out(1), "n_steps": Out(32), "clear": Out(1), "running": In(1)})


class RewardRegisters(wiring.Signature):
    """The host's access to reward traces, seen by the registers.

    Members
    -------
    written : Out(signed(REWARD_BITS))
        The value that the host writes.
    set_<name> : Out(1)
        It is for this one of :data:`backspike.hdl.host_map.REWARDS`, as far as a core has them.
    <name> : In(signed(REWARD_BITS))
        Its value.
    """

    def __init__(self, p: CoreParams) -> None:
        names = [name for name in REWARDS if REGISTERS[name].exists(p)]
        value = signed(REWARD_BITS)
        super().__init__({
            "written": Out(value),
            **{f"set_{name}": Out(1) for name in names},
            **{name: In(value) for name in names},
        })


class RegisterValues(wiring.Signature):
    """Values of the host's registers that the core reads, seen by the registers.

    Members
    -------
    <name> : Out
        One per register that the core has and uses, as in
        :data:`backspike.hdl.host_map.REGISTERS`, but for :data:`REWARDS`.
    epoch_begins, epoch_ends : Out(1)
        The step under way is the first, or the last, of its epoch.
    """

    def __init__(self, p: CoreParams) -> None:
        counted = "epoch_step", "epochs_done"  # by the core; read as 0 where they do not exist
        super().__init__({
            **{
                name: Out(register.stored(p), init=register.reset)  # type: ignore[call-arg]
                for name, register in REGISTERS.items()
                if name in counted
                or (register.writable and register.exists(p) and name not in REWARDS)
            },
            "epoch_begins": Out(1),
            "epoch_ends": Out(1),
        })


class MemoryPorts(wiring.Signature):
    """The host's ports of the memories ``names``, as far as a core has them, seen by the host."""

    def __init__(self, p: CoreParams, *names: str) -> None:
        super().__init__({name: Out(HOST_PORT) for name in names if MEMORIES[name].exists(p)})


class Counts(wiring.Signature):
    """Increments of the counters ``names`` in this cycle, 16 bits each, seen by what counts."""

    def __init__(self, *names: str) -> None:
        super().__init__({name: Out(16) for name in names})
