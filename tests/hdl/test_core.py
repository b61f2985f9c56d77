# amaranth: UnusedElaboratable=no
"""A whole core whose parts' clocks pause: runs, a reset, silence, and what its ports promise."""

import random
from collections import deque

import numpy as np
import pytest
from amaranth import Cat, ClockDomain, Module
from amaranth.sim import Simulator

from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus, all_cycles
from backspike.hdl.core import Core
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS, ErrorCode, Response, header
from backspike.hdl.layouts import ListKind, axon_layout, list_layout
from backspike.hdl.packing import pack_array
from backspike.hdl.ports import sweep_depth
from backspike.hdl.sequencer import wake_layout
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.packets import echo
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.verification import verify_engine


class PausingCore:
    """A transport to a core in a simulator: a part without work has a clock only now and then."""

    def __init__(self, p, seed):
        self.core, self.rng = Core(p, phase_clocks=True), random.Random(seed)
        self.busy_cycles = self.refused_cycles = self.pauses = 0
        sync, m = ClockDomain("sync"), Module()
        m.domains.sync = sync
        m.submodules.core = self.core
        ports = [
            (getattr(self.core, f"{n}_clk"), getattr(self.core, f"{n}_rst")) for n in self.parts
        ]
        self._clocks = Cat(sync.clk, *(clock for clock, _ in ports))
        self._resets = Cat(sync.rst, *(reset for _, reset in ports))
        self._in, self._out, self._reset, self._idle = deque(), [], False, False
        self._simulator = Simulator(m)
        self._simulator.add_testbench(self._bench, background=True)

    @property
    def parts(self):
        return self.core.phases

    def exchange(self, words):
        """See :meth:`backspike.sim.engines.link_engine.Transport.exchange`."""
        self._in.extend(words.tolist())
        self._out.clear()
        self._idle = False
        self.busy_cycles = self.refused_cycles = 0
        while not self._idle:
            self._simulator.advance()
        return np.array(self._out, np.uint32)

    def reset(self):
        """Reset for a cycle; ``busy_cycles`` then says for how long the core was busy."""
        self._reset = True
        self.exchange(np.zeros(0, np.uint32))

    def close(self):
        pass

    async def _bench(self, ctx):
        """Signals are only set where they change: each time, the simulator looks at all parts."""
        core, offered, was_reset = self.core, None, False
        takes, works = core.i.valid & core.i.ready, core.busy | core.o.valid
        wake = Cat(core.wake[part] for part in self.parts)
        ctx.set(core.o.ready, 1)
        while True:
            word = self._in[0] if self._in else None
            if word is not None and word != offered:
                ctx.set(core.i.payload, word)
            if (word is None) != (offered is None):
                ctx.set(core.i.valid, word is not None)
            if self._reset != was_reset:
                ctx.set(self._resets, -1 if self._reset else 0)
            offered, was_reset = word, self._reset
            taken, awake = ctx.get(takes), ctx.get(wake)
            if ctx.get(core.o.valid):
                self._out.append(ctx.get(core.o.payload))
            clocks = 1
            for number in range(len(self.parts)):
                pauses = not awake >> number & 1 and self.rng.random() < 0.9
                self.pauses += pauses
                clocks |= (self._reset or not pauses) << number + 1
            ctx.set(self._clocks, clocks)  # all edges at once
            ctx.set(self._clocks, 0)
            if taken:
                self._in.popleft()
            self._reset = False
            if not self._in:
                ctx.set(core.i.valid, 0)
                offered = None
            self.busy_cycles += ctx.get(core.busy)
            self.refused_cycles += ctx.get(core.refused)
            self._idle = not self._in and not ctx.get(works)
            await ctx.delay(1e-6)


@pytest.fixture
def make(small):
    """An engine around a small core, and its transport."""

    def make(seed=0, **changes):
        p = small(2, 4, 2, **({"lists": 24, "sparse_words": 24, "delay_slots": 4} | changes))
        link = PausingCore(p, seed)
        return LinkEngine(p, link), link

    return make


EVERYTHING = dict.fromkeys(("more_factors", "tags", "delays", "noise", "compact"), True)


@pytest.mark.parametrize(
    ("seed_of_run", "changes"),
    [(1, {}), (2, {"learning": False}), (3, EVERYTHING | {"history": 2})],
)
def test_parts_may_pause_unless_they_are_awake(seed_of_run, changes, make):
    engine, link = make(seed_of_run, **changes)
    golden = GoldenCore(engine.params)
    assert verify_engine(golden, engine, seed_of_run, n_steps=4).difference is None
    assert link.pauses


