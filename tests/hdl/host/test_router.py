"""The way of the host's accesses to the memory that they name."""

import pytest

from backspike.hdl.host.router import LATE, HostRouter, read_latency
from backspike.hdl.host_map import MEMORIES
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("compact", [False, True])
def test_the_named_memory_is_reached_and_answers(compact, rng, small):
    dut = HostRouter(small(compact=compact))
    contents = {}  # by memory and address
    late = {}

    async def cycle(ctx):
        """Every memory answers in the next cycle, or late in the one behind it."""
        answers = dict(late)
        late.clear()
        for name in dut.memories.signature.members:
            port = getattr(dut.memories, name)
            if ctx.get(port.en):
                place = name, ctx.get(port.address)
                if ctx.get(port.write):
                    contents[place] = ctx.get(port.w_data)
                elif name in LATE and not compact:
                    late[name] = contents[place]
                else:
                    answers[name] = contents[place]
        await ctx.tick()
        for name, answer in answers.items():
            ctx.set(getattr(dut.memories, name).r_data, answer)

    async def bench(ctx):
        written = {}
        for _ in range(200):
            write = not written or rng.random() < 0.5
            place = (rng.choice(list(dut.memories.signature.members)), rng.randrange(1 << 24))
            if not write:
                place = rng.choice(list(written))
            ctx.set(dut.memory, MEMORIES[place[0]].number)
            await cycle(ctx)
            await cycle(ctx)
            ctx.set(dut.i.address, place[1])
            ctx.set(dut.i.write, write)
            if write:
                written[place] = rng.randrange(1 << 64)
                ctx.set(dut.i.w_data, written[place])
            ctx.set(dut.i.en, 1)
            await cycle(ctx)
            ctx.set(dut.i.en, 0)
            for _ in range(read_latency(dut.params) - 1):
                await cycle(ctx)
            if not write:
                assert ctx.get(dut.i.r_data) == written[place], place
        assert contents == written

    simulate(dut, bench)
