"""Signals that end a command."""

import os
import signal

import pytest

from backspike.cli.signals import Stopped, stoppable


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_they_are_handled_as_ctrl_c_is(number):
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stop, stoppable():
        os.kill(os.getpid(), number)
    assert isinstance(stop.value, KeyboardInterrupt)
    assert stop.value.number == number
    assert signal.getsignal(number) is before


def imported(number):
    """Does as a compiled module in whose import a signal comes."""
    try:
        os.kill(os.getpid(), number)
    except KeyboardInterrupt:
        raise ImportError("initialization failed") from None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_an_import_hides_is_one(number):
    with pytest.raises(Stopped) as stop, stoppable():
        imported(number)
    assert stop.value.number == number


def test_an_import_that_fails_by_itself_stays_an_error():
    with pytest.raises(ImportError, match="no such module"), stoppable():
        raise ImportError("no such module")


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