def test_reset_clears_dynamic_state_and_keeps_programs(make):
    engine, link = make()
    p, rng = engine.params, np.random.default_rng(1)
    program = random_program(rng, p)
    engine.load(program)
    engine.run(4, random_stimulus(rng, program, 4))
    memories = {name: m for name, m in MEMORIES.items() if m.exists(p)}
    kept = {name: engine.read(name) for name, m in memories.items() if not m.dynamic}
    assert engine.read("accumulators").any()
    link.reset()
    assert link.busy_cycles >= sweep_depth(p)
    for name, memory in memories.items():
        if memory.dynamic and name != "counters":
            assert not engine.read(name).any(), name
        elif name not in ("counters", "registers", "random"):
            assert np.array_equal(engine.read(name), kept[name]), name
    registers = dict(zip(REGISTERS, engine.read("registers").tolist(), strict=True))
    assert registers.pop("fingerprint") == p.fingerprint()
    assert registers == {name: REGISTERS[name].reset for name in registers}


def test_a_reward_of_a_list_counts_from_the_next_step_on(make):
    engine, _ = make()
    p = engine.params
    axons = dict.fromkeys(dict(axon_layout(p)), 0) | {"lists": [1] * p.axons}
    rewards = dict.fromkeys(dict(list_layout(p)), 0) | {"kind": ListKind.REWARD, "address": [7]}
    memories = {
        "axons": pack_array(axon_layout(p), **axons),
        "lists": pack_array(list_layout(p), **rewards),
    }
    engine.load(Program(p, memories, {"input_rows": 1, "reward_decay": 65536}))
    reward = list(REGISTERS).index("reward")
    for stimulus, value in ((Stimulus(np.zeros(1, np.int64), np.zeros(1, np.int64)), 0), (None, 7)):
        engine.run(1, stimulus)
        assert engine.read("registers")[reward] == value


def test_without_rows_nothing_ever_fires(make):
    engine, _ = make()
    p = engine.params
    program = random_program(np.random.default_rng(1), p)
    engine.load(Program(p, program.memories, program.registers | {"rows": 0}))
    inputs = np.arange(program.registers["input_rows"] * p.lanes)
    record = engine.run(4, Stimulus(np.zeros(inputs.size, np.int64), inputs))
    assert not record.steps.size
    assert not engine.read("state").any()
    counters = engine.counters()
    assert counters["input_spikes"] == inputs.size
    assert counters["spikes"] == counters["neuron_updates"] == 0


def test_a_core_is_busy_until_it_has_answered_and_shows_a_refusal_once(make):
    _, link = make()
    words = list(range(5))
    assert link.exchange(echo(words)).tolist() == [header(Response.ECHO, 0, 5), *words]
    assert link.busy_cycles > len(words)
    assert link.refused_cycles == 0
    error = header(Response.ERROR, ErrorCode.UNKNOWN_COMMAND.value, 1)
    assert link.exchange(np.array([0x99 << 24], np.uint32)).tolist() == [error, 0x99 << 24]
    assert link.refused_cycles == 1


def test_every_cycle_counts_for_one_phase(small):
    engine = AmaranthEngine(small(2, 4, 2))
    rng = np.random.default_rng(4)
    program = random_program(rng, engine.params)
    engine.load(Program(program.params, program.memories, program.registers | {"learn": 1}))
    before, begun = engine.counters(), engine.link.cycles
    engine.run(3, random_stimulus(rng, program, 3))
    after = engine.counters()
    assert all_cycles(after) - all_cycles(before) == engine.link.cycles - begun
    phases = [name for name in COUNTERS if name.startswith("cycles_")]
    assert all(after[name] - before[name] >= 3 for name in phases)


def test_parameters_of_another_type_are_refused():
    with pytest.raises(TypeError, match=r"^params must be a CoreParams, not \{'lanes': 4\}$"):
        Core({"lanes": 4})


@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.parametrize("phase_clocks", [False, True])
def test_ports(phase_clocks, learning, small):
    core = Core(small(learning=learning), phase_clocks=phase_clocks)
    parts = {name for name, _ in wake_layout()} - ({"learn"} if not learning else set())
    clocks = {f"{part}_{kind}" for part in parts for kind in ("clk", "rst")}
    ports = {"i", "o", "busy", "refused", "wake"}
    assert set(core.signature.members) == ports | (clocks if phase_clocks else set())
