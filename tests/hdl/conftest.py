"""Seeds, small cores, random words and bus models that the tests of HDL blocks share."""

import os
import random
from operator import attrgetter

import pytest
from amaranth import ClockDomain, Module, Shape, Signal
from amaranth.lib import data
from amaranth.sim import Simulator

from backspike.golden.core.state import CoreState
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import MicroOp, microcode_layout
from backspike.hdl.packing import pack_array
from backspike.hdl.params import CoreParams

DEFAULT_SEEDS = 2


def pytest_generate_tests(metafunc):
    """Every test with ``rng`` or ``seed`` runs once per seed; ``N_SEEDS`` multiplies."""
    if "seed" in metafunc.fixturenames:
        n_seeds = DEFAULT_SEEDS * int(os.environ.get("N_SEEDS", "1"))
        metafunc.parametrize("seed", range(n_seeds), ids=lambda seed: f"seed{seed}")


@pytest.fixture
def rng(seed):
    return random.Random(seed)


@pytest.fixture
def small():
    """Parameters of a core of ``rows`` rows, just large enough."""

    def make(lanes=2, rows=4, input_rows=2, **changes):
        sizes = {"lists": 16, "dense_words": 16, "sparse_words": 16, "microcode_words": 32}
        return CoreParams(
            compartments=rows * lanes,
            input_axons=input_rows * lanes,
            lanes=lanes,
            **({"dendrite_lanes": 1} | sizes | changes),
        )

    return make


@pytest.fixture
def clocked():
    """A combinational component beside a clock."""

    def make(dut):
        m = Module()
        m.domains.sync = ClockDomain()
        m.submodules.dut = dut
        return m

    return make


@pytest.fixture
def break_contract():
    """The promise of a component that is broken: see :func:`_break_contract`."""
    return _break_contract


def _break_contract(dut, *cycles):
    """Drive each cycle's inputs, by their paths, and registers alike; others keep their values.
    Returns the component and the words of the promise that is broken by then, if one is."""

    async def bench(ctx):
        for inputs in cycles:
            for path, value in inputs.items():
                ctx.set(attrgetter(path)(dut), value)
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    try:
        simulator.run()
    except AssertionError as error:
        return str(error).strip().partition("violated: ")[2]
    return None


@pytest.fixture
def compute():
    """Values of combinational functions: see :func:`_compute`."""
    return _compute


def _compute(function, shapes, samples):
    """``function`` of signals of ``shapes``, for every tuple of ``samples``."""
    inputs = [Signal(shape) for shape in shapes]
    result = function(*inputs)
    out = Signal(result.shape())
    m = Module()
    m.d.comb += out.eq(result)
    results = []

    async def bench(ctx):
        for sample in samples:
            for signal, value in zip(inputs, sample, strict=True):
                ctx.set(signal, value)
            await ctx.delay(1e-9)
            results.append(ctx.get(out))

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return results


class Twin:
    """Zeroed state of the golden core, for its kernels."""

    def __init__(self, p):
        self.state = CoreState.zero(p)
        for name, memory in MEMORIES.items():
            if memory.seeds and memory.exists(p):
                getattr(self.state, name)[:] = memory.seeds(p, 0)

    def set_registers(self, **values):
        for name, value in values.items():
            self.state.registers[name] = value

    def set_words(self, memory, rows):
        """Words of a memory, from address 0; fields that a core lacks are 0."""
        words = getattr(self.state, memory)
        for place, row in enumerate(rows):
            for name, value in row.items():
                words[name][place] = value

    def counter(self, name):
        return int(self.state.counters[name])


@pytest.fixture
def twin():
    return Twin


class Words:
    """Random words of a layout, as dictionaries of integers."""

    def __init__(self, rng):
        self.rng = rng

    def value(self, shape):
        """Any legal value, extremes more often."""
        if isinstance(shape, type):
            return self.rng.choice([member.value for member in shape])
        shape = Shape.cast(shape)
        low = -(1 << (shape.width - 1)) if shape.signed else 0
        high = low + (1 << shape.width) - 1
        return self.rng.choice([low, high, *(self.rng.randint(low, high) for _ in range(4))])

    def fields(self, layout, **fixed):
        return {
            str(name): fixed[name]
            if name in fixed
            else self.fields(field.shape)
            if isinstance(field.shape, data.StructLayout)
            else self.value(field.shape)
            for name, field in layout
        }

    def many(self, layout, n, **fixed):
        return [self.fields(layout, **fixed) for _ in range(n)]


