"""Random networks that learn over time, on the RTL: every weight is that of the equations."""

import numpy as np
import pytest

from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import VerilatorEngine

#: A core with room for any of them.
PARAMS = CoreParams(
    compartments=512,
    input_axons=64,
    lists=2048,
    dense_words=2048,
    sparse_words=128,
    lanes=4,
    weight_bits=8,
    delay_slots=8,
    tags=True,
    watch=True,
    more_factors=True,
    rules=8,
)


@pytest.fixture(scope="module")
def rtl():
    engine = VerilatorEngine(PARAMS)
    yield engine
    engine.close()


@pytest.mark.parametrize("seed", range(24))
def test_every_weight_of_the_rtl_is_that_of_the_equations(temporal_case, rtl, seed):
    case = temporal_case(seed, PARAMS)
    equations = case.equations()
    rtl.load(case.program)
    for number, _ in enumerate(case.run(rtl)):
        equations.learn(case.samples.of(slice(number, number + 1)))
        for name, matrix in equations.weights.named().items():
            found = case.program.matrix(rtl, name)
            np.testing.assert_array_equal(found, matrix, f"{name}, sample {number}")
    np.testing.assert_array_equal(rtl.read("random"), equations.random)
