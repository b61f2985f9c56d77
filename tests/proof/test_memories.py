"""Memories of proofs: any content at first, garbage where a word is read as it is written."""

from functools import partial

from backspike.hdl.lib.memory import HostedMemory
from backspike.proof.bench import Bench


def bench(*, wait):
    """A word that is written is read, at once or a cycle later."""
    made = Bench()
    dut = made.add("dut", HostedMemory(depth=2, shape=2), host__en=0, clear__en=0)
    writes = dut.w_en & (dut.w_address == 1)
    reads = dut.r_en & (dut.r_address == 1)
    word = made.past(dut.w_data[0], "word", 2 if wait else 1)
    begun = made.past(writes & ~(made.past(dut.w_en, "other") & 0), "begun") if wait else writes
    quiet = ~dut.w_en if wait else 1
    ready = made.past(begun & reads & quiet, "ready")
    made.claim("it is what was written", dut.r_data[0] == word, where=ready)
    made.reach("a written word is read", ready & (dut.r_data[0] == 3))
    return made


def test_a_word_that_was_written_is_read(proved):
    from backspike.proof.proof import Proof

    proved([Proof("later", "none", "words", partial(bench, wait=True))], "later")


def test_nothing_is_known_of_a_word_that_is_written_meanwhile(broken):
    assert broken(partial(bench, wait=False)) == ["broken in cycle 2: it is what was written"]
