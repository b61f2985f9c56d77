"""Layers of what other libraries have trained, by their attributes alone: none is imported."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backspike.golden.conversion.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    ReLU,
)
from backspike.golden.conversion.state_dict import layers_of_state
from backspike.golden.errors import UserError, check_text

__all__ = ["layers_of"]


def layers_of(network: object, words: str | None = None) -> list[Layer]:
    """Layers of a network; ``words`` are those of a state dict.

    Raises
    ------
    UserError
        If it is nothing that has layers, or has one that no core can run.
    """
    if words is not None:
        check_text("layers", words)
    if isinstance(network, Mapping):
        return layers_of_state({name: _array(value) for name, value in network.items()}, words)
    if words is not None and callable(getattr(network, "state_dict", None)):
        return layers_of(network.state_dict(), words)  # type: ignore[attr-defined]
    if words is not None:
        raise UserError(f"layers are of a state dict: {type(network).__name__} has its own")
    if hasattr(network, "coefs_") and hasattr(network, "intercepts_"):
        return _of_scikit_learn(network)
    if callable(getattr(network, "named_children", None)):
        return list(_of_torch(network))
    if isinstance(network, Sequence) and not isinstance(network, str | bytes):
        if not network:
            raise UserError("network must have layers, and has none")
        return list(network)
    unfit = " that is not fitted" if hasattr(network, "hidden_layer_sizes") else ""
    raise UserError(
        "network must be layers, a Sequential of torch, an MLPClassifier of scikit-learn or a "
        f"state dict, not {type(network).__name__}{unfit}"
    )


def _array(value: Any) -> Any:
    """A tensor of torch as an array; all else as it is."""
    for step in ("detach", "cpu", "numpy"):
        if callable(getattr(value, step, None)):
            value = getattr(value, step)()
    return value


def _of_scikit_learn(network: Any) -> list[Layer]:
    """Layers of an MLPClassifier or MLPRegressor."""
    activation = getattr(network, "activation", "relu")
    if activation != "relu" and len(network.coefs_) > 1:
        raise UserError(f"activation must be 'relu', whose rates neurons have, not {activation!r}")
    weights = [np.asarray(values).T for values in network.coefs_]
    biases = [np.asarray(values) for values in network.intercepts_]
    if getattr(network, "out_activation_", "") == "logistic":
        if len(weights[-1]) > 1:
            raise UserError("classes must exclude each other: this network tells several at once")
        # Of two classes: the second one where the output is above 0.
        weights[-1] = np.concatenate([-weights[-1], weights[-1]])
        biases[-1] = np.concatenate([-biases[-1], biases[-1]])
    layers: list[Layer] = []
    for weight, bias in zip(weights, biases, strict=True):
        layers += [Dense(weight, bias), ReLU()]
    return layers[:-1]


def _of_torch(module: Any) -> Iterator[Layer]:
    """Layers of a module, those in Sequentials within it, too."""
    kind = type(module).__name__
    if kind in _TORCH:
        if (made := _TORCH[kind](module)) is not None:
            yield made
    elif kind == "Sequential":
        for _, child in module.named_children():
            yield from _of_torch(child)
    else:
        raise UserError(
            f"{kind} is none of the known layers: {', '.join(['Sequential', *_TORCH])}; of a "
            "module whose forward pass is code, convert the state dict, and name its layers"
        )


def _linear(module: Any) -> Layer:
    return Dense(_array(module.weight), _bias(module))


def _bias(module: Any) -> Any:
    return 0.0 if module.bias is None else _array(module.bias)


def _conv(module: Any) -> Layer:
    if getattr(module, "padding_mode", "zeros") != "zeros":
        raise UserError(f"Conv2d must pad with zeros, not padding_mode={module.padding_mode!r}")
    names = ("stride", "padding", "dilation", "groups")
    options = {name: getattr(module, name) for name in names}
    return Conv2d(_array(module.weight), _bias(module), **options)


def _batch_norm(module: Any) -> Layer:
    weight, bias = (_array(values) for values in (module.weight, module.bias))
    return BatchNorm(
        _array(module.running_mean),
        _array(module.running_var),
        1.0 if weight is None else weight,
        0.0 if bias is None else bias,
        module.eps,
    )


def _pool(module: Any) -> Layer:
    if module.ceil_mode or module.divisor_override or not module.count_include_pad:
        raise UserError(
            "AvgPool2d must be plain: without ceil_mode and divisor_override, and with "
            "count_include_pad"
        )
    return AvgPool2d(module.kernel_size, module.stride, module.padding)


def _flatten(module: Any) -> Layer:
    if (module.start_dim, module.end_dim) != (1, -1):
        raise UserError(
            f"Flatten must be of all but the batch, not from {module.start_dim} to {module.end_dim}"
        )
    return Flatten()


#: Layers by the names of torch's classes; None for what does nothing where nothing is trained, or
#: keeps the order of outputs.
_TORCH: dict[str, Callable[[Any], Layer | None]] = {
    "Linear": _linear,
    "Conv2d": _conv,
    "BatchNorm1d": _batch_norm,
    "BatchNorm2d": _batch_norm,
    "AvgPool2d": _pool,
    "Flatten": _flatten,
    "ReLU": lambda module: ReLU(),
    "Dropout": lambda module: None,
    "Dropout2d": lambda module: None,
    "Identity": lambda module: None,
}
