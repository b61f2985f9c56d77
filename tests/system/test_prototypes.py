"""Prototypes in the RTL: some hundred digits, pair by pair, and every weight of the equations."""

import numpy as np

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.prototype_learner import PrototypeCircuitLearner, prototype_program
from backspike.golden.engine import write_register
from backspike.golden.prototypes.circuit import PROTOTYPE_STEPS
from backspike.golden.prototypes.equations import winners
from backspike.golden.prototypes.host import prototype_stimulus, read_winners
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState
from backspike.sim.engines.verilator import VerilatorEngine

OPTIONS = PrototypeOptions(per_class=5)
SAMPLES = 400


def test_pairs_of_digits():
    data = load_dataset("digits")
    order = np.argsort(data.y_train[:SAMPLES] // 2, kind="stable")
    x, y = data.x_train[order], data.y_train[order]
    state = PrototypeState.fresh(data.n_in, data.n_classes, OPTIONS, lanes=16, seed=1)
    program = prototype_program(state, OPTIONS, seed=1)
    engine = VerilatorEngine(program.params)
    learner = PrototypeCircuitLearner(state, OPTIONS, program, engine)
    for part in np.array_split(np.arange(SAMPLES), 8):
        learner.learn(x[part], y[part])
        assert not learner.mismatches(), f"samples {part}"
    np.testing.assert_array_equal(engine.read("random"), state.random)
    write_register(engine, "learn", 0)
    tested = data.x_test[:100]
    record = engine.run(PROTOTYPE_STEPS * len(tested), prototype_stimulus(program, tested))
    np.testing.assert_array_equal(
        read_winners(program, record, len(tested)), winners(state, tested)
    )
    engine.close()
