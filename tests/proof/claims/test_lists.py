"""Claims about synapse lists: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from amaranth import Mux

from backspike.hdl.delivery import list_walker
from backspike.proof.claims import lists
from backspike.proof.claims.cores import learns


def test_they_are_proved(proved):
    proved(lists.PROOFS, "list-walker", "list-walker-seek")


def _whole(test, yes, no):
    """A choice, but of masks always that of all lanes."""
    return Mux(test, no if isinstance(no, int) and no == ~0 else yes, no)


def test_a_last_word_that_is_whole_is_found(broken):
    bench = partial(lists._seek, learns(lanes=2, traces=False, stochastic=False, epochs=False))
    with patch.object(list_walker, "Mux", _whole):
        assert any("only the last one is partial" in line for line in broken(bench))
