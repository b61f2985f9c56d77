"""The reward traces of every channel."""

from amaranth import Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import REGISTERS, REWARDS
from backspike.hdl.host_ports import RegisterValues, RewardRegisters
from backspike.hdl.learning.reward_trace import RewardTrace
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import RewardPort, RewardValues, sweep_depth

__all__ = ["Rewards"]


class Rewards(wiring.Component):
    """One :class:`RewardTrace` per entry of :data:`REWARDS` that the core has.

    Members
    -------
    i : In(RewardPort(params))
        Impulses of synapse lists.
    host : In(RewardRegisters(params))
        Impulses of the host; it reads the traces.
    registers : In(RegisterValues(params))
        Decays.
    step : In(1)
        A time step begins.
    clear : In(ClearPort(sweep_depth(params)))
        Forget everything.
    o : Out(RewardValues(params))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(RewardPort(params)),
            "host": In(RewardRegisters(params)),
            "registers": In(RegisterValues(params)),
            "step": In(1),
            "clear": In(ClearPort(sweep_depth(params))),
            "o": Out(RewardValues(params)),
        })

    def elaborate(self, platform):
        m = Module()
        for name, (channel, trace) in REWARDS.items():
            if not REGISTERS[name].exists(self.params):
                continue
            m.submodules[name] = reward = RewardTrace()
            of_channel = self.i.channel == channel if self.params.reinforcements > 1 else 1
            m.d.comb += [
                reward.add.eq(getattr(self.i, trace) & of_channel),
                reward.impulse.eq(self.i.impulse),
                reward.step.eq(self.step),
                reward.decay.eq(getattr(self.registers, f"{name}_decay")),
                reward.set.eq(getattr(self.host, f"set_{name}")),
                reward.set_value.eq(self.host.written),
                reward.clear.eq(self.clear.en),
                getattr(self.host, name).eq(reward.value),
                getattr(self.o, trace)[channel].eq(reward.value),
            ]
        names = [name for name in REWARDS if REGISTERS[name].exists(self.params)]
        sets = Cat(getattr(self.host, f"set_{name}") for name in names).any()
        contract, adds = Contract(m, self, platform), self.i.r1 | self.i.r0
        contract.needs("an impulse is of one trace", ~(self.i.r1 & self.i.r0))
        contract.needs("no impulse is lost", ~(self.step | self.clear.en | sets), where=adds)
        contract.needs("the host writes between steps", ~self.step, where=sets)
        return m
