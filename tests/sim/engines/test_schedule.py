import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.hdl.host_map import Command
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines.schedule import MAX_ADVANCE, schedule

TINY = CORE_PRESETS["tiny"]


def play(words, lanes):
    """Steps that were run, and the set of axons that fired in each."""
    fired, waiting, commands, at = [], set(), [], 0
    while at < len(words):
        head = int(words[at])
        payload = words[at + 1 : at + 1 + (head & 0xFFFF)].tolist()
        at += 1 + len(payload)
        commands.append(Command(head >> 24))
        if commands[-1] is Command.SPIKE:
            waiting |= set(payload)
        elif commands[-1] is Command.SPIKE_ROWS:
            waiting |= {
                row * lanes + lane
                for row, bits in enumerate(payload[1:], payload[0])
                for lane in range(lanes)
                if bits >> lane & 1
            }
        else:
            assert commands[-1] is Command.ADVANCE
            assert 0 < payload[0] <= MAX_ADVANCE
            fired += [waiting] + [set()] * (payload[0] - 1)
            waiting = set()
    assert not waiting
    return fired, commands


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("density", [0.0, 0.02, 0.4, 1.0])
def test_plays_what_was_asked(seed, density):
    rng = np.random.default_rng(seed)
    n_steps = int(rng.integers(1, 700))
    wanted = rng.random((n_steps, TINY.input_axons)) < density * (rng.random((n_steps, 1)) < 0.3)
    words = schedule(TINY, Stimulus(*np.nonzero(wanted)), n_steps)
    fired, _ = play(words, TINY.lanes)
    assert fired == [set(np.flatnonzero(row).tolist()) for row in wanted]


def test_silent_steps_are_one_command():
    words = schedule(TINY, Stimulus(np.array([3]), np.array([5])), 100)
    _, commands = play(words, TINY.lanes)
    assert commands == [Command.ADVANCE, Command.SPIKE, Command.ADVANCE]
    assert words.tolist()[1::2] == [3, 5, 97]


def test_many_spikes_are_bitmaps():
    axons = np.arange(TINY.input_axons)
    words = schedule(TINY, Stimulus(np.zeros_like(axons), axons), 1)
    _, commands = play(words, TINY.lanes)
    assert commands == [Command.SPIKE_ROWS, Command.ADVANCE]


def test_no_steps_are_no_words():
    assert schedule(TINY, Stimulus(), 0).size == 0


def test_the_same_axon_twice_fires_once():
    words = schedule(TINY, Stimulus(np.zeros(9, np.int64), np.full(9, 6)), 1)
    assert play(words, TINY.lanes)[0] == [{6}]


@pytest.mark.parametrize(
    ("steps", "axons", "n_steps", "message"),
    [
        ([2, 1], [0, 0], 3, r"^steps of a stimulus must ascend$"),
        ([3], [0], 3, r"^step of an input spike must be between 0 and 2, not 3$"),
        ([-1], [0], 3, r"^step of an input spike must be between 0 and 2, not -1$"),
        ([0], [16], 3, r"^input axon must be between 0 and 15, not 16$"),
        ([], [], -1, r"^n_steps must be at least 0, not -1$"),
    ],
)
def test_bad_stimuli_are_explained(steps, axons, n_steps, message):
    stimulus = Stimulus(np.array(steps), np.array(axons))
    with pytest.raises(ValueError, match=message):
        schedule(TINY, stimulus, n_steps)
    golden = GoldenCore(TINY)
    golden.set_register("input_rows", TINY.input_rows)
    with pytest.raises(ValueError, match=message):
        golden.run(n_steps, stimulus)
