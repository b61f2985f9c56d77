"""The golden core as the engine of examples."""

import pytest

from backspike.golden.core.golden_core import GoldenCore


@pytest.fixture
def golden():
    """Makes the engine of a program."""
    return lambda program: GoldenCore(program.params)


@pytest.fixture
def learned(golden):
    """The facts of an example that has learned and drawn."""

    def run(example):
        outcome = example.run(golden)
        assert outcome.learned, dict(outcome.facts)
        assert outcome.figure.axes
        return outcome.facts

    return run
