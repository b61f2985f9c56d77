"""Claims about axons and synapse memories: proved, and found where not true."""

from functools import partial
from unittest.mock import patch

from backspike.hdl.delivery import lane_arranger
from backspike.proof.claims import delivery
from backspike.proof.claims.cores import small


def test_they_are_proved(proved):
    proved(delivery.PROOFS, "axon-scanner", "synapses-compact")


def test_weights_of_another_lane_are_found(broken):
    bench = partial(delivery._synapses, small(2, compact=True), learn=False)
    reverse = lambda p, word, banks: list(banks)[::-1]  # noqa: E731
    with patch.object(lane_arranger, "to_lanes", reverse):
        assert any("what is read is what was written last" in line for line in broken(bench))
