"""Parts of a run from its beginning that cannot do anything."""

from collections.abc import Iterable, Iterator

from backspike.golden.compiler.effects import unwritten_rewards
from backspike.golden.compiler.firing import firing_groups
from backspike.golden.network.network import Network
from backspike.sim.simulation.inputs import Inputs
from backspike.sim.simulation.probes import Probe

__all__ = ["idle_parts"]


def idle_parts(
    network: Network, inputs: Inputs, probes: Iterable[Probe], steps: int
) -> Iterator[str]:
    """A sentence for each part of a run that nobody changes of which nothing can come.

    Parameters
    ----------
    network : Network
    inputs, probes : Inputs, iterable of Probe
        Of the whole run.
    steps : int
        Its length; it begins with step 0.
    """
    if steps:
        yield from _no_spikes(network, inputs)
        yield from _empty_probes(probes, steps)
        yield from unwritten_rewards(network)
        yield from _late_epochs(network, steps)


def _no_spikes(network: Network, inputs: Inputs) -> Iterator[str]:
    """Runs without a spike."""
    if inputs.are_silent and not firing_groups(network, inputs=()):
        known = ", ".join(map(repr, network.inputs))
        advice = f"give spikes to {known}" if known else "give a population a bias or noise"
        yield f"nothing can fire: no input has spikes, and no bias or noise is enough; {advice}"


def _empty_probes(probes: Iterable[Probe], steps: int) -> Iterator[str]:
    for probe in probes:
        if probe.every > steps:
            yield f"probe {probe.name!r} records nothing: every={probe.every}, of {steps} steps"


def _late_epochs(network: Network, steps: int) -> Iterator[str]:
    """Factors u_k that are 1 for the first time after the run."""
    for lesson in network.lessons():
        name, products = lesson.connection.name, lesson.rule.rule.products
        factors = {term.variable for product in products for term in product.terms}
        for factor in sorted(factor for factor in factors if factor[0] == "u"):
            first = network.epoch << int(factor[1:])
            if first > steps:
                yield (
                    f"{factor} in the rule of connection {name!r} stays 0: it is 1 in one of "
                    f"{1 << int(factor[1:])} epochs, first in step {first - 1} of {steps}"
                )
