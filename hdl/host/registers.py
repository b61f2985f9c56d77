"""The host's registers and the work counters, made from the tables of the host map."""

from amaranth import Array, Const, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import COUNTER_BITS, COUNTERS, REGISTERS, REWARDS, Register
from backspike.hdl.host_ports import Counts, RegisterValues, RewardRegisters
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams

__all__ = ["Counters", "Registers"]


class _Request:
    """Access of the host, a cycle later, in registers next to the registers that it is for; at once
    in a ``compact`` core."""

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

    Timing: a written value shows two cycles later, and a value read comes after two; in a
    ``compact`` core, one.

    Of a value, the lowest bits count, as many as are stored; out of the register's range, they
    leave it as it is.

    Members
    -------
    next_step : In(1)
        Add 1 to ``step``.
    clear : In(1)
        Zero ``step``, ``epoch_step`` and ``epochs_done``.
    values : Out(RegisterValues(params))
    rewards : Out(RewardRegisters(params))
    host : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "next_step": In(1),
            "clear": In(1),
            "values": Out(RegisterValues(params)),
            "rewards": Out(RewardRegisters(params)),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        host, values = _Request(m, self.host, self.params), self.values
        step, epoch_step, epochs_done = values.step, values.epoch_step, values.epochs_done
        m.d.comb += [
            values.epoch_begins.eq(epoch_step == 0),
            values.epoch_ends.eq(epoch_step + 1 >= values.epoch),
        ]
        if not self.params.has_epochs:
            m.d.comb += values.epoch_ends.eq(1)
        with m.If(self.next_step):
            m.d.sync += [
                step.eq(step + 1),
                epoch_step.eq(Mux(values.epoch_ends, 0, epoch_step + 1)),
            ]
            if self.params.has_more_factors:
                m.d.sync += epochs_done.eq(epochs_done + values.epoch_ends)
        with m.If(self.clear):
            m.d.sync += [step.eq(0), epoch_step.eq(0), epochs_done.eq(0)]

        shown = Signal(32)
        m.d.comb += [self.host.r_data.eq(shown), self.rewards.written.eq(host.w_data)]
        with m.If(host.en):
            m.d.sync += shown.eq(0)
        with m.If(host.en), m.Switch(host.address):
            for address, (name, register) in enumerate(REGISTERS.items()):
                if not register.exists(self.params):
                    continue
                with m.Case(address):
                    if name == "fingerprint":
                        m.d.sync += shown.eq(self.params.fingerprint())
                    elif name in REWARDS:
                        m.d.sync += shown.eq(getattr(self.rewards, name))
                        m.d.comb += getattr(self.rewards, f"set_{name}").eq(host.write)
                    elif name not in values.signature.members:
                        m.d.sync += shown.eq(register.reset)
                    else:
                        value = getattr(values, name)
                        m.d.sync += shown.eq(value)
                        if register.writable:
                            with m.If(host.write & self._may_hold(register, host.w_data)):
                                m.d.sync += value.eq(host.w_data)
        self._promise(Contract(m, self, platform), host)
        return m

    def _promise(self, contract: Contract, host: _Request) -> None:
        """Values are in their ranges, as all that use them rely on."""
        values = self.values
        contract.needs("the host waits for the step", ~self.next_step, where=host.en)
        contract.needs("no step ends in a sweep", ~(self.next_step & self.clear))
        for name, register in REGISTERS.items():
            if register.most and name in values.signature.members:
                within = getattr(values, name) < register.most(self.params) + 1
                contract.holds(f"{name} is in its range", within)
        before, epochs = contract.past("step", values.step), contract.past("ends", self.next_step)
        following = (before + 1)[: len(values.step)]
        contract.holds("a step follows the one before", values.step == following, where=epochs)
        ends = self.next_step & values.epoch_ends
        contract.reached("an epoch of several steps ends", ends & values.epoch_step.any())

    def _may_hold(self, register: Register, word: Signal) -> Value:
        """Tell if the lowest bits of a host word, as many as are stored, are in the range."""
        width = register.stored(self.params).width
        if register.most is None or (most := register.most(self.params)) == (1 << width) - 1:
            return Const(1)
        return word[:width] <= most


class Counters(wiring.Component):
    """One counter per entry of :data:`backspike.hdl.host_map.COUNTERS`, and its increment.

    Timing: an increment shows two cycles later; a value read comes after two, in a ``compact`` core
    after one.

    Members
    -------
    rises : In(Counts(*COUNTERS))
        Increments of this cycle.
    host : In(HOST_PORT)
        Read only.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({"rises": In(Counts(*COUNTERS)), "host": In(HOST_PORT)})

    def elaborate(self, platform):
        m = Module()
        shown = Signal(COUNTER_BITS)
        m.d.comb += self.host.r_data.eq(shown)
        host, counts = _Request(m, self.host, self.params), []
        for name in COUNTERS:
            # Registered, so that no popcount stands in front of a long carry chain.
            rise = Signal(16, name=f"{name}_rise")
            count = Signal(COUNTER_BITS, name=name)
            m.d.sync += rise.eq(getattr(self.rises, name))
            with m.If(rise != 0):
                m.d.sync += count.eq(count + rise)
            counts.append(count)
        with m.If(host.en):
            m.d.sync += shown.eq(Array(counts)[host.address])
        return m
