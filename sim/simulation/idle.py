"""Parts of a run from its beginning that cannot do anything, and warnings of them."""

from collections.abc import Iterable, Iterator

from backspike.golden.compiler.effects import unwritten_rewards
from backspike.golden.compiler.firing import firing_groups
from backspike.golden.errors import warn_no_effect
from backspike.golden.network.network import Network
from backspike.sim.simulation.inputs import Inputs
from backspike.sim.simulation.probes import Probe

__all__ = ["warn_of_idle"]


def warn_of_idle(network: Network, inputs: Inputs, probes: Iterable[Probe], steps: int) -> None:
    """Warn of what nothing can come of in a run that nobody changes: :class:`NoEffectWarning`.

    Parameters
    ----------
    network : Network
    inputs, probes : Inputs, iterable of Probe
        Of the whole run.
    steps : int
        Its length; it begins with step 0.
    """
    if steps:
        for message in (
            *_no_spikes(network, inputs),
            *_empty_probes(probes, steps),
            *unwritten_rewards(network),
            *_late_epochs(network, steps),
        ):
            warn_no_effect(message)


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
