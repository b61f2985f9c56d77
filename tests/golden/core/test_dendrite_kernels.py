"""The dendrite against exact arithmetic; noise: its range, mean, target and generators."""

from fractions import Fraction

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.dendrite_kernels import update_compartment, update_row
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.state import CoreState
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network
from backspike.hdl.layouts import Gate, Reset, state_layout
from backspike.hdl.packing import unpack_array
from backspike.hdl.params import CoreParams, Overflow

STEPS, SIZE = 400, 12


def narrowed(value, overflow):
    """A word of 24 bits."""
    if overflow is Overflow.WRAP:
        return (value + (1 << 23)) % (1 << 24) - (1 << 23)
    return sorted([-(1 << 23), value, (1 << 23) - 1])[1]


def plain_step(profile, bias, total, may_fire, neuron, overflow):
    """One step of a compartment, as docs/architecture.md has it; returns state and spike."""
    u = int(Fraction(neuron["u"] * (4096 - profile["decay_u"]), 4096)) + 64 * total
    u = narrowed(u, overflow)
    into = narrowed(u + bias["mantissa"] * 2 ** bias["exponent"], overflow)
    v, reset = neuron["v"], Reset(profile["reset"])
    if not neuron["refractory"]:
        v = int(Fraction(v * (4096 - profile["decay_v"]), 4096)) + into
    v -= 64 * profile["threshold"] * neuron["due"]
    if neuron["refractory"] and reset is Reset.ZERO:
        v = 0
    v = sorted([1 - 2 ** profile["vmin"], v, 2 ** (9 + 2 * profile["vmax"]) - 1])[1]
    window = profile["window"]
    spike = v > 64 * profile["threshold"] and bool(may_fire) and not neuron["refractory"]
    spike &= not window or v <= 64 * (profile["threshold"] + 2**window)
    held = profile["refractory"] if spike else neuron["refractory"]
    due = int(spike and reset is Reset.DELAYED)
    if spike:
        v = {Reset.ZERO: 0, Reset.SUBTRACT: v - 64 * profile["threshold"], Reset.DELAYED: v}[reset]
    return {"u": u, "v": v, "refractory": max(0, held - 1), "due": due}, spike


@pytest.mark.parametrize("overflow", Overflow)
def test_compartments_are_leaky_integrate_and_fire(overflow):
    rng = np.random.default_rng(1)
    core = CoreState.zero(CoreParams(overflow=overflow, subtract=True))
    fired = 0
    for _ in range(900):
        profile = {
            "decay_u": rng.choice([0, 4096, rng.integers(4097)]),
            "decay_v": rng.choice([0, 4096, rng.integers(4097)]),
            "threshold": rng.choice([0, 100, 131071]),
            "refractory": rng.integers(1, 64),
            "vmin": rng.integers(24),
            "vmax": rng.integers(8),
            "window": rng.choice([0, rng.integers(16)]),
            "reset": rng.integers(3),
        }
        bias = {"mantissa": rng.integers(-4096, 4096), "exponent": rng.integers(8)}
        neuron = {"u": rng.choice([-(1 << 23), rng.integers(-999, 999), (1 << 23) - 1])}
        neuron |= {"v": rng.integers(-5000, 5000), "refractory": rng.choice([0, 0, 1, 9])}
        neuron |= {"due": rng.integers(2)}
        drive = {"sum": rng.integers(-2000, 2000), "may_fire": rng.choice([0, 1, 1])}
        words = {"profiles": profile, "bias": bias, "drives": drive, "neurons": neuron}
        for memory, fields in words.items():
            words[memory] = {name: int(value) for name, value in fields.items()}
            for name, value in fields.items():
                getattr(core, memory)[name][0] = value
        _, _, drive, _ = words.values()
        spike = update_compartment(core.size, *(getattr(core, memory)[0] for memory in words))
        expected = plain_step(words["profiles"], words["bias"], *drive.values(), words["neurons"],
                              overflow)  # fmt: skip
        assert ({name: int(core.neurons[name][0]) for name in neuron}, spike) == expected
        fired += spike
    assert fired > 30


