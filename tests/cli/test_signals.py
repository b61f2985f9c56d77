"""Signals that end a command."""

import os
import signal

import pytest

from backspike.cli.signals import Stopped, stoppable


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_they_are_handled_as_ctrl_c_is(number):
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stop, stoppable():
        os.kill(os.getpid(), number)
    assert isinstance(stop.value, KeyboardInterrupt)
    assert stop.value.number == number
    assert signal.getsignal(number) is before


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
