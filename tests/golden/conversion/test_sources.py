"""Layers of other libraries' objects, known by their attributes."""

from types import SimpleNamespace

import numpy as np
import pytest

from backspike.golden.conversion.float_net import float_net
from backspike.golden.conversion.layers import BatchNorm, Dense, ReLU
from backspike.golden.conversion.sources import layers_of
from backspike.golden.errors import UserError

RNG = np.random.default_rng(1)


def perceptron(**options):
    sklearn = pytest.importorskip("sklearn.neural_network")
    x = RNG.normal(0, 1, (60, 5))
    y = (x[:, 0] > 0) + (x[:, 1] > 0.5) * options.pop("third", 1)
    made = sklearn.MLPClassifier((7, 6), solver="lbfgs", max_iter=20, random_state=1, **options)
    with np.errstate(all="ignore"):
        return made.fit(x, y), x


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("third", [0, 1])
def test_a_classifier_of_scikit_learn_predicts_the_same(third):
    made, x = perceptron(third=third)
    outputs = float_net(layers_of(made), (5,)).outputs(x)
    assert outputs.shape == (60, 2 + third)
    assert np.array_equal(outputs.argmax(axis=1), made.predict(x))


@pytest.mark.filterwarnings("ignore")
def test_other_activations_and_labels_of_several_classes_are_refused():
    made, _ = perceptron(activation="tanh")
    message = "^activation must be 'relu', whose rates neurons have, not 'tanh'$"
    with pytest.raises(UserError, match=message):
        layers_of(made)
    several = SimpleNamespace(
        coefs_=[np.ones((2, 3))], intercepts_=[np.zeros(3)], out_activation_="logistic"
    )
    with pytest.raises(UserError, match=r"^classes must exclude each other"):
        layers_of(several)


class Tensor:
    """As torch's: what numpy wants of it comes in steps."""

    def __init__(self, array):
        self._array = array

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return self._array


def module(kind, children=(), **fields):
    """An object with the name of a class of torch, and its attributes."""
    fields = {
        name: Tensor(value) if isinstance(value, np.ndarray) else value
        for name, value in fields.items()
    }
    named = [(str(k), child) for k, child in enumerate(children)]
    made = type(kind, (), {"named_children": lambda self: iter(named)})()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def linear(*shape, bias=None):
    return module("Linear", weight=RNG.normal(0, 1, shape), bias=bias)


FLAT = {"start_dim": 1, "end_dim": -1}
POOL = {"kernel_size": 2, "stride": 2, "padding": 0, "ceil_mode": False,
        "count_include_pad": True, "divisor_override": None}  # fmt: skip
CONV = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1,
        "padding_mode": "zeros"}  # fmt: skip


def test_a_sequential_is_its_layers_those_within_it_too():
    block = module("Sequential", [
        module("Conv2d", weight=RNG.normal(0, 1, (4, 2, 3, 3)), bias=np.ones(4), **CONV),
        module("BatchNorm2d", running_mean=np.zeros(4), running_var=np.ones(4), weight=None,
               bias=None, eps=1e-5),
        module("ReLU"), module("Dropout"),
    ])  # fmt: skip
    net = module("Sequential", [block, module("AvgPool2d", **POOL), module("Flatten", **FLAT),
                                linear(3, 36, bias=np.ones(3))])  # fmt: skip
    layers = layers_of(net)
    names = [type(layer).__name__ for layer in layers]
    assert names == ["Conv2d", "BatchNorm", "ReLU", "AvgPool2d", "Flatten", "Dense"]
    assert float_net(layers, (2, 6, 6)).outputs(np.zeros((1, 2, 6, 6))).shape == (1, 3)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (module("MaxPool2d"), r"^MaxPool2d is none of the known layers: Sequential, Linear, Conv"),
        (module("Net", [linear(2, 3)]), r"code, convert the state dict, and name its layers$"),
        (module("AvgPool2d", **{**POOL, "ceil_mode": True}), r"^AvgPool2d must be plain"),
        (module("Flatten", start_dim=2, end_dim=-1), r"all but the batch, not from 2 to -1$"),
        (module("Conv2d", **{**CONV, "padding_mode": "reflect"}), r"padding_mode='reflect'$"),
    ],
)
def test_modules_that_no_core_runs_are_refused(made, message):
    with pytest.raises(UserError, match=message):
        layers_of(module("Sequential", [made]))


def test_statistics_that_torch_does_not_keep_are_missing():
    bare = module("BatchNorm1d", running_mean=None, running_var=None, weight=None, bias=None,
                  eps=1e-5)  # fmt: skip
    layers = layers_of(module("Sequential", [linear(3, 2), bare]))
    assert isinstance(layers[1], BatchNorm)
    with pytest.raises(UserError, match=r"^layer 2 \(BatchNorm\): mean is missing$"):
        float_net(layers, (2,))


def test_a_state_dict_comes_as_one_or_of_a_module():
    state = {"a.weight": Tensor(np.ones((3, 2))), "b.weight": Tensor(np.ones((2, 3)))}
    names = [type(layer).__name__ for layer in layers_of(state)]
    assert names == ["Dense", "ReLU", "Dense"]
    holder = SimpleNamespace(state_dict=lambda: state)
    made = layers_of(holder, "dense, dense")
    assert [type(layer).__name__ for layer in made] == ["Dense", "Dense"]


def test_layers_are_taken_as_they_are():
    layers = (Dense(np.eye(2)), ReLU())
    assert layers_of(layers) == list(layers)


@pytest.mark.parametrize(
    ("network", "words", "message"),
    [
        ([], None, r"^network must have layers, and has none$"),
        (7, None, r"^network must be layers, a Sequential of torch, .*, not int$"),
        ("net.pt", None, r"state dict, not str$"),
        (SimpleNamespace(hidden_layer_sizes=(3,)), None, r"not SimpleNamespace that is not fitted"),
        ([Dense(np.eye(2))], "dense", r"^layers are of a state dict: list has its own$"),
    ],
)
def test_what_has_no_layers_is_refused(network, words, message):
    with pytest.raises(UserError, match=message):
        layers_of(network, words)


def test_torch_itself():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    nn = torch.nn
    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(36, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 3),
    )  # fmt: skip
    x = torch.rand(20, 2, 6, 6)
    net(x)  # which the statistics are of
    net.eval()
    with torch.no_grad():
        wanted = net(x).numpy()
    words = "conv padding=1, batchnorm, relu, avgpool 2, flatten, dense, batchnorm, relu, dense"
    for layers in (layers_of(net), layers_of(net.state_dict(), words)):
        made = float_net(layers, (2, 6, 6)).outputs(x.numpy().astype(float))
        assert np.abs(made - wanted).max() < 1e-5
