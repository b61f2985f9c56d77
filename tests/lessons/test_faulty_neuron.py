# amaranth: UnusedElaboratable=no
"""The neuron that can be broken, and each of its faults."""

import pytest

from backspike.lessons.exercises.verification import DECAY, THRESHOLD, differs_from_golden
from backspike.lessons.faulty_neuron import FAULTS, FaultyNeuron

SUMS = [200, None, 10, 150, -90, 0, 0, 0, 254, 20, -256, 60]


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_only_a_fault_differs_from_the_golden_core(fault):
    neuron = FaultyNeuron(DECAY, THRESHOLD, fault)
    assert differs_from_golden(neuron, SUMS) == (fault is not None)


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match=r"^fault must be one of rounds down, .*, not 'none'$"):
        FaultyNeuron(DECAY, THRESHOLD, "none")
