"""Groups of neurons of a network, by name."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from backspike.golden.names import Named
from backspike.golden.network.neurons import Input, Part, Population
from backspike.hdl.keywords import check_keywords, names_keywords

__all__ = ["Groups"]

#: Keywords of a population.
_CONSTANTS = [field.name for field in fields(Population)]

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


def _with_fields_of(
    make: Callable[Arguments, Made],
) -> Callable[[Callable[..., Made]], Callable[Concatenate["Groups", Arguments], Made]]:
    """Decorator of a method that takes what ``make`` takes, so that its fields stand once."""
    return lambda method: cast(Callable[Concatenate["Groups", Arguments], Made], method)


class Groups:
    """Populations of compartments, and inputs that the host drives.

    Attributes
    ----------
    populations, inputs : dict
        By name, in the order of their making.
    """

    def __init__(self) -> None:
        self.populations: dict[str, Population] = Named("population", {})
        self.inputs: dict[str, Input] = Named("input", {})

    @_with_fields_of(Population)
    def population(self, name: str, size: int, **constants: Any) -> Population:
        """Add ``size`` compartments of equal constants, the fields of :class:`Population`.

        Raises
        ------
        TypeError, ValueError
            If the name is taken or a constant is out of its range.
        """
        self._check_name(name)
        check_keywords("population()", constants, _CONSTANTS)
        if "threshold" not in constants:
            raise TypeError(f"population {name!r} must have a threshold=, such as threshold=100")
        for field in ("sums_of", "watches", "gate"):
            if constants.get(field) is not None:
                self._part(f"{field} of population {name!r}", constants[field])
        self.populations[name] = made = Population(name, size, **constants)
        return made

    @names_keywords
    def input(self, name: str, size: int) -> Input:
        """Add ``size`` axons that the host drives.

        Raises
        ------
        TypeError, ValueError
            If the name is taken or ``size`` is out of range.
        """
        self._check_name(name)
        self.inputs[name] = made = Input(name, size)
        return made

    def _check_name(self, name: object) -> None:
        if not isinstance(name, str) or not name:
            raise TypeError(f"name must be a str that is not empty, not {name!r}")
        if name in self.populations or name in self.inputs:
            raise ValueError(f"name {name!r} is already taken")

    def _part(self, what: str, neurons: object) -> Part:
        """``neurons`` as a part of a group of this network."""
        if not isinstance(neurons, Population | Input | Part):
            raise TypeError(f"{what} must be a population, an input or a part, not {neurons!r}")
        part = neurons if isinstance(neurons, Part) else neurons[:]
        name = part.owner.name
        if part.owner is not self.populations.get(name) and part.owner is not self.inputs.get(name):
            raise ValueError(f"{what} must be of this network, and {name!r} is not")
        return part
