"""Connections of a network as links of NIR: matrices, scales and convolutions of real weights."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import nir
import numpy as np

from backspike.golden.errors import check_numbers
from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.weights import Pattern
from backspike.golden.nir.node import Shape
from backspike.golden.nir.placing import channels_last
from backspike.golden.nir.storage import LinkStorage

__all__ = ["Join", "image_shapes", "joins_of", "link_node"]


@dataclass(frozen=True, eq=False)
class Join:
    """Weights between two groups, all of the same delay.

    Attributes
    ----------
    name, source, target : str
    weights : numpy.ndarray
        A spike adds so much, float64: matrix (sources, targets), in a core's order; or kernels
        (height, width, in, out) of ``convolution``.
    delay : int
        Steps beyond the one that every spike takes.
    storage : LinkStorage, optional
        None where an import cannot make the connection as it was.
    convolution : Convolution, optional
    """

    name: str
    source: str
    target: str
    weights: np.ndarray
    delay: int
    storage: LinkStorage | None = None
    convolution: Convolution | None = None

    @property
    def matrix(self) -> np.ndarray:
        """The weights as a matrix (sources, targets), in a core's order."""
        slid = self.convolution
        if slid is None:
            return self.weights
        kernels = self.weights
        numbered = replace(slid, weights=np.arange(kernels.size).reshape(kernels.shape))
        sources, targets, numbers = numbered.synapses()
        made = np.zeros((slid.source.size, slid.target.size))
        np.add.at(made, (sources, targets), kernels.reshape(-1)[numbers])
        return made


def image_shapes(network: Network) -> dict[str, Shape]:
    """Shapes, channels first, of the groups that are images: those that no matrix leads to, and
    that all convolutions see alike."""
    found: dict[str, set[Shape]] = {}
    for made in network.convolutions.values():
        for group, (height, width, channels) in (
            (made.source, made.image),
            (made.target, made.out),
        ):
            found.setdefault(group.owner.name, set()).add((channels, height, width))
    images = {name: shapes.pop() for name, shapes in found.items() if len(shapes) == 1}
    reached = [join.target.owner.name for join in network.connections.values()]
    while lost := images.keys() & reached:
        images = {name: shape for name, shape in images.items() if name not in lost}
        reached = [
            made.target.owner.name
            for made in network.convolutions.values()
            if made.source.owner.name not in images
        ]
    return images


def joins_of(
    network: Network, images: Mapping[str, Shape], weights: Mapping[str, object]
) -> Iterator[Join]:
    """All joins, in the order of their making; ``weights`` are in the place of the network's own.

    Populations that take the sums of another have joins of their own in a graph.

    Raises
    ------
    TypeError, ValueError
        If weights are of no connection, or do not have its shape.
    """
    every = {**network.connections, **network.convolutions}
    if unknown := weights.keys() - every.keys():
        known = ", ".join(every)
        raise ValueError(f"weights are of connections, {known}, not of {sorted(unknown)[0]!r}")
    for join in _own_joins(network, images, weights):
        target = network.populations[join.target]
        yield _negated(join) if target.negate else join
        for name, follower in network.populations.items():
            if follower.sums_of is target:
                made = Join(f"{join.name} to {name}", join.source, name, join.matrix, join.delay)
                yield _negated(made) if follower.negate else made


def _own_joins(
    network: Network, images: Mapping[str, Shape], weights: Mapping[str, object]
) -> Iterator[Join]:
    for order, (name, made) in enumerate(network.connections.items()):
        yield from _matrices(order, made, _effective(made, weights.get(name)))
    for order, (name, slid) in enumerate(network.convolutions.items()):
        values = _effective(slid, weights.get(name))
        ends = slid.source.owner.name, slid.target.owner.name
        whole = Join(name, *ends, values, slid.delay, LinkStorage(order, name, slid.exponent), slid)
        if not images.keys() >= set(ends):
            whole = replace(whole, weights=whole.matrix, storage=None, convolution=None)
        yield whole


def _negated(join: Join) -> Join:
    return replace(join, weights=-join.weights, storage=None)


def link_node(join: Join, images: Mapping[str, Shape], bias: np.ndarray) -> nir.NIRNode:
    """Node of a join; ``bias`` is added for each target, in a core's order."""
    if join.convolution is not None:
        made = join.convolution
        each = bias.reshape(-1, made.out[2])[0]
        return nir.Conv2d(
            tuple(made.image[:2]), join.weights.transpose(3, 2, 0, 1).copy(), made.stride,
            made.pad, 1, 1, each,
        )  # fmt: skip
    source, target = images.get(join.source), images.get(join.target)
    count, targets = join.weights.shape
    order = channels_last(source or (count,))
    diagonal = np.diagonal(join.weights)
    equal = count == targets and target is None and source is None
    if equal and not bias.any() and np.count_nonzero(join.weights) == np.count_nonzero(diagonal):
        return nir.Scale(diagonal.copy())
    matrix = np.empty((targets, count))
    matrix[:, order] = join.weights.T
    return nir.Affine(matrix, bias) if bias.any() else nir.Linear(matrix)


def _effective(made: Connection | Convolution, weights: object) -> np.ndarray:
    """Weights that a spike adds, float64, in the shape that they are stored in."""
    if weights is None:
        exponents = made.exponents if isinstance(made, Connection) else made.exponent
        return np.floor(np.ldexp(made.weights.astype(np.float64), exponents))
    values = check_numbers(f"weights of {made.name!r}", weights).astype(np.float64)
    if values.shape != made.weights.shape or not np.isfinite(values).all():
        raise ValueError(
            f"weights of {made.name!r} must be finite and of shape {made.weights.shape}, not "
            f"{values.shape}"
        )
    return values


def _matrices(order: int, made: Connection, values: np.ndarray) -> Iterator[Join]:
    """A matrix for each delay that its synapses have."""
    name, ends = made.name, (made.source.owner.name, made.target.owner.name)
    sources, targets = made.synapses()
    flat = values.reshape(-1)
    delays = np.full(flat.size, made.delay) if made.delays is None else made.delays.reshape(-1)
    for delay in np.unique(delays):
        chosen = delays == delay
        matrix = np.zeros((made.source.owner.size, made.target.owner.size))
        places = sources[chosen] + made.source.first, targets[chosen] + made.target.first
        np.add.at(matrix, places, flat[chosen])
        label = name if delay == delays[0] else f"{name} after {delay + 1}"
        yield Join(label, *ends, matrix, int(delay), _storage(order, made))


def _storage(order: int, made: Connection) -> LinkStorage | None:
    """Storage of a connection of whole groups without a rule, of which no two synapses join the
    same neurons."""
    whole = all(part.size == part.owner.size for part in (made.source, made.target))
    pairs = made.pairs.tolist() if made.pattern is Pattern.EXPLICIT else None
    twice = pairs is not None and len({*map(tuple, pairs)}) < len(pairs)
    if made.rule or made.delays is not None or made.tags is not None or not whole or twice:
        return None
    exponent = None if made.exponents.ndim else int(made.exponents)
    return LinkStorage(order, made.name, exponent, pairs or made.pattern.value)
