"""Claims about spikes: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from amaranth import Mux

from backspike.hdl.dendrite import epoch_activity
from backspike.proof.claims import activity
from backspike.proof.claims.cores import small


def test_they_are_proved(proved):
    proved(activity.PROOFS, "activity", "epoch-activity", "input-spikes")


def _always_old(test, yes, no):
    """Spikes of the last epoch, where it should be none."""
    return no if isinstance(yes, int) else Mux(test, yes, no)


def test_spikes_of_another_epoch_are_found(broken):
    with patch.object(epoch_activity, "Mux", _always_old):
        found = broken(partial(activity._epoch, small(2)))
    assert any("a gate shows the steps before" in line for line in found)
