"""Functional coverage of a run step by step: rails, resets, gates, learning, traces, rewards."""

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS, REWARDS
from backspike.hdl.layouts import TAG_BITS, TRACE_MAX, Gate, NoiseTarget, Reset, Visit
from backspike.hdl.packing import unpack_array, unpack_lanes
from backspike.hdl.params import Overflow
from backspike.sim.verify.coverage import Coverage
from backspike.sim.verify.list_coverage import (
    LIST_CASES,
    cover_lists,
    cover_plastic_lists,
    cover_rule,
)

__all__ = ["STEP_CASES", "cover_steps"]

_TRACES = ("x1", "x2", "y1", "y2", "y3")
_STATE_RAIL = (1 << 23) - 1

#: Cases by feature, of the core that has all.
STEP_CASES: dict[str, tuple[str, ...]] = {
    "accumulator": ("at its upper rail", "at its lower rail", "leaves its range and wraps"),
    "current": ("at its upper rail", "at its lower rail", "forgotten at once", "kept"),
    "voltage": ("at vmax", "at vmin", "forgotten at once", "kept", "watched, negated"),
    "bias": ("positive", "negative"),
    "threshold": ("crossed at 0", "of which a window holds back"),
    "refractory": ("of 1 step", "of several steps", "holds a voltage"),
    "reset": ("DELAYED is due",),
    "gate": ("OPEN holds back", "CLOSED holds back"),
    "noise": (*(target.name for target in NoiseTarget), "of the largest exponent"),
    "axon": (
        *("without lists spikes", "with one list spikes", "with several lists spikes"),
        "of a mute row spikes",
    ),
    "visit": tuple(visit.name for visit in Visit),
    "tag": ("learned to its upper rail", "learned to its lower rail"),
    "delay": ("learned to the longest", "learned to 0"),
    "epoch": ("register at 0", "of 1 step", "of several steps", "as long as a history of 8"),
    "rows that learn": ("all", "some"),
    "learning waits": ("for no row", "for rows that spike", "for rows that never spike"),
    "trace": (*(f"{name} {case}" for name in _TRACES for case in ("rises", "is full")), "falls"),
    "time of a spike": ("noted for axons", "noted for compartments"),
    "reward trace": ("r1 positive", "r1 negative", "r0 positive", "r0 negative", "at a rail"),
    "reward channel": tuple(map(str, range(4))),
    "counter": tuple(name for name in COUNTERS if not name.startswith("cycles_")),
    "inputs": ("none in a step", "some in a step", "all in a step"),
    **LIST_CASES,
}


def cover_steps(
    coverage: Coverage, engine: Engine, program: Program, stimulus: Stimulus, n_steps: int
) -> None:
    """Run a program that is loaded, step by step, and enter what it does.

    Parameters
    ----------
    coverage : Coverage
        Of the cases ``feature: case`` of :data:`STEP_CASES`.
    """
    run = _Run(coverage, engine, program)
    run.cover_program()
    for step in range(n_steps):
        run.cover_step(stimulus.window(step, step + 1))
    run.cover_end()


