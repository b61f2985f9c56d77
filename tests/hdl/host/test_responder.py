"""Responses: their header and their words, and reports in between."""

import pytest

from backspike.hdl.host.responder import Responder
from backspike.hdl.host_map import ErrorCode, Response, header
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("p_stall", [0, 0.5])
def test_headers_and_words(p_stall, rng, bus, small):
    dut = Responder(small())
    request = dut.request
    kinds = [rng.choice([*Response, None]) for _ in range(30)]
    kinds = [kind for kind in kinds if kind not in (Response.STEP, Response.SPIKES)]
    expected, finished = [], []

    async def respond(ctx, kind):
        memory, words = rng.randrange(20), [rng.randrange(1 << 32) for _ in range(rng.randrange(4))]
        two_beats = len(words) % 2 == 0 and rng.randrange(2)
        head = header(Response.ECHO, memory, len(words))
        ctx.set(request.head, {"length": len(words), "argument": memory, "operation": 0x81})
        ctx.set(request.count, len(words) >> two_beats)
        ctx.set(request.two_beats, two_beats)
        ctx.set(request.empty, not words)
        ctx.set(dut.error, ErrorCode.OUT_OF_RANGE)
        ctx.set(dut.step, 0xFFFFFFFF - memory)
        ctx.set(request.response, kind)
        ctx.set(dut.start, 1)
        await ctx.tick()
        ctx.set(dut.start, 0)
        if kind is Response.DONE:
            expected.extend([header(kind, 0, 1), 0xFFFFFFFF - memory])
        elif kind is Response.ERROR:
            expected.extend([header(kind, ErrorCode.OUT_OF_RANGE.value, 1), head])
        else:
            expected.extend([header(kind, memory, len(words)), *words])
            while not ctx.get(dut.opened):
                await ctx.tick()
            source = dut.echo if kind is Response.ECHO else dut.words
            await bus.put_all(ctx, source, words, rng, 0.3)
            ctx.set(request.empty, 1)
            if kind is Response.DATA:
                ctx.set(dut.ends, 1)
                await ctx.tick()
                ctx.set(dut.ends, 0)
                return
        await ctx.tick().until(dut.done)

    async def bench(ctx):
        for kind in kinds:
            if kind is None:
                expected.append(rng.randrange(1 << 32))
                await bus.put_all(ctx, dut.reports, expected[-1:], rng)
            else:
                await respond(ctx, kind)
        finished.append(True)

    async def listen(ctx):
        taken = []
        while not finished or len(taken) < len(expected):
            ctx.set(dut.o.ready, rng.random() >= p_stall)
            _, _, valid, ready, word = await ctx.tick().sample(dut.o.valid, dut.o.ready, dut.o.p)
            if valid and ready:
                taken.append(word)
        assert taken == expected

    simulate(dut, bench, listen)


def test_a_header_in_the_cycle_after_the_start(small):
    dut = Responder(small())

    async def bench(ctx):
        ctx.set(dut.start, 1)
        ctx.set(dut.request.response, Response.DONE)
        ctx.set(dut.o.ready, 1)
        assert not ctx.get(dut.o.valid)
        await ctx.tick()
        ctx.set(dut.start, 0)
        assert ctx.get(dut.o.p) == header(Response.DONE, 0, 1)
        assert not ctx.get(dut.opened)
        await ctx.tick()
        assert ctx.get(dut.opened)
        assert ctx.get(dut.done)
        await ctx.tick()
        assert not ctx.get(dut.o.valid)

    simulate(dut, bench)
