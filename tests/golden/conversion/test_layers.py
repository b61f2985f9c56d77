"""Layers: their fields, and the primitives of NIR that they are."""

import pytest

from backspike.golden.conversion.layers import KINDS, AvgPool2d, Dense, Flatten
from backspike.golden.nir.primitives import PRIMITIVES


def test_every_linear_layer_is_a_primitive_with_its_fields():
    linear = {name: kind.primitive for name, kind in KINDS.items() if kind.primitive}
    assert linear == {
        "Dense": "Affine", "Conv2d": "Conv2d", "AvgPool2d": "AvgPool2d", "Flatten": "Flatten"
    }  # fmt: skip
    for name, primitive in linear.items():
        assert KINDS[name].parsed == PRIMITIVES[primitive].fields


def test_the_stride_of_a_pooling_is_its_size_unless_named():
    assert AvgPool2d(3).raw() == {"kernel_size": 3, "stride": 3, "padding": 0}
    assert AvgPool2d(3, stride=1).raw()["stride"] == 1
    assert Flatten().raw() == {"start_dim": 0, "end_dim": -1}


def test_a_layer_needs_its_weights():
    assert repr(Dense([[1.0]])) == "Dense()"
    with pytest.raises(TypeError, match="weight"):
        Dense()