class _Run:
    """A program on an engine, and what has been seen of it."""

    def __init__(self, coverage: Coverage, engine: Engine, program: Program) -> None:
        self._coverage, self._engine, self._program = coverage, engine, program
        self._p = p = program.params
        self._rows, self._profiles = self._words("rows"), self._words("profiles")
        used = int(program.registers["rows"])
        self._of_lane = np.repeat(self._rows["profile"][:used], p.lanes)
        self._n = used * p.lanes
        self._beside = {name: engine.read(name) for name in ("tags", "delays") if self._has(name)}
        self._counters = engine.counters()
        self._fired: set[int] = set()
        self._traces = {side: self._words(side) for side in ("x_traces", "y_traces")}

    def _has(self, name: str) -> bool:
        return MEMORIES[name].exists(self._p)

    def _words(self, name: str) -> dict[str, np.ndarray]:
        """Columns of a memory as it is; none if the core has no such memory."""
        if not self._has(name):
            return {}
        return unpack_array(MEMORIES[name].layout(self._p), self._engine.read(name))  # type: ignore[arg-type]

    def _register(self, name: str) -> int:
        word = int(self._engine.read("registers")[list(REGISTERS).index(name)])
        return REGISTERS[name].value(word)

    def _hit(self, feature: str, case: str, seen: object = True) -> None:
        self._coverage.hit(f"{feature}: {case}", int(np.asarray(seen).any()))

    def _profile(self, name: str) -> np.ndarray:
        """A constant of every compartment in use."""
        if name not in self._profiles:
            return np.zeros(self._n, np.int64)
        return self._profiles[name][self._of_lane]

    def cover_program(self) -> None:
        """Enter what lies in registers and constants from the start on."""
        registers = self._program.registers
        if self._p.dynamics:
            bias = self._words("bias")["mantissa"][: self._n]
            self._hit("bias", "positive", bias > 0)
            self._hit("bias", "negative", bias < 0)
            for name, letter in (("current", "u"), ("voltage", "v")):
                decay = self._profile(f"decay_{letter}")
                self._hit(name, "forgotten at once", decay == 4096)
                self._hit(name, "kept", decay == 0)
        if self._p.noise:
            noisy = self._rows["noise_exponent"] > 0
            for target in NoiseTarget:
                self._hit("noise", target.name, noisy & (self._rows["noisy"] == target.value))
            self._hit("noise", "of the largest exponent", self._rows["noise_exponent"] == 15)
        if self._p.has_epochs and registers["learn"]:
            steps = registers["epoch"]
            self._hit("epoch", "register at 0", steps == 0)
            self._hit("epoch", "of 1 step", steps == 1)
            self._hit("epoch", "of several steps", steps > 1)
            self._hit("epoch", "as long as a history of 8", steps == self._p.history == 8)

    def cover_step(self, stimulus: Stimulus) -> None:
        """One step, with spikes of inputs."""
        p, engine = self._p, self._engine
        record = engine.run(1, stimulus)
        inputs = np.unique(stimulus.axons).size
        every = self._program.registers["input_rows"] * p.lanes
        cases = {"none": inputs == 0, "some": 0 < inputs < every, "all": inputs == every}
        for case, seen in cases.items():
            self._hit("inputs", f"{case} in a step", seen)
        self._fired |= set(record.compartments.tolist())
        self._fired |= {p.compartments + int(axon) for axon in stimulus.axons}
        sums = self._words("accumulators")["value"]
        high = (1 << (p.acc_width - 1)) - 1
        if p.overflow is Overflow.SATURATE:
            self._hit("accumulator", "at its upper rail", sums == high)
            self._hit("accumulator", "at its lower rail", sums == -high - 1)
        if p.dynamics:
            fired = np.zeros(self._n, bool)
            fired[record.compartments] = True
            self._cover_state(fired)
        if p.learning:
            self._cover_rewards()
            self._cover_traces()

    def _cover_state(self, fired: np.ndarray) -> None:
        """Compartments after a step."""
        p, n = self._p, self._n
        words = self._words("state")
        u, v, held = (words[name][:n] for name in ("u", "v", "refractory"))
        rows = {name: np.repeat(column, p.lanes)[:n] for name, column in self._rows.items()}
        own = rows["watch"] == 0 if p.watch else np.ones(n, bool)
        if p.overflow is Overflow.SATURATE:
            self._hit("current", "at its upper rail", u == _STATE_RAIL)
            self._hit("current", "at its lower rail", u == -_STATE_RAIL - 1)
        self._hit("voltage", "at vmax", own & (v == (1 << (9 + 2 * self._profile("vmax"))) - 1))
        lowest = 1 - (1 << self._profile("vmin"))
        self._hit("voltage", "at vmin", own & (v == lowest) & (lowest < 0))
        if p.watch:
            self._hit("voltage", "watched, negated", ~own & (rows["negate"] == 1) & fired)
        threshold, window = self._profile("threshold"), self._profile("window")
        self._hit("threshold", "crossed at 0", own & fired & (threshold == 0))
        above = own & ~fired & (held == 0) & (v > threshold << 6)
        gating = rows["gating"] if p.has_epochs else np.zeros(n, np.int64)
        beyond = (window > 0) & (v > (threshold + (1 << window)) << 6)
        self._hit("threshold", "of which a window holds back", above & beyond & (gating == 0))
        for gate in (Gate.OPEN, Gate.CLOSED):
            held_back = above & (window == 0) & (gating == gate.value)
            self._hit("gate", f"{gate.name} holds back", held_back)
        self._hit("refractory", "of 1 step", fired & (self._profile("refractory") == 1))
        self._hit("refractory", "of several steps", fired & (self._profile("refractory") > 1))
        self._hit("refractory", "holds a voltage", (held > 0) & ~fired & (v != 0))
        if p.subtract:
            late = self._profile("reset") == Reset.DELAYED.value
            self._hit("reset", "DELAYED is due", (words["due"][:n] == 1) & late)

    def _cover_rewards(self) -> None:
        for name, (channel, trace) in REWARDS.items():
            if REGISTERS[name].exists(self._p):
                value = self._register(name)
                self._hit("reward trace", f"{trace} positive", value > 0)
                self._hit("reward trace", f"{trace} negative", value < 0)
                self._hit("reward trace", "at a rail", value in (-128, 127))
                self._hit("reward channel", str(channel), value)

    def _cover_traces(self) -> None:
        for side, known in self._traces.items():
            words = self._words(side)
            for kind in range(1, 4):
                now, before = words.get(f"trace{kind}"), known.get(f"trace{kind}")
                if now is not None and before is not None:
                    name = f"{side[0]}{kind}"
                    self._hit("trace", f"{name} rises", now > before)
                    self._hit("trace", f"{name} is full", now == TRACE_MAX)
                    self._hit("trace", "falls", now < before)
            if "time" in words:
                noted = "axons" if side == "x_traces" else "compartments"
                self._hit("time of a spike", f"noted for {noted}", words["time"] > 0)
            self._traces[side] = words

    def cover_end(self) -> None:
        """Enter what a whole run has done: counters, lists, rules, synapses."""
        p = self._p
        after = self._engine.counters()
        rises = {name: after[name] - self._counters[name] for name in STEP_CASES["counter"]}
        for name, rise in rises.items():
            self._hit("counter", name, rise if p.counters else 0)
        axons, lists = self._words("axons"), self._words("lists")
        registers, lanes = self._program.registers, p.lanes
        behind = registers["rows"] * lanes
        mute = set(range(max(behind - registers["mute_rows"] * lanes, 0), behind))
        self._hit("axon", "of a mute row spikes", self._fired & mute)
        fired = np.array(sorted(self._fired - mute), np.int64)
        n = axons["lists"][fired]
        for case, seen in (("without lists", n == 0), ("with one list", n == 1)):
            self._hit("axon", f"{case} spikes", seen)
        self._hit("axon", "with several lists spikes", n > 1)
        walked = _spans(axons["list"][fired] + axons["silent"][fired], n)
        cover_lists(self._hit, p, {name: column[walked] for name, column in lists.items()})
        if rises["saturations"] and p.overflow is Overflow.WRAP:
            self._hit("accumulator", "leaves its range and wraps")
        if p.learning and self._program.registers["learn"]:
            self._cover_waiting(rises["words_learned"] > 0)
        if p.learning and rises["words_learned"]:
            self._cover_learning(fired, axons, lists)

    def _cover_waiting(self, learned: bool) -> None:
        """Rows of compartments that learning waits for."""
        registers, lanes = self._program.registers, self._p.lanes
        first, rows = (registers[f"post_{name}"] for name in ("first", "rows"))
        behind = min(first + rows, registers["rows"])
        waited = set(range(first * lanes, behind * lanes))
        self._hit("learning waits", "for no row", rows == 0)
        self._hit("learning waits", "for rows that spike", rows > 0 and learned)
        silent = rows > 0 and not self._fired & waited
        self._hit("learning waits", "for rows that never spike", silent)

    def _cover_learning(
        self, fired: np.ndarray, axons: dict[str, np.ndarray], lists: dict[str, np.ndarray]
    ) -> None:
        """Plastic lists of axons that spiked, and their rules; synapses that changed."""
        p = self._p
        registers = self._program.registers
        self._hit("visit", Visit(registers["visit"]).name)
        whole = registers["learn_first"] == 0 and registers["learn_rows"] == p.rows
        self._hit("rows that learn", "all" if whole else "some")
        number = _spans(axons["list"][fired], axons["plastic"][fired])
        own = {name: column[number] for name, column in lists.items()}
        cover_plastic_lists(self._hit, p, own)
        rules, code = self._words("rules"), self._words("microcode")
        for rule in np.unique(own["rule"]):
            of_rule = {name: int(column[rule]) for name, column in rules.items()}
            cover_rule(self._hit, p, of_rule, code, registers.get("dither", 0))
        if "tags" in self._beside:
            tags = self._moved("tags", TAG_BITS, is_signed=True)
            self._hit("tag", "learned to its upper rail", tags == 255)
            self._hit("tag", "learned to its lower rail", tags == -256)
        if "delays" in self._beside:
            delays = self._moved("delays", p.slot_bits, is_signed=False)
            self._hit("delay", "learned to the longest", delays == p.max_delay)
            self._hit("delay", "learned to 0", delays == 0)

    def _moved(self, name: str, bits: int, *, is_signed: bool) -> np.ndarray:
        """Tags or delays of dense synapses that have changed, as they are."""
        pair = (self._beside[name], self._engine.read(name))
        before, after = (unpack_lanes(self._p, w, bits, is_signed=is_signed) for w in pair)
        return after[before != after]


def _spans(first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Numbers of all spans, without repeats."""
    spans = [np.arange(a, a + n) for a, n in zip(first, count, strict=True)]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *spans]))