@pytest.fixture
def words(rng):
    return Words(rng)


class Bus:
    """Benches' side of streams and of the host's port."""

    @staticmethod
    def plain(const):
        """A sampled payload as nested dictionaries and integers."""
        if isinstance(const, data.Const):
            return {str(name): Bus.plain(const[name]) for name, _ in const.shape()}
        return getattr(const, "value", const)

    @staticmethod
    async def put_all(ctx, port, payloads, rng, p_idle=0.0):
        """Offer ``payloads``, idling before each with probability ``p_idle``."""
        ticks, valid = aiter(ctx.tick().sample(port.ready)), False
        for payload in payloads:
            while rng.random() < p_idle:
                if valid:
                    ctx.set(port.valid, 0)
                valid = False
                await anext(ticks)
            ctx.set(port.payload, payload)
            if not valid:
                ctx.set(port.valid, 1)
            valid, ready = True, False
            while not ready:
                _, _, ready = await anext(ticks)
        if valid:
            ctx.set(port.valid, 0)

    @staticmethod
    async def get_all(ctx, port, count, rng, p_stall=0.0, *, extra_cycles=8):
        """Take ``count`` payloads, stalling with probability ``p_stall``; there must be no more.

        An offered payload must stay, unchanged, until it is taken.
        """
        taken, waiting, quiet, ready = [], None, 0, None
        ticks = aiter(ctx.tick().sample(port.valid, port.payload))
        while len(taken) < count or quiet < extra_cycles:
            before, ready = ready, rng.random() >= p_stall
            if ready != before:
                ctx.set(port.ready, ready)
            _, _, valid, payload = await anext(ticks)
            if waiting is not None:
                assert valid, "valid fell before the transfer"
                assert payload == waiting, "payload changed while waiting"
            waiting = payload if valid and not ready else None
            if valid and ready:
                taken.append(Bus.plain(payload))
            quiet = quiet + 1 if len(taken) >= count else 0
        ctx.set(port.ready, 0)
        assert len(taken) == count, f"unexpected payloads {taken[count:]}"
        return taken

    @staticmethod
    async def host_write(ctx, port, address, value, cycles=1):
        """``cycles`` are those of an access: 2 of a memory in halves."""
        ctx.set(port.en, 1)
        ctx.set(port.write, 1)
        ctx.set(port.address, address)
        ctx.set(port.w_data, value)
        await ctx.tick().repeat(cycles)
        ctx.set(port.en, 0)
        ctx.set(port.write, 0)

    @staticmethod
    async def host_read(ctx, port, address, latency=1, cycles=1):
        ctx.set(port.en, 1)
        ctx.set(port.address, address)
        await ctx.tick().repeat(cycles)
        ctx.set(port.en, 0)
        for _ in range(latency - 1):
            await ctx.tick()
        return ctx.get(port.r_data)

    @staticmethod
    async def load(ctx, port, layout, rows, cycles=1):
        """Write dictionaries of fields through the host's port, from address 0."""
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        for address, word in enumerate(pack_array(layout, **columns).tolist()):
            await Bus.host_write(ctx, port, address, word, cycles)


@pytest.fixture
def bus():
    return Bus


@pytest.fixture
def microcode(words):
    """Random instructions, with numbers that seldom saturate everything; one of ten is none."""

    def make(p):
        rng = words.rng
        ops = [*(op.value for op in MicroOp for _ in range(3)), 3]
        return [
            words.fields(
                microcode_layout(p),
                op=rng.choice(ops),
                constant=rng.choice([-2, -1, 0, 0, 1, 2, rng.randrange(-256, 256)]),
                exponent=rng.choice([-7, -5, -3, 8, rng.randrange(-7, 9)]),
                coefficient=rng.choice([0, 1, 7]),
            )
            for _ in range(p.microcode_words)
        ]

    return make
