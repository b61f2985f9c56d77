"""Garbage collection while a design is made."""

import gc

import pytest

from backspike.hdl.lib.garbage import collecting_rarely


@pytest.fixture
def usual():
    """Python's own thresholds, for a test."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield (700, 10, 10)
    gc.set_threshold(*before)


def interrupted():
    with collecting_rarely():
        yield gc.get_threshold()[0]
        raise KeyboardInterrupt


def test_thresholds_come_back_whatever_happens(usual):
    run = interrupted()
    assert next(run) > usual[0]
    with pytest.raises(KeyboardInterrupt):
        next(run)
    assert gc.get_threshold() == usual
