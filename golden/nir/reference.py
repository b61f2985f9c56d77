"""Float reference: a graph run in numpy as its equations say, one function for each primitive.

A step of ``dt`` takes the current first and the voltage then, with the new current, as the
frameworks and the core do; an input of 1 in a step is a spike. A neuron fires where its voltage is
above its threshold. Its reset sets the voltage to ``v_reset`` (``zero``) or subtracts the threshold
(``subtract``), in the same step; or in the next one, after leak and input (``delayed-zero``,
``delayed``). A delay is rounded to whole steps.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backspike.golden.errors import check_numbers
from backspike.golden.nir.conventions import Conventions
from backspike.golden.nir.graph import Graph
from backspike.golden.nir.neurons import Reset
from backspike.golden.nir.node import Node
from backspike.golden.nir.order import topological
from backspike.golden.nir.primitives import PRIMITIVES
from backspike.golden.nir.timing import extra_delay
from backspike.golden.nir.to_network import NirImport

__all__ = ["Activity", "Timing", "run_float"]

Timing = Literal["layers", "core"]
State = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Activity:
    """Spikes and voltages of all neurons in every step.

    Attributes
    ----------
    spikes : dict of str to numpy.ndarray
        bool, shape (steps, \\*shape of the node), or (samples, steps, ...); inputs, too.
    voltages : dict of str to numpy.ndarray
        float64, after the reset, likewise; neurons alone.
    """

    spikes: dict[str, np.ndarray]
    voltages: dict[str, np.ndarray]


def _integrate(node: Node, state: State, x: np.ndarray, step: Conventions) -> None:
    """I and IF: v' = r I."""
    state["v"] = state["v"] + step.dt * node["r"] * x


def _leak(node: Node, state: State, x: np.ndarray, step: Conventions) -> None:
    """LI and LIF: tau v' = (v_leak - v) + r I."""
    lost = step.loss(node["tau"])
    state["v"] = state["v"] + lost * (node["v_leak"] - state["v"] + node["r"] * x)


def _leak_current(node: Node, state: State, x: np.ndarray, step: Conventions) -> None:
    """CubaLI and CubaLIF: tau_syn i' = -i + w_in S; tau_mem v' = (v_leak - v) + r i."""
    i = state["i"] + step.loss(node["tau_syn"]) * (node["w_in"] * x - state["i"])
    lost = step.loss(node["tau_mem"])
    state["i"] = i
    state["v"] = state["v"] + lost * (node["v_leak"] - state["v"] + node["r"] * i)


def _compare(node: Node, state: State, x: np.ndarray, step: Conventions) -> None:
    """Threshold, and an output of sums: its input is its voltage."""
    state["v"] = x


#: Step of the states of each primitive, before it fires.
STEPS: dict[str, Callable[[Node, State, np.ndarray, Conventions], None]] = {
    "I": _integrate,
    "IF": _integrate,
    "LI": _leak,
    "LIF": _leak,
    "CubaLI": _leak_current,
    "CubaLIF": _leak_current,
    "Output": _compare,
    "Threshold": _compare,
}


def _fire(node: Node, state: State, reset: Reset) -> np.ndarray:
    """Spikes, 0 or 1, float64, and the reset."""
    if node.kind == "Threshold":
        return (state["v"] > node["threshold"]).astype(np.float64)
    if "v_threshold" not in node.fields:
        return np.zeros_like(state["v"])
    threshold, fired = node["v_threshold"], state["fired"]
    if reset == "delayed":
        state["v"] = state["v"] - threshold * fired
    elif reset == "delayed-zero":
        state["v"] = np.where(fired > 0, node["v_reset"], state["v"])
    spikes = state["v"] > threshold
    if reset == "zero":
        state["v"] = np.where(spikes, node["v_reset"], state["v"])
    elif reset == "subtract":
        state["v"] = state["v"] - threshold * spikes
    state["fired"] = spikes.astype(np.float64)
    return state["fired"]


