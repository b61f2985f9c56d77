"""The lock on words that are being learned, against a plain list of them."""

from backspike.hdl.delivery.in_flight import InFlight
from backspike.sim.engines.simulate import simulate


def test_a_word_is_locked_until_it_is_written(rng, small):
    """Offered words come and wait as in front of the synapse memories."""
    p = small(2)
    dut = InFlight(p)

    async def bench(ctx):
        learning, waiting, pops, n_locked = [], None, 0, 0
        for _ in range(1500):
            learn = rng.random() < 0.9 or bool(learning)
            offered = {"address": rng.randrange(4), "sparse": rng.random() < 0.2}
            locked = waiting is not None and not waiting["sparse"] and waiting in learning
            n_locked += locked
            if waiting is not None:
                assert ctx.get(dut.locked & ~dut.waiting.sparse) == locked
            full = len(learning) > 12
            read = waiting is not None and not locked and not full and rng.random() < 0.7
            written = len(learning) > pops and rng.random() < 0.3
            moves, valid = waiting is None or read, rng.random() < 0.8
            ctx.set(dut.learn, learn)
            ctx.set(dut.offered, offered)
            ctx.set(dut.moves, moves)
            ctx.set(dut.valid, waiting is not None)
            ctx.set(dut.read, read)
            ctx.set(dut.written, written)
            await ctx.tick()
            if pops:
                del learning[0]
            if read and learn:
                learning.append(waiting)
            pops = int(written)
            if moves:
                waiting = offered if valid else None
                ctx.set(dut.waiting, offered)
        assert n_locked > 50

    simulate(dut, bench)
