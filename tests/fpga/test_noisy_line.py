"""Random words for a board behind a line with noise: as on the golden host, or nothing at all.

``N_SEEDS`` sets how many sessions.
"""

import os

import numpy as np
import pytest

from backspike.fpga.emulator import Emulator, Faults
from backspike.fpga.noisy_line import NoisyTransport
from backspike.sim.verify.fuzz.session import Session

SESSIONS = max(1, int(os.environ.get("N_SEEDS", "16")) // 16)


@pytest.mark.parametrize("flips", [0.0, 0.0005])
def test_noise_changes_nothing_and_every_answer_comes(small_board, flips):
    for seed in range(SESSIONS):
        faults = Faults(flip=flips, drop=flips / 4, repeat=flips / 4, seed=seed + 1)
        with Emulator(small_board, faults) as board:
            rng = np.random.default_rng(seed)
            transport = NoisyTransport(board.port, small_board.baud, rng, patience=60.0)
            tally = Session(small_board.params, transport, seed).run(3)
            transport.close()
        assert tally.images > 3
        assert transport.noise > 200
