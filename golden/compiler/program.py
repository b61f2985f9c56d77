"""A compiled network: the words of each memory, and where its parts were placed. Plain data."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from backspike.golden.array_file import read_arrays
from backspike.golden.memory_words import check_words
from backspike.golden.register_values import check_register
from backspike.hdl.host_map import MAP_VERSION, MEMORIES, REGISTERS
from backspike.hdl.layouts import TAG_BITS
from backspike.hdl.packing import unpack_lanes, unpack_weights
from backspike.hdl.params import CoreParams

__all__ = ["Placement", "Program", "SynapseCost"]


class Memories(Protocol):
    """Source of host words, such as an engine."""

    def read(self, memory: str) -> np.ndarray:
        """Whole memory as host words, uint64, by name in ``host_map.MEMORIES``."""
        ...


@dataclass(frozen=True)
class Placement:
    """Place of a connection's dense weights, for reading them back.

    Attributes
    ----------
    words : numpy.ndarray
        Address of the first dense word of each source's list, int64, shape (sources,).
    targets : int
        Targets of each list, from lane 0 of the word.
    rotated : bool
        Lane ``n`` of source ``i`` is stored in bank ``(n + i) % lanes``.
    """

    words: np.ndarray
    targets: int
    rotated: bool = False

    def gather(self, dense: np.ndarray) -> np.ndarray:
        """Weights (sources, targets) out of the dense memory (words, lanes)."""
        per_list = -(-self.targets // dense.shape[1])
        banks = self._banks(dense.shape[1])[:, None, :]
        rows = dense[self.words[:, None] + np.arange(per_list)]
        rows = np.take_along_axis(rows, banks, axis=2)
        return rows.reshape(len(self.words), -1)[:, : self.targets]

    def scatter(self, dense: np.ndarray, weights: np.ndarray) -> None:
        """Put ``weights`` (sources, targets) into the dense memory (words, lanes), in place."""
        lanes = dense.shape[1]
        per_list = -(-self.targets // lanes)
        padded = np.zeros((len(self.words), per_list * lanes), dense.dtype)
        padded[:, : self.targets] = weights
        rows = np.empty((len(self.words), per_list, lanes), dense.dtype)
        banks = np.broadcast_to(self._banks(lanes)[:, None, :], rows.shape)
        np.put_along_axis(rows, banks, padded.reshape(rows.shape), axis=2)
        dense[self.words[:, None] + np.arange(per_list)] = rows

    def _banks(self, lanes: int) -> np.ndarray:
        """Bank of each lane, by source, shape (sources, lanes)."""
        first = np.arange(len(self.words)) if self.rotated else np.zeros(len(self.words), np.int64)
        return (first[:, None] + np.arange(lanes)) % lanes


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


@dataclass(frozen=True)
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
    placements : dict of str to Placement
        Dense connections, by name.
    costs : tuple of SynapseCost
        Format that the compiler has chosen for each connection, and what it takes.
    """

    params: CoreParams
    memories: dict[str, np.ndarray]
    registers: dict[str, int]
    populations: dict[str, tuple[int, int]] = field(default_factory=dict)
    inputs: dict[str, tuple[int, int]] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    costs: tuple[SynapseCost, ...] = ()

    @property
    def weights(self) -> int:
        """Weights of all matrices, fixed ones that errors go back through included."""
        return sum(place.targets * len(place.words) for place in self.placements.values())

    def matrix(
        self,
        engine: Memories,
        name: str,
        memory: Literal["dense", "tags", "delays"] = "dense",
    ) -> np.ndarray:
        """Weights, tags or delays of a placed connection as they are on an engine.

        Returns
        -------
        numpy.ndarray
            int16, shape (sources, targets).
        """
        return self.matrices(engine.read(memory), [name], memory)[name]

    def matrices(
        self,
        words: np.ndarray,
        names: Iterable[str],
        memory: Literal["dense", "tags", "delays"] = "dense",
    ) -> dict[str, np.ndarray]:
        """Matrices of several connections, as of :meth:`matrix`, out of the words of a memory."""
        p = self.params
        if memory == "dense":
            lanes = unpack_weights(p, words)
        elif memory == "tags":
            lanes = unpack_lanes(p, words, TAG_BITS)
        else:
            lanes = unpack_lanes(p, words, p.slot_bits, is_signed=False)
        return {name: self.placements[name].gather(lanes) for name in names}

    def __post_init__(self) -> None:
        for name, words in self.memories.items():
            if name not in MEMORIES or name == "registers" or MEMORIES[name].dynamic:
                raise ValueError(f"a program cannot set memory {name!r}")
            depth = MEMORIES[name].depth(self.params)
            if len(words) > depth:
                raise ValueError(
                    f"memory {name!r} must have at most {depth} words, not {len(words)}"
                )
            check_words(self.params, name, words)
        for name, value in self.registers.items():
            if name not in REGISTERS or not REGISTERS[name].writable:
                raise ValueError(f"a program cannot set register {name!r}")
            if REGISTERS[name].exists(self.params):
                check_register(self.params, name, value)

    def save(self, path: Path) -> None:
        """Write as ``.npz``, readable with numpy alone."""
        arrays: dict[str, np.ndarray] = {
            f"memory/{name}": words for name, words in self.memories.items()
        }
        arrays |= {f"placement/{name}": place.words for name, place in self.placements.items()}
        meta = {
            "map_version": MAP_VERSION,
            "params": asdict(self.params),
            "registers": self.registers,
            "populations": self.populations,
            "inputs": self.inputs,
            "targets": {name: place.targets for name, place in self.placements.items()},
            "costs": [asdict(cost) for cost in self.costs],
            "rotated": {name: place.rotated for name, place in self.placements.items()},
        }
        np.savez_compressed(path, meta=np.array(json.dumps(meta)), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> "Program":
        """Read what :meth:`save` wrote.

        Raises
        ------
        ValueError
            If the file is no program, or one for another version of the host map.
        """
        arrays = read_arrays(path)
        if "meta" not in arrays:
            raise ValueError(f"{path} is not a program: it has no 'meta'")
        try:
            return cls._of_arrays(path, arrays)
        except (AttributeError, KeyError, RecursionError, TypeError):
            raise ValueError(f"{path} is not a program of this version, or is damaged") from None

    @classmethod
    def _of_arrays(cls, path: Path, arrays: dict[str, np.ndarray]) -> "Program":
        """The program in the arrays of a file."""
        meta = json.loads(str(arrays.pop("meta")))
        if meta["map_version"] != MAP_VERSION:
            raise ValueError(
                f"{path} is for host map {meta['map_version']}, this version has {MAP_VERSION}"
            )
        return cls(
            params=CoreParams(**meta["params"]),
            memories=_under(arrays, "memory/"),
            registers=meta["registers"],
            populations={name: tuple(where) for name, where in meta["populations"].items()},
            inputs={name: tuple(where) for name, where in meta["inputs"].items()},
            placements={
                name: Placement(words, meta["targets"][name], meta["rotated"][name])
                for name, words in _under(arrays, "placement/").items()
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
