"""A cell library in Liberty's format: capacitances of pins, and energies of their transitions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

__all__ = ["CellPin", "EnergyTable", "Library", "read_library"]

_COMMENT = re.compile(r"/\*.*?\*/|\\\n", re.DOTALL)
_TOKEN = re.compile(r'"[^"]*"|[{}();:,]|[^\s{}();:,"]+')
#: Groups with the energies of a rise, of a fall, or of either.
_ENERGIES = ("rise_power", "fall_power", "power")


@dataclass
class _Group:
    """Statements within braces: ``name : value;``, ``name (values);``, ``name (of) {group}``."""

    values: dict[str, list[str]] = field(default_factory=dict)
    groups: list[tuple[str, str, "_Group"]] = field(default_factory=list)

    def named(self, kind: str) -> Iterator[tuple[str, "_Group"]]:
        """Groups of a kind, and what each is of."""
        return ((of, group) for name, of, group in self.groups if name == kind)

    def number(self, name: str) -> float:
        """A value, or 0 where there is none."""
        return float(self.values.get(name, ["0"])[0])


@dataclass(frozen=True)
class EnergyTable:
    """Energy within a cell for a transition of a pin, pJ, the mean of a rise and of a fall.

    Attributes
    ----------
    related : str
        The input that causes the transition, or nothing for an input's own.
    loads : numpy.ndarray
        Rows of ``values``, pF; one row for an input.
    slews : numpy.ndarray
        Columns, ns.
    """

    related: str
    loads: np.ndarray
    slews: np.ndarray
    values: np.ndarray

    def at(self, load: float, slew: float) -> float:
        """Energy between the entries; beyond the table's ends, that of the end."""
        rows = [np.interp(slew, self.slews, row) for row in self.values]
        return float(np.interp(load, self.loads, rows))


@dataclass(frozen=True)
class CellPin:
    """A pin: its capacitance, pF, and its energies by the input that causes them."""

    output: bool
    clock: bool
    capacitance: float
    energies: tuple[EnergyTable, ...]


@dataclass(frozen=True)
class Library:
    """Supply voltage, and pins by cell and name."""

    voltage: float
    cells: dict[str, dict[str, CellPin]]


def read_library(text: str) -> Library:
    """Read a library whose units are those of most: ns, pF, V, and thus pJ.

    Raises
    ------
    ValueError
        If they are others.
    """
    tokens = _TOKEN.findall(_COMMENT.sub(" ", text))
    _, library = next(_read(iter(tokens)).named("library"))
    units = library.values["time_unit"] + library.values["capacitive_load_unit"]
    if units != ["1ns", "1", "pf"]:
        raise ValueError(f"units must be ns and pF, not {' '.join(units)}")
    cells = {
        name: {pin: _pin(group) for pin, group in cell.named("pin")}
        for name, cell in library.named("cell")
    }
    return Library(library.number("nom_voltage"), cells)


def _read(tokens: Iterator[str]) -> _Group:
    """Statements up to the end of a group, or of the file."""
    group = _Group()
    for name in tokens:
        if name == "}":
            break
        if name == ";":
            continue
        after = next(tokens)
        if after == ":":
            group.values[name] = [next(tokens).strip('"')]
            continue
        values = []
        while (token := next(tokens)) != ")":
            values += [token.strip('"')] * (token != ",")
        if next(tokens) == "{":
            group.groups.append((name, values[0] if values else "", _read(tokens)))
        else:
            group.values[name] = values
    return group


def _pin(group: _Group) -> CellPin:
    return CellPin(
        output=group.values["direction"] == ["output"],
        clock=group.values.get("clock") == ["true"],
        capacitance=group.number("capacitance"),
        energies=tuple(_table(power) for _, power in group.named("internal_power")),
    )


def _table(power: _Group) -> EnergyTable:
    """Table of a group ``internal_power``: an input's depends on its slew alone."""
    tables = [group for kind in _ENERGIES for _, group in power.named(kind)]
    first = _numbers(tables[0].values["index_1"][0])
    with_load = "index_2" in tables[0].values
    return EnergyTable(
        power.values.get("related_pin", [""])[0],
        first if with_load else np.zeros(1),
        _numbers(tables[0].values["index_2"][0]) if with_load else first,
        np.mean([[_numbers(row) for row in table.values["values"]] for table in tables], axis=0),
    )


def _numbers(text: str) -> np.ndarray:
    return np.array([float(number) for number in text.split(",")])