def voltages(steps=6, **constants):
    """v, in weight units, and spikes of a neuron with a bias of 10, step by step."""
    network = Network()
    network.population("cell", 1, **({"threshold": 25, "decay_v": 0, "bias": 10} | constants))
    program = compile_network(network, lanes=1)
    core = GoldenCore(program.params)
    core.load(program)
    v, fired = [], []
    for _ in range(steps):
        fired.append(core.run(1).steps.size)
        state = unpack_array(state_layout(program.params), core.read("state"))
        v.append(state["v"][0] / 64)
    return v, fired


@pytest.mark.parametrize(
    ("constants", "v", "fired"),
    [
        ({}, [10, 20, 0, 10, 20, 0], [0, 0, 1, 0, 0, 1]),
        ({"reset": "subtract"}, [10, 20, 5, 15, 25, 10], [0, 0, 1, 0, 0, 1]),
        # What is left is above the threshold: it fires again, and the voltage rises.
        ({"reset": "subtract", "threshold": 4}, [6, 12, 18, 24, 30, 36], [1] * 6),
        # While refractory, it neither leaks nor fires, and nothing comes in.
        (
            {"reset": "subtract", "threshold": 4, "refractory": 3, "decay_v": 2048},
            [6, 6, 6, 9, 9, 9],
            [1, 0, 0, 1, 0, 0],
        ),
        ({"refractory": 3}, [10, 20, 0, 0, 0, 10], [0, 0, 1, 0, 0, 0]),
        # Beyond its window it does not fire, and is not reset.
        (
            {"reset": "subtract", "threshold": 14, "window": 4},
            [10, 20, 30, 40, 50, 60],
            [0] * 6,
        ),
        (
            {"reset": "subtract", "threshold": 14, "window": 8},
            [10, 6, 2, 12, 8, 4],
            [0, 1, 1, 0, 1, 1],
        ),
        # As snnTorch: 0.5 v - 14 where it fired before; without a leak, the spikes are the same.
        (
            {"reset": "delayed", "threshold": 14, "decay_v": 2048},
            [10, 15, 3.5, 11.75, 15.875, 3.9375],
            [0, 1, 0, 0, 1, 0],
        ),
        ({"reset": "delayed"}, [10, 20, 30, 15, 25, 35], [0, 0, 1, 0, 0, 1]),
        # It is due in the step after a spike, even if that is one of rest.
        (
            {"reset": "delayed", "threshold": 4, "refractory": 3, "decay_v": 2048},
            [10, 6, 6, 13, 9, 9],
            [1, 0, 0, 1, 0, 0],
        ),
        # Below the least voltage, there is nothing.
        (
            {"reset": "delayed", "threshold": 5, "decay_v": 4096, "vmin": 0, "bias": 6},
            [6, 1, 6, 1, 6, 1],
            [1, 0, 1, 0, 1, 0],
        ),
        # The voltage is limited first: no more than its limit is left.
        ({"reset": "subtract", "threshold": 0, "vmax": 0}, [511 / 64] * 6, [1] * 6),
    ],
)
def test_what_a_spike_leaves(constants, v, fired):
    assert voltages(**constants) == (v, fired)


def test_subtraction_stays_within_24_bits():
    """The highest voltage, the highest threshold and none: what is left is above 0."""
    core = CoreState.zero(CoreParams(subtract=True))
    core.profiles["reset"][0], core.profiles["vmax"][0] = Reset.SUBTRACT.value, 7
    core.profiles["refractory"][0], core.drives["may_fire"][0] = 1, 1
    top = (1 << 23) - 1
    for threshold, left in ((131071, 63), (0, top)):
        core.profiles["threshold"][0], core.neurons["v"][0] = threshold, top
        words = core.profiles, core.bias, core.drives, core.neurons
        assert update_compartment(core.size, *(memory[0] for memory in words))
        assert core.neurons["v"][0] == left


