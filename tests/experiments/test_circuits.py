"""The circuits by name: each learns what its variant of the equations learns."""

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions
from backspike.golden.nbp.variants import VARIANTS


@pytest.mark.parametrize("name", CIRCUITS)
def test_it_follows_its_variant(name, compare):
    layers = (20, 5) if name == "delta" else (20, 12, 5)
    weights = init_weights(layers, 3, 64)
    x = np.random.default_rng(1).integers(2, size=(150, 20), dtype=np.uint8)
    engine = GoldenCore(CIRCUITS[name].learn(weights, 4).program.params)
    compare(engine, weights, x, np.argmax(x[:, :5], axis=1), name)
    assert CIRCUITS[name].variant in VARIANTS
    assert CIRCUITS[name].checked.startswith("golden equations")


@pytest.mark.parametrize("more", [{"learning": LearningOptions(margin=128)}, {"rivals": True}])
def test_the_papers_learns_as_the_paper_says(more):
    with pytest.raises(UserError, match=r"^the paper's circuit learns as the paper says, not with"):
        CIRCUITS["paper"].learn(init_weights((20, 12, 5), 3), 4, **more)


def test_another_rule_is_compiled():
    weights = init_weights((20, 12, 5), 3)
    own, other = (
        CIRCUITS["folded"].learn(weights, 4, rule=rule).program for rule in (None, "dw = 4*x0*y0")
    )
    assert not np.array_equal(own.memories["microcode"], other.memories["microcode"])
