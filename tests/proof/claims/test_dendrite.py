"""Claims about sums, spikes and compartments: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from backspike.hdl.dendrite import accumulators
from backspike.proof.checker import Induction, Pipeline
from backspike.proof.claims import dendrite
from backspike.proof.claims.cores import small


def test_they_are_proved(proved):
    proved(dendrite.PROOFS, "accumulators-compact", "accumulators-pipelined")
    proved(dendrite.PROOFS, "threshold-saturate")


def test_a_sum_that_wraps_is_found_where_it_should_saturate(broken):
    bench = partial(dendrite._accumulators, small(compact=True))
    with patch.object(accumulators, "saturate", accumulators.wrap):
        assert any("the memory has the sum" in line for line in broken(bench, Induction(6)))


def _below(profile, drive, voltage):
    """Another threshold than the golden core's."""
    return voltage < 0


def test_another_threshold_is_found(broken):
    bench = partial(dendrite._threshold, small(dynamics=False, acc_width=18))
    with patch.object(dendrite, "crosses", _below):
        assert broken(bench, Pipeline(5)) == ["open: spike"]
