"""Order of the nodes of a graph, and the edges that close its cycles."""

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Edge", "cycles", "successors", "topological"]

Edge = tuple[str, str]


def successors(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, list[str]]:
    """Targets of the edges of each node, in their order."""
    found: dict[str, list[str]] = {name: [] for name in nodes}
    for source, target in edges:
        found[source].append(target)
    return found


def topological(
    nodes: Sequence[str], edges: Sequence[Edge], first: Sequence[str] = ()
) -> tuple[list[str], frozenset[Edge]]:
    """Nodes, each after those that its edges come from, and the edges that go back in this order.

    Edges are followed in depth, from ``first``, then from nodes that none leads to, then from the
    others; the one that comes back to where it began goes back.
    """
    follow = successors(nodes, edges)
    led_to = {target for _, target in edges}
    starts = [*first, *(name for name in nodes if name not in led_to), *nodes]
    done: dict[str, None] = {}
    back: set[Edge] = set()
    for start in starts:
        if start in done:
            continue
        path = {start: iter(follow[start])}
        while path:
            name = next(reversed(path))
            for target in path[name]:
                if target in path:
                    back.add((name, target))
                elif target not in done:
                    path[target] = iter(follow[target])
                    break
            else:
                path.popitem()
                done[name] = None
    return list(reversed(done)), frozenset(back)


def cycles(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """One cycle for each edge that goes back, as the nodes along it."""
    _, back = topological(nodes, edges)
    follow: Mapping[str, list[str]] = successors(nodes, edges)
    found = []
    for end, start in sorted(back):
        came: dict[str, str] = {}
        waiting = [start]
        while waiting and end not in (*came, start):
            name = waiting.pop(0)
            for target in follow[name]:
                if target not in came:
                    came[target] = name
                    waiting.append(target)
        way = [end]
        while way[-1] != start:
            way.append(came[way[-1]])
        found.append(way[::-1])
    return found
