"""Time on a core, where a spike takes a step to each layer: depths and delays that align them."""

from collections.abc import Iterable, Mapping

from backspike.golden.nir.fold import Link

__all__ = ["depths", "extra_delay"]


def depths(groups: Iterable[str], links: Iterable[Link]) -> dict[str, int]:
    """Steps by which each group is later than in the graph, which a spike passes at once.

    Each link that goes forward takes a step, less its delay; the longest way counts. Groups are in
    an order in which those before come first.
    """
    found: dict[str, int] = {}
    forward = [link for link in links if not link.back]
    for name in groups:
        ways = (found[one.source] + 1 - one.delay for one in forward if one.target == name)
        found[name] = max([0, *ways])
    return found


def extra_delay(link: Link, depth: Mapping[str, int]) -> int:
    """Delay beyond the step of every spike, with which a link is as late as in the graph.

    Below 0, it is late by so many steps: the core cannot be faster.
    """
    return link.delay + link.back + depth[link.target] - depth[link.source] - 1
