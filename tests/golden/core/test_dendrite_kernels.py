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
from backspike.hdl.layouts import Gate, state_layout
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
    v = 0
    if not neuron["refractory"]:
        v = int(Fraction(neuron["v"] * (4096 - profile["decay_v"]), 4096)) + into
        v = sorted([1 - 2 ** profile["vmin"], v, 2 ** (9 + 2 * profile["vmax"]) - 1])[1]
    window = profile["window"]
    spike = v > 64 * profile["threshold"] and bool(may_fire)
    spike &= not window or v <= 64 * (profile["threshold"] + 2**window)
    held = profile["refractory"] if spike else neuron["refractory"]
    return {"u": u, "v": 0 if spike else v, "refractory": max(0, held - 1)}, spike


@pytest.mark.parametrize("overflow", Overflow)
def test_compartments_are_leaky_integrate_and_fire(overflow):
    rng = np.random.default_rng(1)
    core = CoreState.zero(CoreParams(overflow=overflow))
    fired = 0
    for _ in range(500):
        profile = {
            "decay_u": rng.choice([0, 4096, rng.integers(4097)]),
            "decay_v": rng.choice([0, 4096, rng.integers(4097)]),
            "threshold": rng.choice([0, 100, 131071]),
            "refractory": rng.integers(1, 64),
            "vmin": rng.integers(24),
            "vmax": rng.integers(8),
            "window": rng.choice([0, rng.integers(16)]),
        }
        bias = {"mantissa": rng.integers(-4096, 4096), "exponent": rng.integers(8)}
        neuron = {"u": rng.choice([-(1 << 23), rng.integers(-999, 999), (1 << 23) - 1])}
        neuron |= {"v": rng.integers(-5000, 5000), "refractory": rng.choice([0, 0, 1, 9])}
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
