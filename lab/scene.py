"""Scenes: a network that is watched, its spikes from outside, and what may be changed of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from backspike.experiments.examples.example import SMALL_CORE
from backspike.golden.network.network import Network
from backspike.hdl.params import CoreParams

__all__ = ["Built", "Choices", "Field", "Place", "Scene", "number", "picture", "rule"]

#: Values of the fields of a scene, by name: numbers, and the texts of rules.
Choices = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A constant of a scene that may be changed.

    Attributes
    ----------
    name, label : str
        In the scene, and as a reader sees it.
    value : int, float or str
        Its value at first; the text of a rule is a str.
    low, high, step : float
        Range of a number, and the distance of two values.
    unit : str
        Unit of a number.
    kind : {"number", "rule", "picture"}
        A picture is a text of 0 and 1, by pixel.
    columns : int
        Pixels in a row of a picture.
    """

    name: str
    label: str
    value: int | float | str
    low: float = 0
    high: float = 0
    step: float = 1
    unit: str = ""
    kind: Literal["number", "rule", "picture"] = "number"
    columns: int = 0


def number(
    name: str, label: str, value: float, low: float, high: float, step: float = 1, unit: str = ""
) -> Field:
    """A field that holds a number; a whole one if its steps are."""
    return Field(name, label, value, low, high, step, unit)


def rule(text: str, label: str = "learning rule") -> Field:
    """The field ``rule``, which holds a learning rule."""
    return Field("rule", label, text, kind="rule")


def picture(pixels: str, columns: int, label: str) -> Field:
    """The field ``picture``, which holds black and white pixels, row after row, as 0 and 1."""
    return Field("picture", label, pixels, kind="picture", columns=columns)


class Place(NamedTuple):
    """Place of a group in the drawing, which is 100 wide and 60 high.

    Its neurons stand in rows of ``columns``, ``gap`` apart, around (``x``, ``y``).
    """

    group: str
    x: float
    y: float
    columns: int = 1
    gap: float = 8.0

    def spots(self, size: int) -> list[tuple[float, float]]:
        """Place of each neuron of a group of ``size``."""
        rows = -(-size // self.columns)
        return [
            (
                round(self.x + self.gap * (n % self.columns - (self.columns - 1) / 2), 2),
                round(self.y + self.gap * (n // self.columns - (rows - 1) / 2), 2),
            )
            for n in range(size)
        ]


class Built(NamedTuple):
    """A network, and its spikes by input, as :meth:`~.simulation.Simulation.run` takes them."""

    network: Network
    inputs: Mapping[str, object]


@dataclass(frozen=True)
class Scene:
    """A network to watch.

    Attributes
    ----------
    name, title : str
        On the command line, and on the page.
    about : str
        Sentences on what happens, and what to look for.
    steps : int
        Time steps that are run.
    places : tuple of Place
        All groups that are drawn.
    fields : tuple of Field
        Constants that may be changed.
    build : callable
        Makes the network of values of all fields.
    lines : tuple of str
        Probes that are drawn over the steps, beside spikes and weights.
    look : int
        Step whose cycles are worth a look.
    window : tuple of float
        What the weights of the one connection that learns are drawn over when all is done, such as
        a difference of two times for each; none for a drawing over the steps alone.
    rests : tuple of int
        Steps before which everything but weights comes to rest: samples in time begin anew.
    core : CoreParams
        The core that every edit of it runs on, so that one simulator serves them all.
    """

    name: str
    title: str
    about: str
    steps: int
    places: tuple[Place, ...]
    fields: tuple[Field, ...]
    build: Callable[[Choices], Built]
    lines: tuple[str, ...]
    look: int
    window: tuple[float, ...] = ()
    rests: tuple[int, ...] = ()
    core: CoreParams = SMALL_CORE

    @property
    def values(self) -> dict[str, Any]:
        """Values of all fields at first."""
        return {field.name: field.value for field in self.fields}

    @property
    def parts(self) -> list[tuple[int, int]]:
        """First step of each part between two rests, and the step after its last one."""
        return list(pairwise((0, *self.rests, self.steps)))
