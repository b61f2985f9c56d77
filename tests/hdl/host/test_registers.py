"""The host's registers and the work counters."""

import pytest

from backspike.hdl.host.registers import Counters, Registers
from backspike.hdl.host_map import COUNTERS, IDENTITY, MAP_VERSION, REGISTERS, REWARDS
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize(("more", "compact"), [(False, False), (True, False), (False, True)])
def test_registers_keep_what_the_host_writes(more, compact, rng, bus, small):
    p = small(more_factors=more, stochastic=more, compact=compact)
    latency = 1 if compact else 2
    dut = Registers(p)
    kept = {name: register.reset for name, register in REGISTERS.items()}
    kept["fingerprint"] = p.fingerprint()
    names = list(REGISTERS)

    async def bench(ctx):
        for name, value in zip(names, list(kept.values()), strict=True):
            assert await bus.host_read(ctx, dut.host, names.index(name), latency) == value
        for _ in range(100):
            name = rng.choice(names)
            most = REGISTERS[name].limits(p)[1]
            value = rng.choice([most, most + 1, rng.randrange(most + 1), rng.randrange(1 << 32)])
            await bus.host_write(ctx, dut.host, names.index(name), value)
            await ctx.tick()
            register = REGISTERS[name]
            if register.writable and register.exists(p) and name not in REWARDS:
                stored = value & (1 << register.stored(p).width) - 1
                if stored <= register.limits(p)[1]:
                    kept[name] = stored
                assert ctx.get(getattr(dut.values, name)) == kept[name], name
            other = rng.choice(names)
            shown = await bus.host_read(ctx, dut.host, names.index(other), latency)
            assert shown == kept[other], other

    simulate(dut, bench)
    assert (kept["identity"], kept["map_version"]) == (IDENTITY, MAP_VERSION)


@pytest.mark.parametrize("epoch", [1, 2, 5, 63])
def test_an_epoch_ends_in_its_last_step(epoch, bus, small):
    dut = Registers(small())

    async def bench(ctx):
        await bus.host_write(ctx, dut.host, list(REGISTERS).index("epoch"), epoch)
        await ctx.tick()
        ctx.set(dut.next_step, 1)
        for number in range(2 * epoch):
            assert ctx.get(dut.values.epoch_step) == number % epoch
            assert ctx.get(dut.values.epoch_begins) == (number % epoch == 0)
            assert ctx.get(dut.values.epoch_ends) == (number % epoch == epoch - 1)
            await ctx.tick()

    simulate(dut, bench)


def test_steps_and_epochs_count_and_clear(bus, small):
    dut = Registers(small(more_factors=True))

    async def bench(ctx):
        await bus.host_write(ctx, dut.host, list(REGISTERS).index("step"), 0xFFFFFFFE)
        await ctx.tick()
        ctx.set(dut.next_step, 1)
        seen = []
        for _ in range(4):
            await ctx.tick()
            seen.append(ctx.get(dut.values.step))
        assert seen == [0xFFFFFFFF, 0, 1, 2]
        assert ctx.get(dut.values.epochs_done) == 4
        ctx.set(dut.next_step, 0)
        ctx.set(dut.clear, 1)
        await ctx.tick()
        assert ctx.get(dut.values.step) == 0
        assert ctx.get(dut.values.epochs_done) == 0

    simulate(dut, bench)


def test_an_epoch_begins_anew_when_all_is_cleared(bus, small):
    dut = Registers(small())

    async def bench(ctx):
        await bus.host_write(ctx, dut.host, list(REGISTERS).index("epoch"), 5)
        await ctx.tick()
        for clear, epoch_step in ((0, 1), (0, 2), (1, 0), (0, 1)):
            ctx.set(dut.clear, clear)
            ctx.set(dut.next_step, not clear)
            await ctx.tick()
            assert ctx.get(dut.values.epoch_step) == epoch_step
            assert ctx.get(dut.values.epoch_begins) == (epoch_step == 0)

    simulate(dut, bench)


@pytest.mark.parametrize("name", ["reward", "reward0", "reward_3", "reward0_1"])
@pytest.mark.parametrize("value", [-128, -1, 0, 127])
def test_reward_is_passed_on_and_read_from_elsewhere(value, name, bus, small):
    dut = Registers(small(more_factors=True, reinforcements=4))
    address = list(REGISTERS).index(name)

    async def bench(ctx):
        ctx.set(dut.host.address, address)
        ctx.set(dut.host.w_data, value & 0xFFFFFFFF)
        for en, write in ((0, 0), (0, 1), (1, 0), (1, 1)):
            ctx.set(dut.host.en, en)
            ctx.set(dut.host.write, write)
            await ctx.tick()
            assert ctx.get(getattr(dut.rewards, f"set_{name}")) == (en and write)
        assert ctx.get(dut.rewards.written) == value
        ctx.set(dut.host.write, 0)
        ctx.set(getattr(dut.rewards, name), value)
        assert await bus.host_read(ctx, dut.host, address, latency=2) == value & 0xFFFFFFFF

    simulate(dut, bench)


def test_counters_add_up(rng, bus, small):
    dut = Counters(small())
    totals = dict.fromkeys(COUNTERS, 0)

    async def bench(ctx):
        for _ in range(40):
            for name in COUNTERS:
                rise = rng.choice([0, 0, 1, 65535, rng.randrange(100)])
                ctx.set(getattr(dut.rises, name), rise)
                totals[name] += rise
            await ctx.tick()
        for name in COUNTERS:
            ctx.set(getattr(dut.rises, name), 0)
        await ctx.tick()
        for address, (name, total) in enumerate(totals.items()):
            await bus.host_write(ctx, dut.host, address, 0)  # read only
            assert await bus.host_read(ctx, dut.host, address, latency=2) == total, name

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"host.en": 1}, {"host.en": 0}, {"next_step": 1}, {"next_step": 0, "clear": 1}], None),
        ([{"host.en": 1}, {"next_step": 1}], "the host waits for the step"),
        ([{"next_step": 1, "clear": 1}], "no step ends in a sweep"),
        ([{"values.rows": 5}], "rows is in its range"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(Registers(small()), *inputs)
    assert told == (promise and f"Registers: {promise}")
