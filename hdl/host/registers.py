"""The host's registers and the work counters, made from the tables of the host map."""

from amaranth import Array, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import COUNTER_BITS, COUNTERS, REGISTERS, REWARDS
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams

__all__ = ["Counters", "Registers"]

#: Registers whose value lives elsewhere in the core.
ELSEWHERE = (*REWARDS, "epoch_step", "epochs_done")


class _Request:
    """What the host asks: a cycle later, in registers next to what it asks for, or at once in a
    ``compact`` core."""

    def __init__(self, m: Module, port, p: CoreParams) -> None:
        self.en, self.write = Signal(name="host_en"), Signal(name="host_write")
        self.address = Signal(range(max(len(REGISTERS), len(COUNTERS))), name="host_address")
        self.w_data = Signal(32, name="host_w_data")
        domain = m.d.comb if p.compact else m.d.sync
        domain += [
            self.en.eq(port.en),
            self.write.eq(port.en & port.write),
            self.address.eq(port.address),
            self.w_data.eq(port.w_data),
        ]


class Registers(wiring.Component):
    """One register per entry of :data:`backspike.hdl.host_map.REGISTERS`.

    Timing: a written value shows two cycles later, what is read is there after two; after one in a
    ``compact`` core.

    Members
    -------
    next_step : In(1)
        Add 1 to ``step``.
    clear : In(1)
        Zero ``step`` and ``epoch_step``.
    epoch_begins, epoch_ends : Out(1)
        The step under way is the first, or the last, of its epoch.
    r_<name> : In
        What ``reward``, ``reward0`` and the others of :data:`REWARDS` read as.
    set_<name>, written : Out
        A write to one of them, and its value.
    epoch_step, epochs_done : Out
        Registers of these names.
    <name> : Out
        One per register that the core has.
    host : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        reward = REGISTERS["reward"].shape
        rewards = [name for name in REWARDS if REGISTERS[name].exists(params)]
        super().__init__({
            "next_step": In(1),
            "clear": In(1),
            "epoch_begins": Out(1),
            "epoch_ends": Out(1),
            "epoch_step": Out(REGISTERS["epoch_step"].shape),
            "epochs_done": Out(REGISTERS["epochs_done"].shape),
            "written": Out(reward),
            **{f"r_{name}": In(reward) for name in rewards},
            **{f"set_{name}": Out(1) for name in rewards},
            **{
                name: Out(register.shape, init=register.reset)
                for name, register in REGISTERS.items()
                if register.writable and register.exists(params) and name not in ELSEWHERE
            },
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        host = _Request(m, self.host, self.params)
        epoch_step = self.epoch_step
        m.d.comb += [
            self.epoch_begins.eq(epoch_step == 0),
            self.epoch_ends.eq(epoch_step + 1 >= self.epoch),
        ]
        if not self.params.has_epochs:
            m.d.comb += self.epoch_ends.eq(1)
        with m.If(self.next_step):
            m.d.sync += [
                self.step.eq(self.step + 1),
                epoch_step.eq(Mux(self.epoch_ends, 0, epoch_step + 1)),
            ]
            if self.params.has_more_factors:
                m.d.sync += self.epochs_done.eq(self.epochs_done + self.epoch_ends)
        with m.If(self.clear):
            m.d.sync += [self.step.eq(0), epoch_step.eq(0), self.epochs_done.eq(0)]

        shown = Signal(32)
        m.d.comb += [self.host.r_data.eq(shown), self.written.eq(host.w_data)]
        with m.If(host.en):
            m.d.sync += shown.eq(0)
        with m.If(host.en), m.Switch(host.address):
            for address, (name, register) in enumerate(REGISTERS.items()):
                if not register.exists(self.params):
                    continue
                with m.Case(address):
                    if name == "fingerprint":
                        m.d.sync += shown.eq(self.params.fingerprint())
                    elif name == "epoch_step":
                        m.d.sync += shown.eq(epoch_step)
                    elif name == "epochs_done":
                        m.d.sync += shown.eq(self.epochs_done)
                    elif not register.writable:
                        m.d.sync += shown.eq(register.reset)
                    elif name in REWARDS:
                        m.d.sync += shown.eq(getattr(self, f"r_{name}"))
                        m.d.comb += getattr(self, f"set_{name}").eq(host.write)
                    else:
                        m.d.sync += shown.eq(getattr(self, name))
                        with m.If(host.write):
                            m.d.sync += getattr(self, name).eq(host.w_data)
        return m


class Counters(wiring.Component):
    """One counter per entry of :data:`backspike.hdl.host_map.COUNTERS`, and its increment.

    Timing: an increment shows two cycles later, what is read is there after two, or after one in a
    ``compact`` core.

    Members
    -------
    <name> : In(16)
        What the counter of that name rises by in this cycle.
    host : In(HOST_PORT)
        Read only.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({**{name: In(16) for name in COUNTERS}, "host": In(HOST_PORT)})

    def elaborate(self, platform):
        m = Module()
        shown = Signal(COUNTER_BITS)
        m.d.comb += self.host.r_data.eq(shown)
        host, counts = _Request(m, self.host, self.params), []
        for name in COUNTERS:
            # Registered, so that no popcount stands in front of a long carry chain.
            rise = Signal(16, name=f"{name}_rise")
            count = Signal(COUNTER_BITS, name=name)
            m.d.sync += rise.eq(getattr(self, name))
            with m.If(rise != 0):
                m.d.sync += count.eq(count + rise)
            counts.append(count)
        with m.If(host.en):
            m.d.sync += shown.eq(Array(counts)[host.address])
        return m
