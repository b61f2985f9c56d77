"""Learning over time as integer equations: what the circuit does, without a core.

Every weight is that of the circuit on a core after the same samples: see
:mod:`backspike.golden.temporal.circuit`. A sample begins with everything but weights and generators
at rest, as after a ``clear`` of an engine.
"""

from collections.abc import Callable

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.interrupts import DeferredInterrupt
from backspike.golden.temporal.circuit import TemporalWeights
from backspike.golden.temporal.dynamics_kernels import (
    begin_epoch,
    begin_sample,
    time_step,
    update_traces,
)
from backspike.golden.temporal.learning_kernels import learn
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.samples import TemporalSamples, check_samples
from backspike.golden.temporal.state import Constants, State, new_state

__all__ = ["TemporalEquations"]


class TemporalEquations:
    """A network that learns samples, one after the other.

    Parameters
    ----------
    program : Program
        The compiled circuit: places of its neurons say in which order random numbers are drawn.
    weights : TemporalWeights
        Changed in place.
    options : TemporalOptions
        Of the circuit.
    random : numpy.ndarray
        Generators, uint32, (lanes,), as a core is loaded with them; changed in place.
    """

    def __init__(
        self,
        program: Program,
        weights: TemporalWeights,
        options: TemporalOptions,
        random: np.ndarray,
    ) -> None:
        self.weights, self.random = weights, random
        self._program, self._options = program, options
        self._asks = options.asks
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Take the rates of an epoch, from 0."""
        options = self._options.in_epoch(epoch)
        self._constants = Constants.of(self._program, options, len(self.weights.forward))
        self._state = new_state(self._program, self.weights, options, self.random)

    def learn(self, samples: TemporalSamples, progress: Callable[[int], None] | None = None) -> int:
        """Learn samples; returns how many were right before the update of their last step.

        Ctrl-C takes effect between two samples, after ``progress`` has been told of each.
        """
        samples = check_samples(samples, self.weights.layers)
        hits = 0
        with DeferredInterrupt() as interrupt:
            for x, label in samples.one_by_one():
                first = self._asks(len(x)).start
                found = _sample(self._constants, self._state, x, label, first)
                hits += found == label
                if progress is not None:
                    progress(1)
                interrupt.check()
        return hits

    def predict(self, samples: TemporalSamples) -> np.ndarray:
        """Class of each sample, int64: the first of the highest outputs after its last step."""
        samples = check_samples(samples, self.weights.layers)
        c, state = self._constants, self._state
        found = [_sample(c, state, x, -1, len(x)) for x, _ in samples.one_by_one()]
        return np.array(found, np.int64)


@kernel
def _sample(c: Constants, state: State, x: np.ndarray, label: int, first: int) -> int:
    """Run a sample, and learn it if its label is not negative; returns the highest output.

    ``first`` is the first step of data with errors.
    """
    begin_sample(state)
    silent = np.zeros(x.shape[1], np.bool_)
    learns = label >= 0
    found = 0
    for t in range(x.shape[0] + (1 if learns and c.tagged else 0)):
        begin_epoch(state)
        inputs = x[t] if t < x.shape[0] else silent
        asked = label if first <= t < x.shape[0] else -1
        for step in range(c.steps):
            time_step(c, state, step, t * c.steps + step, inputs, asked)
            if learns:
                update_traces(c, state)
        if t == x.shape[0] - 1:
            found = int(np.argmax(state.outputs.v))
        if learns:
            learn(c, state, t == x.shape[0])
    return found
