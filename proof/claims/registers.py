"""Claims about the host's registers: what changes them, and what is read of them."""

from functools import partial
from typing import Any

from amaranth import Const, Mux, Value

from backspike.hdl.host.registers import Registers
from backspike.hdl.host_map import REGISTERS, REWARDS
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.claims.cores import learns, small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


def _registers(p: CoreParams) -> Bench:
    """A register holds what was written to it last, as far as that is in its range.

    Those that count are moved by the core, too; a write has precedence.
    """
    bench = Bench()
    dut = bench.add("dut", Registers(p))
    host, values = dut.host, dut.values
    bench.assume(host.address < len(REGISTERS))
    later = 0 if p.compact else 1  # cycles from the host to the registers

    def past(value: Value, cycles: int = 1) -> Value:
        return bench.past(value, "past", cycles)

    before = {name: past(getattr(values, name)) for name in values.signature.members}
    writes = past(host.en & host.write, later + 1)
    address, word = past(host.address, later + 1), past(host.w_data, later + 1)
    steps, clears = past(dut.next_step), past(dut.clear)
    ends = before["epoch_ends"]
    counted = {
        "step": before["step"] + 1,
        "epoch_step": Mux(ends, 0, before["epoch_step"] + 1),
        "epochs_done": before["epochs_done"] + ends if p.has_more_factors else 0,
    }
    # What is read of each, and what each holds.
    shown: Value = Const(0, 32)
    for number, (name, register) in enumerate(REGISTERS.items()):
        if not register.exists(p):
            continue
        reads: Any = register.reset
        if name == "fingerprint":
            reads = p.fingerprint()
        elif name in REWARDS:
            reward = getattr(dut.rewards, name)
            reads = past(reward)
            sets = getattr(dut.rewards, f"set_{name}")
            asked = host.en & host.write & (host.address == number)
            asked = past(asked, later) if later else asked
            bench.claim(f"{name} is set by its writes", sets == asked)
        elif name in before:
            value, bits = getattr(values, name), register.stored(p).width
            reads = before[name]
            after = Mux(clears, 0, Mux(steps, counted[name], reads)) if name in counted else reads
            if register.writable:
                legal = word[:bits] <= register.limits(p)[1]
                after = Mux(writes & (address == number) & legal, word[:bits], after)
            bench.claim(f"{name} changes as it is said to", value == after[: len(value)])
        shown = Mux(address == number, reads, shown)[:32]
    read = past(host.en, later + 1)
    bench.claim("it reads what there is", host.r_data == shown, where=read)
    last = values.epoch_step + 1 >= values.epoch if p.has_epochs else 1
    bench.claim("an epoch ends after its last step", values.epoch_ends == last)
    bench.reach("a step is written and read", read & (host.r_data == 0x12345678))
    return bench


PROOFS = [
    Proof(
        f"registers-{name}",
        "hdl/host/registers.py",
        "a register keeps what was written last, unless that is out of its range; reads show it"
        f" ({name} core)",
        partial(_registers, p),
        Pipeline(4),
    )
    for name, p in {
        "compact": small(2, compact=True),
        "learning": learns(lanes=2, more_factors=True, history=2, reinforcements=2),
    }.items()
]
