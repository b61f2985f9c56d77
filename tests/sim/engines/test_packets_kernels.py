"""Loops of the host's protocol, beside plain Python."""

import random

import numpy as np
import pytest

from backspike.sim.engines.packets_kernels import scan, schedule_into


def stream(rng, packets):
    """Packets of random lengths, and where their payloads start."""
    words, starts = [], []
    for _ in range(packets):
        length = rng.choice([0, 1, 2, 7, 300])
        words.append(0x83000000 | length)
        starts.append(len(words))
        words += [rng.getrandbits(32) for _ in range(length)]
    return words, starts


@pytest.mark.parametrize("seed", range(5))
def test_packets_are_found_by_their_lengths(seed):
    rng = random.Random(seed)
    words, starts = stream(rng, rng.randrange(12))
    found, end = scan(np.array(words, np.uint32))
    assert found.tolist() == starts
    assert end == len(words)


def test_a_stream_that_is_cut_short_ends_beyond_it():
    words, starts = [0x83000002, 1, 2, 0x83000005, 9], [1, 4]
    found, end = scan(np.array(words, np.uint32))
    assert found.tolist() == starts
    assert end == 9 > len(words)


def scheduled(steps, axons, n_steps, lanes, most):
    """The packets of a run, whose headers are 0x1000, 0x2000 and 0x3000."""
    out = np.zeros(3 * len(steps) + 4 * n_steps + 8, np.uint32)
    used = schedule_into(
        out,
        np.array(steps, np.int64),
        np.array(axons, np.int64),
        n_steps,
        lanes,
        most,
        (0x1000, 0x2000, 0x3000),
    )
    return out[:used].tolist()


def test_a_silent_run_only_advances():
    assert scheduled([], [], 7, 4, 3) == [0x3000, 3, 0x3000, 3, 0x3000, 1]
    assert scheduled([], [], 0, 4, 3) == []


def test_few_spikes_are_named_and_many_are_bitmaps():
    assert scheduled([1, 1], [0, 9], 3, 4, 8) == [0x3000, 1, 0x1002, 0, 9, 0x3000, 2]
    # At the same length they are named: axons 4, 5, 9 lie in two rows of four lanes.
    assert scheduled([0, 0, 0], [4, 5, 9], 1, 4, 8) == [0x1003, 4, 5, 9, 0x3000, 1]
    # Axons 4, 5, 6, 9 at four lanes: rows 1 and 2 are three words, four spikes are four.
    assert scheduled([0, 0, 0, 0], [4, 5, 6, 9], 1, 4, 8) == [
        0x2003,
        1,
        0b0111,
        0b0010,
        0x3000,
        1,
    ]