def run_float(
    imported: NirImport, inputs: Mapping[str, object], *, timing: Timing = "layers"
) -> Activity:
    """Run the graph of an import in floating point, with its dt, reset and integrator.

    Parameters
    ----------
    imported : NirImport
    inputs : mapping of str to array
        Of every input of the graph, shape (steps, \\*shape), channels first; or (samples, steps,
        \\*shape), each of which begins anew.
    timing : {"layers", "core"}
        ``layers``: a spike passes all layers in one step, and is a step late on edges that go back,
        as in the frameworks; voltages begin at 0. ``core``: a spike takes a step to every layer,
        and the delays of the import; neurons begin with the first spike that can reach them, at
        ``v_reset``.

    Returns
    -------
    Activity

    Raises
    ------
    TypeError, ValueError
        If an input is missing or has another shape, or inputs have different numbers of steps.
    """
    values, one = _checked(imported, inputs)
    if timing not in ("layers", "core"):
        raise ValueError(f"timing must be 'layers' or 'core', not {timing!r}")
    samples, steps = next(iter(values.values())).shape[:2]
    run = (_Layers if timing == "layers" else _Core)(imported, samples)
    spikes: dict[str, list[np.ndarray]] = {name: [] for name in imported.groups}
    voltages: dict[str, list[np.ndarray]] = {name: [] for name in run.states}
    for t in range(steps):
        out = run.step({name: every[:, t] for name, every in values.items()})
        for name, rows in spikes.items():
            rows.append(out[name] > 0)
        for name, states in run.states.items():
            voltages[name].append(states["v"])
    spiked, left = (
        {name: np.stack(rows, 1)[0 if one else slice(None)] for name, rows in found.items()}
        for found in (spikes, voltages)
    )
    return Activity(spiked, left)


def _checked(
    imported: NirImport, inputs: Mapping[str, object]
) -> tuple[dict[str, np.ndarray], bool]:
    """Inputs as float64, (samples, steps, \\*shape), and if they are of one sample alone."""
    wanted = {n: node for n, node in imported.folded.groups.items() if node.kind == "Input"}
    if inputs.keys() != wanted.keys():
        raise ValueError(f"inputs must be {', '.join(wanted)}, not {', '.join(inputs) or 'none'}")
    found = {}
    for name, node in wanted.items():
        values = check_numbers(f"input {name!r}", inputs[name]).astype(np.float64)
        lead = values.ndim - len(node.shape_out)
        if lead not in (1, 2) or values.shape[lead:] != node.shape_out or not values.size:
            raise ValueError(
                f"input {name!r} must have shape (steps, {', '.join(map(str, node.shape_out))}), "
                f"or that of several samples, not {values.shape}"
            )
        found[name] = values
    leads = {values.shape[: values.ndim - len(wanted[n].shape_out)] for n, values in found.items()}
    if len(leads) > 1:
        raise ValueError("inputs must have the same number of samples and steps")
    one = len(leads.pop()) == 1
    return {name: values[None] if one else values for name, values in found.items()}, one


def _state(v: np.ndarray, samples: int) -> State:
    """State of neurons at the voltages from which they begin, in each sample."""
    v = np.repeat(v[None], samples, 0)
    return {"v": v, "i": np.zeros_like(v), "fired": np.zeros_like(v)}


