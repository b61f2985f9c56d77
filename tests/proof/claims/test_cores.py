"""The cores of proofs."""

from backspike.proof.claims.cores import learns, small


def test_it_is_as_small_as_a_core_can_be_but_for_what_is_changed():
    assert small().compartments == 2
    assert small(2, delays=True).delays
    assert small(2).lanes == 2


def test_it_learns():
    assert learns().learning
    assert learns(lava=True).has_lava
