"""Claims about factors and words that learn: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from backspike.hdl.learning import lane_factor, learning_lane
from backspike.hdl.lib.arith import wrap
from backspike.proof.checker import Pipeline
from backspike.proof.claims import learning
from backspike.proof.claims.cores import learns

PLAIN = learns(epochs=False)


def test_they_are_proved(proved):
    proved(learning.PROOFS, "factor-weights", "word-weights-1", "word-compact-2")


def test_a_factor_that_is_always_one_is_found(broken):
    with patch.object(lane_factor.LaneFactor, "_y", lambda self, kind: 1):
        assert broken(partial(learning._factor, PLAIN), Pipeline(1))[0].startswith("open")


def test_a_product_that_wraps_is_found(broken):
    with patch.object(learning_lane, "saturate", wrap):
        found = broken(partial(learning._word, PLAIN, 1), Pipeline(8))
    assert "open: the weight is the golden core's" in found