@pytest.mark.parametrize(
    ("gating", "begun", "fired"),
    [
        (Gate.NONE, False, [1, 1]),
        (Gate.OPEN, False, [0, 0]),
        (Gate.OPEN, True, [1, 0]),
        (Gate.CLOSED, False, [1, 1]),
        (Gate.CLOSED, True, [0, 1]),
    ],
)
def test_rows_share_sums_and_are_gated(gating, begun, fired):
    """The gate of the first compartment has fired; sums are negated, and stay for a row below."""
    core = CoreState.zero(CoreParams(lanes=2, dendrite_lanes=1))
    core.accumulators[0, 4:6] = -3
    core.seen[6] = True
    for name, value in {"sums": 2, "keep": 1, "negate": 1, "gate": 3}.items():
        core.rows[name][:2] = value
    core.rows["gating"][1] = gating.value
    core.rows["keep"][0] = 0
    for name, value in {"decay_u": 4096, "decay_v": 4096, "threshold": 2, "vmax": 7}.items():
        core.profiles[name] = value
    core.registers["epoch_step"] = begun
    assert update_row(core, 1) == sum(fired)
    assert core.spikes[2:4].tolist() == fired
    assert core.accumulators[0, 4:6].tolist() == [-3, -3]
    assert update_row(core, 0) == 2
    assert not core.accumulators.any()


def watched_steps(h, watchers, steps=7):
    """Spikes of a neuron with a bias of 10, and of those that watch it, step by step."""
    network = Network(epoch=3)
    cell = network.population("h", 1, bias=10, decay_v=0, **h)
    for name, constants in watchers.items():
        network.population(name, 1, watches=cell, **constants)
    program = compile_network(network, lanes=1)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(steps)
    fired = {}
    for name, (first, _) in program.populations.items():
        fired[name] = np.isin(np.arange(steps), record.steps[record.compartments == first])
        fired[name] = "".join("-+"[int(spike)] for spike in fired[name])
    state = unpack_array(state_layout(program.params), core.read("state"))
    for name in watchers:
        assert {int(state[x][program.populations[name][0]]) for x in state} == {0}
    return fired


def test_watchers_see_voltages_before_the_reset():
    """v is 10, 20, 30 and then 0 again; each watcher has a threshold and a window of its own."""
    watchers = {
        "above": {"threshold": 15},
        "box": {"threshold": 8, "window": 4},
        "at": {"threshold": 30},
        "never": {"threshold": 31},
        "negative": {"threshold": 0, "negate": True},
    }
    assert watched_steps({"threshold": 25}, watchers) == {
        "h": "--+--+-",
        "above": "-++-++-",
        "box": "+--+--+",
        "at": "-------",
        "never": "-------",
        "negative": "-------",
    }


def test_watchers_of_a_neuron_that_rests_or_subtracts():
    box = {"box": {"threshold": 4, "window": 2}}
    held = {"threshold": 25, "refractory": 3}
    assert watched_steps(held, box) == {"h": "--+----", "box": "-------"}  # held at 0
    held["reset"] = "subtract"  # held at 5, and then 15, 25, 35
    assert watched_steps(held, box) == {"h": "--+----", "box": "---++--"}


def test_watchers_have_gates_and_see_what_is_negative():
    network = Network(epoch=3)
    h = network.population("h", 1, threshold=5, bias=-10, decay_v=0)
    clock = network.population("clock", 1, threshold=5, bias=6)
    network.population("open", 1, threshold=15, negate=True, watches=h, gate=clock)
    network.population("free", 1, threshold=15, negate=True, watches=h)
    program = compile_network(network, lanes=1)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(5)
    steps = {
        name: record.steps[record.compartments == first].tolist()
        for name, (first, _) in program.populations.items()
    }
    # v is -10, -20, ...; in the first step of an epoch, no gate has fired yet.
    assert steps == {"h": [], "clock": [0, 1, 2, 3, 4], "open": [1, 2, 4], "free": [1, 2, 3, 4]}


