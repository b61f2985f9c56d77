"""Random graphs over all primitives of NIR, made with the package ``nir``."""

from collections.abc import Sequence

import nir
import numpy as np

__all__ = ["make_neurons", "random_graph"]


def random_graph(seed: int, kinds: Sequence[str]) -> nir.NIRGraph:
    """A graph of neurons of some kinds; equal for equal seeds."""
    return _RandomGraph(seed, kinds).made()


def make_neurons(
    kind: str, shape: tuple[int, ...], threshold: float = 7.0, **changes: float
) -> nir.NIRNode:
    """Neurons with decays of 1/8 and 1/2 in steps of 1 s, and a gain of 1."""
    fields = {
        "IF": {"r": 1.0, "v_threshold": threshold},
        "Threshold": {"threshold": threshold},
        "I": {"r": 1.0},
        "LIF": {"tau": 8.0, "r": 8.0, "v_leak": 0.0, "v_threshold": threshold},
        "LI": {"tau": 8.0, "r": 8.0, "v_leak": 0.0},
        "CubaLIF": {
            "tau_syn": 2.0, "tau_mem": 8.0, "r": 8.0, "v_leak": 0.0, "v_threshold": threshold,
            "w_in": 2.0,
        },
        "CubaLI": {"tau_syn": 2.0, "tau_mem": 8.0, "r": 8.0, "v_leak": 0.0, "w_in": 2.0},
    }[kind] | changes  # fmt: skip
    arrays = {name: np.full(shape, value, float) for name, value in fields.items()}
    return getattr(nir, kind)(**arrays)


class _RandomGraph:
    """A graph of 1 to 3 layers with a skip, a recurrence, or a subgraph, as chance has it."""

    def __init__(self, seed: int, kinds: Sequence[str]) -> None:
        self._rng, self._kinds = np.random.default_rng(seed), kinds
        self._pool = (nir.SumPool2d, nir.AvgPool2d)[seed % 2]
        self._biased = "CubaLIF" not in kinds  # to which a bias is a current from the first step
        self.nodes: dict[str, nir.NIRNode] = {}
        self.edges: list[tuple[str, str]] = []

    def made(self) -> nir.NIRGraph:
        """The graph; no edge is checked, as in files of other tools."""
        rng = self._rng
        image = rng.random() < 0.5
        shape: tuple[int, ...] = (
            (int(rng.integers(1, 4)), 6, 6) if image else (int(rng.integers(3, 12)),)
        )
        self._add("input", nir.Input(np.array(shape)))
        last, first_shape = "input", shape
        for k in range(int(rng.integers(1, 4))):
            last, shape = self._linear(k, last, shape)
            kind = str(rng.choice(self._kinds))
            threshold = float(rng.choice([1.0, 1.5, 2.5]))
            last = self._link(last, f"n{k}", make_neurons(kind, shape, threshold))
            size = int(np.prod(shape))
            if len(shape) == 1 and rng.random() < 0.4:
                self._recur(last, size, nested=bool(rng.random() < 0.5))
            if k and len(shape) == 1 and rng.random() < 0.4:
                self._skip("input", first_shape, last, size)
        self._link(last, "output", nir.Output(np.array(shape)))
        return nir.NIRGraph(self.nodes, self.edges, type_check=False)

    def _add(self, name: str, node: nir.NIRNode) -> str:
        self.nodes[name] = node
        return name

    def _link(self, source: str, name: str, node: nir.NIRNode) -> str:
        self.edges.append((source, name))
        return self._add(name, node)

    def _whole(self, *shape: int) -> np.ndarray:
        return self._rng.integers(-1, 6, shape).astype(float)

    def _bias(self, size: int) -> np.ndarray:
        return self._rng.choice([-0.5, 0.0, 0.0, 0.25, 0.5], size) * self._biased

    def _linear(self, k: int, last: str, shape: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """A convolution, or a matrix; with a pooling, a scale or a delay, perhaps."""
        rng = self._rng
        if len(shape) == 3 and rng.random() < 0.7:
            if min(shape[1:]) > 3 and rng.random() < 0.5:
                pool = self._pool(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
                last = self._link(last, f"pool{k}", pool)
                shape = (shape[0], shape[1] // 2, shape[2] // 2)
            out, stride, pad = (int(n) for n in rng.integers((1, 1, 0), (5, 3, 2)))
            pad = max(pad, int(min(shape[1:]) < 2))
            weight = self._whole(out, shape[0], 2, 2)
            conv = nir.Conv2d(None, weight, stride, pad, 1, 1, self._bias(out))
            last = self._link(last, f"conv{k}", conv)
            shape = (out, *((n + 2 * pad - 2) // stride + 1 for n in shape[1:]))
            return last, shape
        if len(shape) == 3:
            last = self._link(last, f"flat{k}", nir.Flatten(np.array(shape), 0, -1))
        size, out = int(np.prod(shape)), int(rng.integers(2, 10))
        if rng.random() < 0.5:
            delay = rng.integers(0, 4, size).astype(float)
            last = self._link(last, f"delay{k}", nir.Delay(delay))
        matrix = nir.Affine(self._whole(out, size), self._bias(out))
        last = self._link(last, f"w{k}", matrix)
        if rng.random() < 0.5:
            scale = rng.choice([-1.0, 1.0, 2.0], out)
            last = self._link(last, f"scale{k}", nir.Scale(scale))
        return last, (out,)

    def _recur(self, neurons: str, size: int, *, nested: bool) -> None:
        """A matrix back to the neurons; nested, they and the matrix are a subgraph."""
        back = nir.Linear(self._whole(size, size))
        if not nested:
            self.edges.append((self._link(neurons, f"rec_{neurons}", back), neurons))
            return
        ends = {"input": nir.Input(np.array([size])), "output": nir.Output(np.array([size]))}
        inner = {**ends, "cells": self.nodes[neurons], "rec": back}
        edges = [("input", "cells"), ("cells", "rec"), ("rec", "cells"), ("cells", "output")]
        self.nodes[neurons] = nir.NIRGraph(inner, edges, type_check=False)

    def _skip(self, source: str, shape: tuple[int, ...], target: str, size: int) -> None:
        """A matrix past the layers between."""
        if len(shape) == 1:
            matrix = nir.Linear(self._whole(size, shape[0]))
            self.edges.append((self._link(source, f"skip_{target}", matrix), target))
