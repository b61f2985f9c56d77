"""Ctrl-C inside work that must not be torn apart."""

import signal
import threading

import pytest

from backspike.golden.nbp.interrupts import DeferredInterrupt


def test_waits_for_the_check():
    done = []

    def work():
        with DeferredInterrupt() as interrupt:
            signal.raise_signal(signal.SIGINT)
            done.append("whole piece")
            interrupt.check()
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole piece"]


def test_comes_at_the_end_without_a_check():
    def work():
        with DeferredInterrupt():
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        work()


def test_a_second_one_goes_through():
    done = []

    def work():
        with DeferredInterrupt():
            signal.raise_signal(signal.SIGINT)
            done.append("once")
            signal.raise_signal(signal.SIGINT)
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["once"]


def test_the_handler_is_restored():
    before = signal.getsignal(signal.SIGINT)
    with DeferredInterrupt() as interrupt:
        assert signal.getsignal(signal.SIGINT) != before
        interrupt.check()
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(ZeroDivisionError), DeferredInterrupt():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is before


def test_does_nothing_in_other_threads():
    seen = []

    def work():
        with DeferredInterrupt():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_wait_too(number):
    done = []

    def stop(number, frame):
        raise KeyboardInterrupt(number)

    def work():
        with DeferredInterrupt():
            signal.raise_signal(number)
            done.append("whole piece")

    before = signal.signal(number, stop)
    try:
        with pytest.raises(KeyboardInterrupt, match=str(int(number))):
            work()
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, before)
    assert done == ["whole piece"]
