"""Delivery of lists of every kind, against exact arithmetic."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from backspike.golden.core.delivery_kernels import accumulate, deliver
from backspike.golden.core.state import CoreState
from backspike.hdl.layouts import ListKind
from backspike.hdl.params import CoreParams, Overflow

LANES, N = 4, 24


@pytest.mark.parametrize("overflow", Overflow)
def test_sums_stay_in_their_width(overflow):
    size = CoreState.zero(CoreParams(overflow=overflow, acc_width=12)).size
    weights = np.array([-256, -1, 0, 1, 255], np.int16)
    for exponent in range(-8, 8):
        for before in (-2048, -7, 0, 2047):
            sums = np.full(5, before, np.int32)
            outside = accumulate(size, sums, weights, exponent)
            exact = [
                before + floor(Fraction(w) * Fraction(2) ** exponent) for w in weights.tolist()
            ]
            assert outside == sum(not -2048 <= x < 2048 for x in exact)
            wraps = overflow is Overflow.WRAP
            expected = [
                (x + 2048) % 4096 - 2048 if wraps else sorted([-2048, x, 2047])[1] for x in exact
            ]
            assert sums.tolist() == expected


def random_core(rng, **changes):
    """A core with random synapses, whose axon 3 has one list; there are two that are silent."""
    core = CoreState.zero(CoreParams(
        compartments=32, lanes=LANES, dense_words=256, sparse_words=64, delay_slots=8, **changes
    ))  # fmt: skip
    core.dense[:] = rng.integers(-256, 256, core.dense.shape)
    core.delays[:] = rng.integers(0, 7, core.delays.shape)
    core.sparse["weight"] = rng.integers(-256, 256, 64)
    core.sparse["target"] = rng.integers(0, 32, 64)
    core.sparse["exponent"] = rng.integers(-8, 8, 64)
    core.sparse["delay"] = rng.integers(0, 7, 64)
    for name, value in {"list": 4, "silent": 2, "lists": 1}.items():
        core.axons[name][3] = value
    core.registers["step"] = rng.integers(1 << 32)
    return core


def synapses(core, entry):
    """Weight, target, exponent and delay of each synapse of a list."""
    for k in range(entry["count"]):
        target, exponent, delay = entry["row"] * LANES + k, entry["exponent"], entry["delay"]
        if entry["kind"] == ListKind.SPARSE.value:
            s = core.sparse[entry["address"] + k]
            yield int(s["weight"]), int(s["target"]), int(s["exponent"]), int(s["delay"])
        elif entry["kind"] == ListKind.COLUMN.value:
            word = core.dense[(entry["address"] + k * (entry["post"] or 8))]
            yield int(word[(k + entry["rotate"]) % LANES]), target, exponent, delay
        else:
            place = entry["address"] + k // LANES, (k + entry["rotate"]) % LANES
            if core.size.delays:
                delay = int(core.delays[place])
            yield int(core.dense[place]), target, exponent, delay


@pytest.mark.parametrize("kind", [ListKind.DENSE, ListKind.SPARSE, ListKind.COLUMN])
@pytest.mark.parametrize("delays", [False, True])
def test_lists_reach_their_targets(kind, delays):
    rng = np.random.default_rng(2)
    for _ in range(N):
        core = random_core(rng, delays=delays)
        entry = {
            "kind": kind.value,
            "address": rng.integers(16),
            "row": rng.integers(4),
            "count": rng.integers(1, 17),
            "exponent": rng.integers(-8, 1),
            "delay": rng.integers(7),
            "post": rng.integers(4),
            "rotate": rng.integers(LANES),
            "negate": rng.integers(2),
        }
        entry = {name: int(value) for name, value in entry.items()}
        for name, value in entry.items():
            core.lists[name][6] = value
        expected = np.zeros(core.accumulators.shape, int)
        for weight, target, exponent, delay in synapses(core, entry):
            slot = (int(core.registers["step"]) + 1 + delay) % 8
            signed = -weight if entry["negate"] else weight
            expected[slot, target] += floor(Fraction(signed) * Fraction(2) ** exponent)
        deliver(core, 3)
        limit = 1 << (core.size.acc_width - 1)
        assert np.array_equal(core.accumulators, np.clip(expected, -limit, limit - 1))
        assert core.counters["synaptic_ops"] == entry["count"]
        words = entry["count"] if kind is ListKind.SPARSE else -(-entry["count"] // LANES)
        assert core.counters["synaptic_words"] == words
        assert core.counters["lists"] == 1


@pytest.mark.parametrize("trace", ["r1", "r0"])
def test_rewards_add_up_until_they_saturate(trace):
    core = random_core(np.random.default_rng(3), reinforcements=2, more_factors=True)
    fields = {"kind": ListKind.REWARD.value, "impulse": 256 - 100, "channel": 1}
    for name, value in (fields | {"trace": int(trace == "r0")}).items():
        core.lists[name][6] = value
    for expected in (-100, -128):
        deliver(core, 3)
        assert core.rewards[f"{trace}_next"].tolist() == [0, expected]
    assert not core.accumulators.any()


@pytest.mark.parametrize(
    ("channels", "channel", "reached"), [(1, 0, 0), (1, 1, 0), (2, 3, 1), (4, 2, 2), (4, 7, 3)]
)
def test_a_reward_reaches_the_channel_of_its_lowest_bits(channels, channel, reached):
    core = random_core(np.random.default_rng(3), reinforcements=channels)
    for name, value in {"kind": ListKind.REWARD.value, "impulse": 9, "channel": channel}.items():
        core.lists[name][6] = value
    deliver(core, 3)
    assert core.rewards["r1_next"].tolist() == [9 * (n == reached) for n in range(channels)]
