"""Time on a core, where a spike takes a step to each layer: depths and delays that align them."""

from collections.abc import Iterable, Mapping

from backspike.golden.nir.fold import Link

__all__ = ["depths", "extra_delay"]


def depths(groups: Iterable[str], links: Iterable[Link]) -> dict[str, int]:
    """Steps of the longest way from where spikes begin to each group, along links that go forward.

    Groups are in an order in which those before come first.
    """
    found: dict[str, int] = {}
    forward = [(link.source, link.target) for link in links if not link.back]
    for name in groups:
        before = [found[source] for source, target in forward if target == name]
        found[name] = 1 + max(before) if before else 0
    return found


def extra_delay(link: Link, depth: Mapping[str, int]) -> int:
    """Delay beyond the step of every spike, with which a link is as late as in the graph.

    Below 0, it is late by so many steps: the core cannot be faster.
    """
    return link.delay + link.back + depth[link.target] - depth[link.source] - 1
