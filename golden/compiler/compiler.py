"""From a network to the words of a core's memories, or to an error that says what does not fit."""

from collections.abc import Mapping

from backspike.golden.compiler.costs import synapse_costs
from backspike.golden.compiler.effects import parts_without_effect
from backspike.golden.compiler.lists import build_tables
from backspike.golden.compiler.memories import network_memories
from backspike.golden.compiler.placement import place
from backspike.golden.compiler.program import Program
from backspike.golden.compiler.registers import network_registers
from backspike.golden.compiler.resources import check_fit, fitting_core, lacks
from backspike.golden.compiler.use import Use
from backspike.golden.errors import check_capacity, check_type, warn_no_effect
from backspike.golden.network.network import Network
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.params import DEFAULT_LANES, CoreParams

__all__ = ["compile_network", "shortages", "without_effect"]


def compile_network(
    network: Network, params: CoreParams | None = None, **overrides: object
) -> Program:
    """Compile a network.

    What cannot have an effect in it, such as a rule that reads a trace without an impulse, is told
    by a :class:`backspike.golden.errors.NoEffectWarning`.

    Parameters
    ----------
    network : Network
    params : CoreParams, optional
        The core. Without it, the smallest that fits.
    **overrides
        Fields of ``CoreParams``, such as ``lanes``, of a core that is otherwise made to fit.

    Raises
    ------
    CapacityError
        If the network does not fit; the message names the resource, the need and the limit.
    TypeError, ValueError
        If the network has no population, both ``params`` and overrides are given, or an override
        is no valid parameter.
    """
    if params is not None and overrides:
        raise TypeError("give params or fields of them, not both")
    check_type("network", network, Network)
    if params is not None:
        check_type("params", params, CoreParams)
    least = params or _least_core(overrides)
    use = _use(network, least)
    layout = use.layout
    if params is not None or "compartments" in overrides:
        check_capacity("compartments", layout.compartments, least.compartments)
    core = params or fitting_core(use, least, overrides)
    check_fit(use, core)
    for message in parts_without_effect(use, core):
        warn_no_effect(message)
    registers = network_registers(network, layout, use.rules, use.compartments, use.tables.lists_of)
    return Program(
        params=core,
        memories=network_memories(use, core),
        registers={n: value if REGISTERS[n].exists(core) else 0 for n, value in registers.items()},
        populations={
            name: (layout.populations[name], group.size)
            for name, group in network.populations.items()
        },
        inputs={name: (layout.inputs[name], group.size) for name, group in network.inputs.items()},
        placements=use.tables.placements,
        costs=tuple(synapse_costs(network, layout, core)),
    )


def shortages(network: Network, core: CoreParams) -> list[str]:
    """All that a core lacks for a network: a line for each resource; none if it fits.

    Raises
    ------
    TypeError, ValueError
        As :func:`compile_network`.
    """
    return list(lacks(_use(network, core), core))


def without_effect(network: Network, core: CoreParams) -> list[str]:
    """All in a network that can have no effect on a core, which it fits: a sentence for each.

    Raises
    ------
    TypeError, ValueError
        As :func:`compile_network`.
    """
    return list(parts_without_effect(_use(network, core), core))


def _use(network: Network, least: CoreParams) -> Use:
    """A network with its places and words, on a core with the lanes of ``least``."""
    check_type("network", network, Network)
    if not network.populations:
        raise ValueError("network must have at least one population")
    layout = place(network, least.lanes)
    compartments = max(least.compartments, layout.compartments)
    tables = build_tables(network, layout, compartments)
    return Use(network, layout, compartments, network.rules(), tables)


def _least_core(overrides: Mapping[str, object]) -> CoreParams:
    """A core of two rows with ``overrides``, to check these on their own."""
    # One dendrite lane suits any number of lanes, and defaults are multiples of it.
    lanes = CoreParams(dendrite_lanes=1).with_(lanes=overrides.get("lanes", DEFAULT_LANES)).lanes
    return CoreParams().with_(**{
        "lanes": lanes,
        "dendrite_lanes": min(lanes, CoreParams.dendrite_lanes),
        "compartments": 2 * lanes,
        "input_axons": 2 * lanes,
        **overrides,
    })