class _Layers:
    """A step of all nodes, one after the other."""

    def __init__(self, imported: NirImport, samples: int) -> None:
        self._graph, self._resets = imported.folded.graph, imported.conventions.resets
        self._step, self._samples = imported.conventions, samples
        self.states = {
            name: _state(np.zeros(node.shape_out), samples)
            for name, node in imported.folded.groups.items()
            if node.kind != "Input"
        }
        self._lines = {
            name: _delay_line(self._graph.nodes[name], self._step.dt)
            for name in self._graph.of_kind("Delay")
        }
        self._last = _at_rest(self._graph)

    def step(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Outputs of all nodes for the inputs of a step."""
        out: dict[str, np.ndarray] = {}
        for name, node in self._graph.nodes.items():
            if node.kind == "Input":
                out[name] = inputs[name]
                continue
            x = np.zeros((self._samples, *node.shape_in))
            for source in self._graph.sources(name):
                late = (source, name) in self._graph.back
                x = x + (self._last if late else out)[source].reshape(-1, *node.shape_in)
            if name in self.states:
                STEPS[node.kind](node, self.states[name], x, self._step)
                out[name] = _fire(node, self.states[name], self._resets[name])
            elif node.kind == "Delay":
                out[name] = self._lines[name](x)
            else:
                apply = PRIMITIVES[node.kind].apply
                assert apply is not None
                out[name] = apply(node, x)
        self._last = out
        return out


def _at_rest(graph: Graph) -> dict[str, np.ndarray]:
    """Outputs of all nodes where nothing spikes, (1, \\*shape): what biases make of it."""
    out: dict[str, np.ndarray] = {}
    plain = [name for name, node in graph.nodes.items() if PRIMITIVES[node.kind].apply]
    edges = [edge for edge in graph.edges if edge[0] in plain and edge[1] in plain]
    for name, node in graph.nodes.items():
        out[name] = np.zeros((1, *node.shape_out))
    for name in topological(plain, edges)[0]:
        node, apply = graph.nodes[name], PRIMITIVES[graph.nodes[name].kind].apply
        x = np.zeros((1, *node.shape_in))
        for source in graph.sources(name):
            x = x + out[source].reshape(1, *node.shape_in)
        assert apply is not None
        out[name] = apply(node, x)
    return out


def _delay_line(node: Node, dt: float) -> Callable[[np.ndarray], np.ndarray]:
    """A function from the input of a step to the output, in which each element has its delay."""
    steps = np.round(node["delay"] / dt).astype(int)
    past: deque[np.ndarray] = deque(maxlen=int(steps.max()) + 1)

    def delayed(x: np.ndarray) -> np.ndarray:
        past.extendleft([x] if past else [*[np.zeros_like(x)] * int(steps.max()), x])
        return np.take_along_axis(np.array(past), np.broadcast_to(steps, x.shape)[None], 0)[0]

    return delayed


class _Core:
    """A step of all neurons at once, from spikes of earlier steps."""

    def __init__(self, imported: NirImport, samples: int) -> None:
        self._folded, self._resets = imported.folded, imported.conventions.resets
        self._step, self._samples = imported.conventions, samples
        self.states = {
            name: _state(shift.reshape(group.shape), samples)
            for name, group in imported.groups.items()
            if (shift := group.shift) is not None
        }
        self._depths = depth = {name: group.depth for name, group in imported.groups.items()}
        self._time = 0
        self._links = [(link, max(0, extra_delay(link, depth))) for link in imported.folded.links]
        longest = max((delay for _, delay in self._links), default=0) + 1
        shapes = {name: node.shape_out for name, node in self._folded.groups.items()}
        quiet = {name: np.zeros((samples, *shape)) for name, shape in shapes.items()}
        self._past = deque([quiet] * longest, longest)

    def step(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Spikes of all groups for the inputs of a step."""
        out = dict(inputs)
        for name, states in self.states.items():
            node = self._folded.groups[name]
            if self._time < self._depths[name]:
                out[name] = np.zeros((self._samples, *node.shape_out))
                continue
            x = self._folded.constants[name][None]
            for link, delay in self._links:
                if link.target == name:
                    spikes = self._past[delay][link.source]
                    x = x + link.path.apply(spikes.reshape(self._samples, -1))
            STEPS[node.kind](node, states, x, self._step)
            out[name] = _fire(node, states, self._resets[name])
        self._past.appendleft(out)
        self._time += 1
        return out
