"""Groups of neurons that can fire at all, judged by what reaches them."""

from collections.abc import Iterable, Iterator

from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import STEPS_OF_UNIT, voltage_limits
from backspike.golden.network.neurons import Population

__all__ = ["firing_groups", "unheard_inputs", "why_silent"]


def firing_groups(network: Network, inputs: Iterable[str] | None = None) -> set[str]:
    """Names of the inputs, and of the populations that spikes, biases or noise can make fire.

    ``inputs`` names those that have spikes; else all have.
    """
    firing = set(network.inputs if inputs is None else inputs)
    sources = _sources(network)
    while True:
        more = {
            name
            for name, population in network.populations.items()
            if name not in firing and not _reason(network, population, sources[name], firing)
        }
        if not more:
            return firing
        firing |= more


def why_silent(network: Network) -> Iterator[str]:
    """A sentence for each reason for which populations can never fire."""
    firing, sources = firing_groups(network), _sources(network)
    reasons: dict[str, list[str]] = {}
    for name, population in network.populations.items():
        if name not in firing:
            reason = _reason(network, population, sources[name], firing)
            reasons.setdefault(reason, []).append(name)
    for reason, names in reasons.items():
        yield f"population {', '.join(map(repr, names))} can never fire: {reason}"


def unheard_inputs(network: Network) -> list[str]:
    """Inputs whose spikes go nowhere."""
    heard = {source for _, source in _ways(network)}
    heard |= {reward.source.owner.name for reward in network.rewards}
    heard |= {p.gate.name for p in network.populations.values() if p.gate is not None}
    return [name for name in network.inputs if name not in heard]


def _reason(network: Network, population: Population, sources: set[str], firing: set[str]) -> str:
    """Reason for which a population cannot fire, if only ``firing`` do; empty if it can."""
    gate, owner = population.gate, population.watches or population
    below = population.watches is not None and population.negate
    low, high = voltage_limits(owner.vmin, owner.vmax)
    limit, reach = ("vmin", -low) if below else ("vmax", high)
    if STEPS_OF_UNIT * population.thresholds.min() >= reach:
        return f"{limit}={getattr(owner, limit)} keeps voltages from the threshold"
    if gate is not None and population.gated_by == "spike":
        if network.epoch == 1:
            return "its gate must fire earlier in an epoch of one step (Network(epoch=...))"
        if gate.name not in firing:
            return f"its gate {gate.name!r} never fires"
    mantissas, _ = owner.biases
    pushed = (mantissas if below else mantissas > 0).any()  # a delayed reset ends below 0, too
    if not (sources & firing or pushed or owner.noise[1]):
        return "no spike, bias or noise reaches it"
    return ""


def _sources(network: Network) -> dict[str, set[str]]:
    """Groups whose spikes reach each population."""
    direct: dict[str, set[str]] = {name: set() for name in network.populations}
    for target, source in _ways(network):
        direct[target].add(source)
    return {name: direct[_summing(p).name] for name, p in network.populations.items()}


def _summing(population: Population) -> Population:
    """The population whose sums decide about a population's spikes."""
    owner = population.watches or population
    return owner.sums_of or owner


def _ways(network: Network) -> Iterator[tuple[str, str]]:
    """Target and source, by name, of everything that has synapses."""
    joins = (network.connections, network.convolutions, network.transposes)
    for join in [*(j for kind in joins for j in kind.values()), *network.shares]:
        yield join.target.owner.name, join.source.owner.name
