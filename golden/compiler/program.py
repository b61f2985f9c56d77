"""A compiled network: the words of each memory, and where its parts were placed. Plain data."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from backspike.golden.array_file import arrays_of
from backspike.golden.compiler.program_checks import check_contents, check_headers
from backspike.golden.compiler.synapse_places import Placement, SinglePlacement, SynapseValue
from backspike.golden.errors import UserError, check_path
from backspike.golden.files import write_arrays
from backspike.golden.names import Named
from backspike.hdl.host_map import MAP_VERSION, OLDEST_PROGRAM
from backspike.hdl.layouts import TAG_BITS, sparse_layout
from backspike.hdl.packing import unpack_array, unpack_lanes, unpack_weights
from backspike.hdl.params import CoreParams

__all__ = ["Placement", "Program", "SynapseCost"]

#: Field of a sparse synapse that has what dense synapses have in a memory of their own.
_SPARSE_FIELDS: dict[SynapseValue, str] = {"dense": "weight", "tags": "tag", "delays": "delay"}


class Memories(Protocol):
    """Source of host words, such as an engine."""

    def read(self, memory: str) -> np.ndarray:
        """Whole memory as host words, uint64, by name in ``host_map.MEMORIES``."""
        ...


@dataclass(frozen=True)
class SynapseCost:
    """Memory that one connection, or another use of its synapses, takes.

    Attributes
    ----------
    name : str
    format : str
        ``dense``, ``sparse``, ``shared`` (a convolution's words, by many lists), ``column``
        (backwards through another's words) or ``again`` (forwards through them).
    synapses : int
        Pairs of neurons that it joins.
    words : int
        Words of synapse memory: of ``lanes`` weights in dense lists, of one synapse in sparse ones.
    lists : int
        Descriptors; fixed sparse synapses of an axon share one, counted with each connection.
    bits : int
        All of these, with tags and delays.
    others : dict of str to int
        Bits that the formats which it does not have would take.
    """

    name: str
    format: str
    synapses: int
    words: int
    lists: int
    bits: int
    others: dict[str, int]


@dataclass(frozen=True, repr=False)
class Program:
    """A network as an engine loads it.

    Attributes
    ----------
    params : CoreParams
        The core that it was compiled for.
    memories : dict of str to numpy.ndarray
        Host words from address 0, uint64, by name in ``host_map.MEMORIES``. A memory is at most
        as long as the core's; what it leaves out is as on a new core.
    registers : dict of str to int
        By name in ``host_map.REGISTERS``; likewise.
    populations : dict of str to (int, int)
        First compartment and number of compartments.
    inputs : dict of str to (int, int)
        First input axon (0 is the first of the host's) and number of axons.
    placements : dict of str to Placement or SinglePlacement
        Synapses of connections and convolutions, by name.
    costs : tuple of SynapseCost
        Format that the compiler has chosen for each connection, and what it takes.
    """

    params: CoreParams
    memories: dict[str, np.ndarray]
    registers: dict[str, int]
    populations: dict[str, tuple[int, int]] = field(default_factory=dict)
    inputs: dict[str, tuple[int, int]] = field(default_factory=dict)
    placements: dict[str, Placement | SinglePlacement] = field(default_factory=dict)
    costs: tuple[SynapseCost, ...] = ()

    def __repr__(self) -> str:
        groups = ", ".join(
            f"{what} " + ", ".join(f"{name} ({size})" for name, (_, size) in places.items())
            for what, places in (("populations", self.populations), ("inputs", self.inputs))
            if places
        )
        joins = f"{len(self.placements)} connections" if self.placements else ""
        parts = "; ".join(part for part in (groups, joins) if part)
        return f"Program({parts or 'no names'}; {self.params!r})"

    @property
    def weights(self) -> int:
        """Weights of all matrices, fixed ones that errors go back through included."""
        matrices = [place for place in self.placements.values() if isinstance(place, Placement)]
        return sum(place.targets * len(place.words) for place in matrices if len(place.words) > 1)

    @property
    def input_axons(self) -> int | None:
        """Input axons in use; None where inputs have no names."""
        return max((first + size for first, size in self.inputs.values()), default=None)

    def matrix(self, engine: Memories, name: str, memory: SynapseValue = "dense") -> np.ndarray:
        """Weights, tags or delays of a connection or convolution as they are on an engine.

        Parameters
        ----------
        engine : Engine
        name : str
        memory : {"dense", "tags", "delays"}
            Weights, as they are stored, tags or delays.

        Returns
        -------
        numpy.ndarray
            int16, shaped as the network's: (sources, targets), (1, targets), (synapses,), or
            (height, width, channels in, channels out) of a kernel.

        Raises
        ------
        UnknownNameError, UserError
            If there is no such connection, or the core has no tags, or no delays of dense synapses.
        """
        home = self.memory_of(name, memory)
        return self.placements[name].gather(self.synapses(engine.read(home), home, memory))

    def memory_of(self, name: str, memory: SynapseValue = "dense") -> str:
        """Memory of a core that has the weights, tags or delays of a connection."""
        return "sparse" if self.placements[name].memory == "sparse" else memory

    def synapses(self, words: np.ndarray, home: str, memory: SynapseValue = "dense") -> np.ndarray:
        """Values of synapses, int16, out of words of the memory ``home``: (words, lanes) if dense.

        Raises
        ------
        UserError
            If the core has no such values.
        """
        p = self.params
        if home == "sparse":
            columns = unpack_array(sparse_layout(p), words)
            if _SPARSE_FIELDS[memory] not in columns:
                raise UserError(f"{memory} must not be read: synapses of this core have none")
            return columns[_SPARSE_FIELDS[memory]].astype(np.int16)
        if home == "dense":
            return unpack_weights(p, words)
        if home == "tags":
            return unpack_lanes(p, words, TAG_BITS)
        return unpack_lanes(p, words, p.slot_bits, is_signed=False)

    def matrices(
        self, words: np.ndarray, names: Iterable[str], memory: SynapseValue = "dense"
    ) -> dict[str, np.ndarray]:
        """Matrices of several dense connections, as of :meth:`matrix`, out of a memory's words.

        Raises
        ------
        UserError
            If the synapses of one are in another memory.
        """
        chosen = list(names)
        for name in chosen:
            if (home := self.memory_of(name, memory)) != memory:
                raise UserError(f"{name!r} must be read by `matrix`: it is in memory {home!r}")
        lanes = self.synapses(words, memory, memory)
        return {name: self.placements[name].gather(lanes) for name in chosen}

    def __post_init__(self) -> None:
        for what, field_name in (
            ("population", "populations"),
            ("input", "inputs"),
            ("connection", "placements"),
        ):
            object.__setattr__(self, field_name, Named(what, getattr(self, field_name)))
        check_contents(self.params, self.memories, self.registers)

    def save(self, path: str | Path) -> Path:
        """Write as ``.npz``, readable with numpy alone; returns its path.

        Raises
        ------
        TypeError, UserError
            If it is no path, or does not end in ``.npz``.
        """
        path = check_path("a program", path, ".npz")
        arrays: dict[str, np.ndarray] = {
            f"memory/{name}": words for name, words in self.memories.items()
        }
        lists = {n: place for n, place in self.placements.items() if isinstance(place, Placement)}
        single = {
            n: place for n, place in self.placements.items() if isinstance(place, SinglePlacement)
        }
        arrays |= {f"placement/{name}": place.words for name, place in lists.items()}
        arrays |= {f"addresses/{name}": place.addresses for name, place in single.items()}
        arrays |= {f"entries/{name}": place.entries for name, place in single.items()}
        meta = {
            "map_version": MAP_VERSION,
            "params": self.params.settings,
            "registers": self.registers,
            "populations": self.populations,
            "inputs": self.inputs,
            "targets": {name: place.targets for name, place in lists.items()},
            "costs": [asdict(cost) for cost in self.costs],
            "rotated": {name: place.rotated for name, place in lists.items()},
            "single": {name: [place.memory, place.shape] for name, place in single.items()},
        }
        write_arrays(path, {"meta": np.array(json.dumps(meta)), **arrays})
        return path

    @classmethod
    def load(cls, path: str | Path) -> "Program":
        """Read what :meth:`save` wrote.

        Raises
        ------
        TypeError
            If it is no path.
        FileNotFoundError
            If there is no such file.
        UserError
            If the file is no program, or one for another version of the host map.
        """
        path, found = arrays_of("a program", path, names=("meta",))
        if "meta" not in found:
            raise UserError(f"{path} is not a program: it has no 'meta'")
        try:
            meta = json.loads(str(found["meta"]))
            if OLDEST_PROGRAM <= meta["map_version"] <= MAP_VERSION:
                params = CoreParams(**meta["params"])
                _, arrays = arrays_of(
                    "a program", path, lambda headers: check_headers(params, headers)
                )
                return cls._of_arrays(params, meta, arrays)
        except (AttributeError, KeyError, RecursionError, TypeError):
            raise UserError(f"{path} is not a program of this version, or is damaged") from None
        except ValueError as error:
            raise UserError(f"{path} is not a program of this version: {error}") from None
        raise UserError(
            f"{path} is for host map {meta['map_version']}, this version has {MAP_VERSION}"
        )

    @classmethod
    def _of_arrays(
        cls, params: CoreParams, meta: dict[str, Any], arrays: dict[str, np.ndarray]
    ) -> "Program":
        """The program in the JSON and the arrays of a file."""
        return cls(
            params=params,
            memories=_under(arrays, "memory/"),
            registers=meta["registers"],
            populations={name: tuple(where) for name, where in meta["populations"].items()},
            inputs={name: tuple(where) for name, where in meta["inputs"].items()},
            placements={
                name: Placement(words, meta["targets"][name], meta["rotated"][name])
                for name, words in _under(arrays, "placement/").items()
            }
            | {
                name: SinglePlacement(
                    memory, tuple(shape), arrays[f"addresses/{name}"], arrays[f"entries/{name}"]
                )
                for name, (memory, shape) in meta.get("single", {}).items()
            },
            costs=tuple(SynapseCost(**cost) for cost in meta.get("costs", ())),
        )


def _under(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """The arrays whose name begins with ``prefix``, without it."""
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
