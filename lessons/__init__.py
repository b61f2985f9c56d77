"""Course of eight lessons: notebooks, and the checks of their exercises."""

from backspike.lessons.checking import check
from backspike.lessons.drawing import new_axes
from backspike.lessons.golden_neuron import golden_run
from backspike.lessons.golden_synapse import golden_synapse
from backspike.lessons.neuron_bench import run_neuron
from backspike.sim.figures import colour

__all__ = ["check", "colour", "golden_run", "golden_synapse", "new_axes", "run_neuron"]