def states(network, name, lanes=4, **options):
    """u and v of a population after each step, shape (steps, size)."""
    program = compile_network(network, lanes=lanes, **options)
    core = GoldenCore(program.params)
    core.load(program)
    first, size = program.populations[name]
    rows = []
    for _ in range(STEPS):
        core.run(1)
        state = unpack_array(state_layout(program.params), core.read("state"))
        rows.append([state[x][first : first + size] for x in ("u", "v")])
    return np.array(rows).transpose(1, 0, 2)


def test_noise_is_uniform_about_its_mantissa_and_hits_its_target():
    for noisy in ("current", "voltage"):
        network = Network(seed=1)
        network.population("quiet", SIZE, threshold=1000)
        network.population("loud", SIZE, threshold=1000, noise=(3, 9), noisy=noisy)
        u, v = states(network, "loud")
        assert (u == v).all() if noisy == "current" else not u.any()
        drawn = v / 4 - 3 * 64
        assert drawn.min() == -128
        assert drawn.max() == 127
        assert len(np.unique(drawn)) == 256
        assert abs(drawn.mean() + 0.5) < 4 * 74 / np.sqrt(v.size)  # four standard errors
        lanes = np.corrcoef(v[:, :4].T) - np.eye(4)
        assert abs(lanes).max() < 0.25
        assert not np.any(states(network, "quiet"))


def test_small_noise_is_truncated_towards_zero():
    network = Network()
    network.population("cells", SIZE, threshold=1000, noise=(0, 1), noisy="voltage")
    _, v = states(network, "cells")
    assert set(np.unique(v)) == {-2, -1, 0, 1}  # -128 / 64 to 127 / 64
    network = Network()
    network.population("cells", SIZE, threshold=1000, noise=(5, 0))
    assert not np.any(states(network, "cells", noise=True))


def test_seeds_decide_what_is_drawn():
    def drawn(seed):
        network = Network(seed=seed)
        network.population("cells", SIZE, threshold=1000, noise=(0, 7))
        return states(network, "cells")[0].tolist()

    assert drawn(1) == drawn(1) != drawn(2)


def test_bad_noise_is_refused():
    network = Network()
    for noise, noisy, message in (
        ((64, 1), "current", r"^mantissa of the noise of population 'p' must be between -64 and"),
        ((0, 16), "current", r"^exponent of the noise of population 'p' must be between 0 and 15"),
        ((0, 1), "u", r"^noisy of population 'p' must be 'current' or 'voltage', not 'u'$"),
    ):
        with pytest.raises(ValueError, match=message):
            network.population("p", 2, threshold=1, noise=noise, noisy=noisy)
    network.population("p", 2, threshold=1, noise=(1, 1))
    with pytest.raises(CapacityError, match=r"^noise: the network has noise, the core has noise="):
        compile_network(network, CoreParams())


@pytest.mark.parametrize("step", [0, 1, 2, 3, 6, (1 << 32) - 1])
def test_a_step_takes_the_sums_of_its_slot(step):
    core = CoreState.zero(CoreParams(compartments=8, input_axons=8, lanes=4, delay_slots=4))
    core.rows["sums"] = np.arange(2)
    core.accumulators[:] = np.arange(1, 5)[:, None]
    core.registers["step"] = step
    update_row(core, 1)
    assert core.drives["sum"].tolist() == [step % 4 + 1] * 4
    left = core.accumulators.copy()
    left[step % 4, 4:] += step % 4 + 1  # they are taken, and nothing else is
    assert left.tolist() == [[slot] * 8 for slot in range(1, 5)]
