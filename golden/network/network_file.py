"""Files of networks: the calls that make one, and their arrays."""

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import numpy as np

from backspike.golden.array_file import arrays_of, check_names
from backspike.golden.errors import UserError, check_path, check_type
from backspike.golden.files import write_arrays
from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Part, Population
from backspike.golden.network.trace_constants import TraceConstants
from backspike.golden.rules.microcode import CompiledRule
from backspike.hdl.layouts import SignMode

__all__ = ["load_network", "save_network"]

_FORMAT = "backspike network 1"
#: Methods of a network that a file may call.
_METHODS = (
    "input",
    "population",
    "connect",
    "convolve",
    "teach",
    "transpose",
    "share",
    "reward",
    "traces",
)
#: Fields of a population that are its name and size, or have been made into others.
_NOT_KEPT = ("name", "size", "tau_u", "tau_v")
#: Marks in the file for what JSON has no form of.
_PART, _ARRAY = "neurons", "array"

Call = tuple[str, dict[str, Any]]


def save_network(network: Network, path: str | Path) -> Path:
    """Write a network as one ``.npz`` file, readable with numpy alone; returns its path.

    Raises
    ------
    TypeError, ValueError
        If it is no network, or the name does not end in ``.npz``.
    OSError
        If the file cannot be written.
    """
    check_type("network", network, Network)
    path = check_path("a network", path, ".npz")
    arrays: dict[str, np.ndarray] = {}
    calls = [
        [method, {name: _packed(value, arrays) for name, value in arguments.items()}]
        for method, arguments in _calls(network)
    ]
    meta = {
        "format": _FORMAT,
        "seed": network.seed,
        "epoch": network.epoch,
        "lava": network.lava,
        "calls": calls,
    }
    write_arrays(path, {"meta": np.array(json.dumps(meta)), **arrays})
    return path


def load_network(path: str | Path) -> Network:
    """Read what :func:`save_network` wrote.

    Raises
    ------
    TypeError
        If it is no path.
    FileNotFoundError
        If there is no such file.
    UserError
        If it holds no network, or is damaged.
    """
    path, found = arrays_of("a network", path, names=("meta",))
    try:
        meta = json.loads(str(found["meta"]))
        known = meta["format"] == _FORMAT
    except (KeyError, RecursionError, TypeError, ValueError):
        known = False
    if not known:
        raise UserError(f"{path} is not a network of this version")
    _, arrays = arrays_of("a network", path, check_names(rf"{_ARRAY}/\d+"))
    try:
        network = Network(seed=meta["seed"], epoch=meta["epoch"], lava=meta["lava"])
        for method, arguments in meta["calls"]:
            made = {name: _unpacked(value, arrays, network) for name, value in arguments.items()}
            getattr(network, _METHODS[_METHODS.index(method)])(**made)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UserError(f"{path} is damaged: {error}") from None
    return network


def _calls(network: Network) -> Iterator[Call]:
    """The calls that make a network."""
    for group in network.inputs.values():
        yield "input", {"name": group.name, "size": group.size}
    for population in network.populations.values():
        yield "population", _population(population)
    for connection in network.connections.values():
        yield "connect", _connection(connection)
    for c in network.convolutions.values():
        kernels = np.ldexp(c.weights.astype(np.float64), c.exponent)
        names = ("name", "source", "target", "image", "stride", "pad", "delay", "exponent", "sign")
        found = {name: getattr(c, name) for name in names} | {"kernels": kernels}
        yield "convolve", found | _learned(c)
    for method, uses in (
        ("teach", network.teachers),
        ("transpose", network.transposes.values()),
        ("share", network.shares),
        ("reward", network.rewards),
    ):
        for use in uses:
            found = {field.name: getattr(use, field.name) for field in fields(use)}
            yield method, found | _rule(found.pop("rule", None))
    constants = network.trace_constants
    yield "traces", {field.name: getattr(constants, field.name) for field in fields(TraceConstants)}


def _population(population: Population) -> dict[str, Any]:
    """Arguments of a population, but for those that are as they are anyway."""
    found: dict[str, Any] = {"name": population.name, "size": population.size}
    for field in fields(Population):
        value = getattr(population, field.name)
        if field.name not in _NOT_KEPT and (field.default is MISSING or value is not field.default):
            found[field.name] = value
    return found


def _connection(c: Connection) -> dict[str, Any]:
    names = ("name", "source", "target", "delay", "delays", "tags", "sign")
    found = {name: getattr(c, name) for name in names}
    found["weights"] = np.ldexp(c.weights.astype(np.float64), c.exponents)
    found["pattern"] = c.pairs if len(c.pairs) else c.pattern.value
    found["exponent"] = None if c.exponents.ndim else int(c.exponents)
    return found | _learned(c)


def _learned(c: Connection | Convolution) -> dict[str, Any]:
    """Arguments of what learns."""
    if c.rule is None:
        return {}
    return {"bits": (9 if c.sign is SignMode.MIXED else 8) - c.lsb} | _rule(c.rule)


def _rule(rule: CompiledRule | None) -> dict[str, Any]:
    """Arguments of a rule, if there is one."""
    if rule is None:
        return {}
    return {
        "rule": rule.rule.text,
        "rounding": "stochastic" if rule.stochastic else "floor",
        "reinforcement": rule.reinforcement,
    }


def _packed(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """A value for JSON; arrays are put aside."""
    if isinstance(value, Population | Input):
        value = value[:]
    if isinstance(value, Part):
        return {_PART: [value.owner.name, value.first, value.size]}
    if isinstance(value, SignMode):
        return value.name.lower()
    if isinstance(value, np.ndarray):
        name = f"array/{len(arrays)}"
        arrays[name] = value
        return {_ARRAY: name}
    return value.item() if isinstance(value, np.generic) else value


def _unpacked(value: Any, arrays: dict[str, np.ndarray], network: Network) -> Any:
    """A value out of JSON."""
    if not isinstance(value, dict):
        return tuple(value) if isinstance(value, list) else value
    if _ARRAY in value:
        return arrays[value[_ARRAY]]
    name, first, size = value[_PART]
    group = network.inputs.get(name) or network.populations[name]
    return group if (first, size) == (0, group.size) else group[first : first + size]
