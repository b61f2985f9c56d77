"""Claims about frames: found where they are not true."""

from functools import partial
from unittest.mock import patch

from backspike.hdl.host import frame_receiver
from backspike.proof.checker import Pipeline
from backspike.proof.claims import link


def test_an_escaped_byte_that_is_taken_as_another_is_found(broken):
    with patch.object(frame_receiver, "TOGGLE", 0x10):
        found = broken(partial(link._arrives, 90), Pipeline(91))
    assert "open: its word is the same" in found
