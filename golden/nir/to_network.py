"""Networks of graphs: the import itself."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import nir

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.errors import NoEffectWarning, check_int, check_number
from backspike.golden.network.network import Network
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.conventions import Conventions
from backspike.golden.nir.fold import Folded, fold
from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.importer import Importer
from backspike.golden.nir.neurons import INTEGRATORS, NEURONS, Integrator, Reset
from backspike.golden.nir.problems import GraphError, Problem
from backspike.golden.nir.record import Group, NodeRecord
from backspike.golden.nir.scales import Scaling
from backspike.hdl.params import CoreParams

__all__ = ["NirCheck", "NirImport", "check_dt", "check_nir", "read_nir", "rounded_by"]

#: Seconds of a time step.
_LEAST_DT, _MOST_DT = 1e-9, 1e3
_RESETS = get_args(Reset)
_SCALINGS = get_args(Scaling)
_BY_ERRORS: Mapping[str, Choice] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class NirImport:
    """A network that was read from NIR, and what became of each node.

    Attributes
    ----------
    network : Network
        Inputs and populations have the names of their nodes.
    groups : mapping of str to Group
        Of inputs and neurons: shape, order of neurons, depth and scale.
    outputs : mapping of str to tuple of str
        Groups that each output of the graph shows.
    records : tuple of NodeRecord
        Of every node, in the order of the graph.
    folded : Folded
        The graph itself, and its links.
    conventions : Conventions
        Time step, resets, integrator, scaling and synapses.
    choices : mapping of str to Choice
        Scale, limit of weights and rounding of each population.
    """

    network: Network
    groups: Mapping[str, Group]
    outputs: Mapping[str, tuple[str, ...]]
    records: tuple[NodeRecord, ...]
    folded: Folded
    conventions: Conventions
    choices: Mapping[str, Choice]

    def compile(self, params: CoreParams | None = None) -> Program:
        """The network as a program, by :func:`backspike.compile_network`.

        That populations which are only read never fire is no warning.
        """
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".* can never fire: vmax=", NoEffectWarning)
            return compile_network(self.network, params)


@dataclass(frozen=True, eq=False)
class NirCheck:
    """All problems of a graph, and what would become of each node.

    Attributes
    ----------
    problems : tuple of Problem
        None if the graph can run on a core.
    records : tuple of NodeRecord
        Of the nodes that could be understood.
    imported : NirImport, optional
        The import, if there are no problems.
    """

    problems: tuple[Problem, ...]
    records: tuple[NodeRecord, ...]
    imported: NirImport | None


def read_nir(
    source: str | Path | nir.NIRNode,
    *,
    dt: float,
    reset: Reset | Mapping[str, Reset] | None = None,
    integrator: Integrator = "euler",
    scaling: Scaling = "power-of-two",
    synapses: int = 1,
) -> NirImport:
    """Read a network from NIR, and round its constants to those of a core.

    Parameters
    ----------
    source : str, Path or nir.NIRGraph
        A file, or a graph of the package ``nir``.
    dt : float
        Seconds of a time step: NIR has none. That of the framework which wrote the graph; snnTorch
        has 1e-4.
    reset : {"zero", "subtract", "delayed", "delayed-zero"} or mapping of str to them, optional
        A spike sets the voltage to ``v_reset``, or subtracts the threshold from it; ``delayed``
        subtracts it in the next step, after the leak, and ``delayed-zero`` loses the next step. In
        snnTorch, with its default ``reset_delay``, "subtract" is ``delayed``, "zero" is ``zero``
        for Leaky, ``delayed-zero`` for the others. A mapping has the names of nodes or kinds; all
        else is what an export has noted, or ``zero``.
    integrator : {"euler", "exponential"}
        A step loses ``dt / tau`` of a state, or ``1 - exp(-dt / tau)``.
    scaling : {"power-of-two", "free"}
        Weight units for one unit of a node's voltage: a power of two, or any number.
    synapses : int
        Synapses that each weight is the sum of, 1 to 3: the first has 9 bits, each other one 8 of
        what is left.

    Returns
    -------
    NirImport

    Raises
    ------
    OSError
        If the file cannot be opened.
    UserError
        If the file is damaged; GraphError, with the problems of all nodes, if the graph cannot run
        on a core.
    TypeError, ValueError
        If an option is out of its range.
    """
    found = check_nir(
        source, dt=dt, reset=reset, integrator=integrator, scaling=scaling, synapses=synapses
    )
    if found.imported is None:
        raise GraphError(found.problems)
    return found.imported


def check_nir(
    source: str | Path | nir.NIRNode,
    *,
    dt: float,
    reset: Reset | Mapping[str, Reset] | None = None,
    integrator: Integrator = "euler",
    scaling: Scaling = "power-of-two",
    synapses: int = 1,
) -> NirCheck:
    """As :func:`read_nir`, with all problems of a graph rather than an error.

    Raises
    ------
    OSError, UserError, TypeError, ValueError
        As :func:`read_nir`, but for a graph that cannot run on a core.
    """
    seconds = check_dt(dt)
    for name, value, known in (
        ("integrator", integrator, tuple(INTEGRATORS)),
        ("scaling", scaling, _SCALINGS),
    ):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")
    check_int("synapses", synapses, 1, 3)
    graph = read_graph(source)
    folded = fold(graph, seconds)
    resets = _resets(folded, reset)
    return _check(folded, Conventions(seconds, resets, integrator, scaling, synapses), _BY_ERRORS)


def check_dt(dt: object) -> float:
    """Seconds of a time step; raises TypeError or ValueError for what is none."""
    seconds = check_number("dt, in seconds,", dt)
    if not _LEAST_DT <= seconds <= _MOST_DT:
        raise ValueError(
            f"dt must be between {_LEAST_DT:g} and {_MOST_DT:g} seconds, not {seconds:g}"
        )
    return seconds


def rounded_by(imported: NirImport, choices: Mapping[str, Choice]) -> NirImport:
    """The same graph as another import has it, its constants rounded by other choices.

    Populations without one are rounded as :func:`read_nir` does.

    Raises
    ------
    GraphError
        If constants do not fit with their scale.
    """
    made = _check(imported.folded, imported.conventions, choices)
    if made.imported is None:
        raise GraphError(made.problems)
    return made.imported


def _check(folded: Folded, conventions: Conventions, choices: Mapping[str, Choice]) -> NirCheck:
    """The import of a folded graph, or all its problems."""
    importer = Importer(folded, conventions, choices)
    importer.quantise()
    problems = (*folded.graph.problems, *folded.problems, *importer.problems)
    records = importer.records(problems)
    if problems:
        return NirCheck(problems, records, None)
    groups = importer.groups()
    network = importer.network(groups)
    made = NirImport(
        network,
        groups,
        folded.outputs,
        records,
        folded,
        conventions,
        MappingProxyType(importer.choices()),
    )
    return NirCheck((), records, made)


def _resets(folded: Folded, reset: Reset | Mapping[str, Reset] | None) -> dict[str, Reset]:
    """The reset of each group of neurons."""
    kinds = {name: node.kind for name, node in folded.groups.items() if node.kind != "Input"}
    noted = {name: stored.reset for name, stored in folded.graph.groups.items()}
    if isinstance(reset, Mapping):
        chosen = dict(reset)
    else:
        chosen = {} if reset is None else dict.fromkeys(NEURONS, reset)
    for name, value in chosen.items():
        if value not in _RESETS:
            raise ValueError(f"reset must be one of {', '.join(_RESETS)}, not {value!r}")
        if name not in NEURONS and name not in kinds:
            known = ", ".join(kinds)
            raise ValueError(f"reset is of neurons or their kind, {known}, not of {name!r}")
    return {
        name: chosen.get(name) or chosen.get(kind) or noted.get(name) or "zero"
        for name, kind in kinds.items()
    }
