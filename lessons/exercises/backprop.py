"""Exercises of lesson 6: backpropagation in binary spikes, against equations and circuit."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from backspike.golden.nbp.equations import trace_sample
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.training import train
from backspike.lessons.exercise import Exercise, Mistake
from backspike.sim.simulation.simulation import simulate

__all__ = ["EXERCISES"]

_THETA = 1024
#: Sums at, just below and just above every threshold.
_EDGES = (-300, 0, 2, 300, 512, 514, 800, 1024, 1026)
_INPUTS = 6
#: Populations of the circuit, by what exercise 6.5 calls them.
_GROUPS = {"h": "h1", "box": "c1", "o": "o", "d": "d+", "e": "e1+"}


def _edge_weights() -> np.ndarray:
    """One layer whose sums are the edges if all its inputs fire."""
    columns = []
    for total in _EDGES:
        each = total // _INPUTS // 2 * 2
        columns.append([each] * (_INPUTS - 1) + [total - each * (_INPUTS - 1)])
    return np.ascontiguousarray(np.array(columns, np.int16).T)


def _network(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Two layers of weights that errors get through, a sample, and its class."""
    rng = np.random.default_rng(seed)
    w1, w2 = (
        np.clip(rng.normal(140, 130, shape), -256, 254).astype(np.int16) & -2
        for shape in ((8, 6), (6, 4))
    )
    return w1, w2, (rng.random(8) < 0.6).astype(np.uint8), int(rng.integers(4))


def _named(name: str, values: Any) -> dict[str, Any]:
    return {f"{name} {n}": value for n, value in enumerate(np.asarray(values).tolist())}


def _layer(s: Any, h: Any) -> dict[str, Any]:
    return {**_named("s", s), **_named("h", np.asarray(h).astype(int))}


def _golden_layer(w: np.ndarray, x: np.ndarray) -> dict[str, Any]:
    layer = trace_sample([w], x, 0)[0]
    return _layer(layer.s, layer.h)


def _signed(layer: Any) -> np.ndarray:
    """Errors of a layer: 1, 0 or -1 for each neuron."""
    return layer.d_pos.astype(int) - layer.d_neg


def _golden_output(label: int) -> dict[str, Any]:
    ones = np.ones(_INPUTS, np.uint8)
    return _errors(_signed(trace_sample([_edge_weights()], ones, label)[0]))


def _errors(found: Any) -> dict[str, Any]:
    return {f"sum {s}": error for s, error in zip(_EDGES, np.asarray(found).tolist(), strict=True)}


def _wrong_output(kind: str) -> Any:
    """Errors of the output with one mistake, of the class alone."""

    def errors(label: int) -> list[int]:
        s, t = np.array(_EDGES), np.arange(len(_EDGES)) == label
        o = s > (_THETA if kind == "theta" else _THETA / 2)
        d = (t & ~o & (s > 0)).astype(int) - (o & ~t & (s <= _THETA))
        if kind == "no box":
            d = t.astype(int) - o
        return (-d if kind == "sign" else d).tolist()

    return errors


@cache
def _hidden(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights, errors above, sums and errors of the hidden layer of a sample."""
    w1, w2, x, label = _network(seed)
    hidden, output = trace_sample([w1, w2], x, label)
    return w2, _signed(output), hidden.s, _signed(hidden)


def _wrong_hidden(kind: str) -> Any:
    """Errors of the hidden layer with one mistake."""

    def errors(seed: int) -> list[int]:
        w2, d2, s1, _ = _hidden(seed)
        e, box = w2.astype(int) @ d2, (s1 > 0) & (s1 <= _THETA)
        if kind == "active":
            box = s1 > _THETA / 2
        wrong = {"no box": np.sign(e), "size": e * box, "sign": -np.sign(e) * box}
        return wrong.get(kind, np.sign(e) * box).tolist()

    return errors


def _samples(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights, and so many samples with their classes."""
    w1, w2, _, _ = _network(seed)
    rng = np.random.default_rng(100 + seed)
    return w1, w2, (rng.random((count, 8)) < 0.6).astype(np.uint8), rng.integers(0, 4, count)


def _matrices(w1: Any, w2: Any) -> dict[str, Any]:
    return {
        f"{name}[{n}]": {str(m): value for m, value in enumerate(row)}
        for name, matrix in (("W1", w1), ("W2", w2))
        for n, row in enumerate(np.asarray(matrix).tolist())
    }


@cache
def _trained(seed: int, count: int) -> Mapping[str, Any]:
    w1, w2, x, y = _samples(seed, count)
    weights = [w1.copy(), w2.copy()]
    train(weights, x, y)
    return _matrices(*weights)


def _learned(answer: Any, seed: int, count: int) -> dict[str, Any]:
    """Weights after samples by the function of a student, or by a wrong one."""
    w1, w2, x, y = _samples(seed, count)
    w1, w2 = w1.astype(int), w2.astype(int)
    for sample, label in zip(x, y, strict=True):
        w1, w2 = answer(w1, w2, sample.astype(int), np.arange(4) == label)
    return _matrices(w1, w2)


def _wrong_learn(kind: str) -> Any:
    """Learning with one mistake, as weights after samples."""

    def learn(w1: Any, w2: Any, x: Any, t: Any) -> tuple[Any, Any]:
        s1 = x @ w1
        h = s1 > _THETA / 2
        s2 = h @ w2
        o = s2 > _THETA / 2
        d2 = (t & ~o & (s2 > 0)).astype(int) - (o & ~t & (s2 <= _THETA))
        size = {"one": 1, "sign": -2}.get(kind, 2)
        new = w2 + size * np.outer(h, d2)
        d1 = np.sign((new if kind == "order" else w2) @ d2) * ((s1 > 0) & (s1 <= _THETA))
        w1 = w1 + size * np.outer(x, d1)
        return (w1, new) if kind == "rails" else (np.clip(w1, -256, 254), np.clip(new, -256, 254))

    return lambda seed, count: _learned(learn, seed, count)


@cache
def _steps() -> dict[str, int]:
    """Step of a sample in which each group of the circuit fires."""
    first = {}
    for seed in range(8):
        w1, w2, x, label = _network(seed)
        events = {"in_x": [(0, int(n)) for n in np.flatnonzero(x)], "in_t": [(1, label)]}
        result = simulate(folded_circuit([w1, w2]), events, steps=4)
        for name, population in _GROUPS.items():
            fired = result[f"spikes:{population}"].any(axis=1)
            if fired.any():
                first[name] = int(fired.argmax())
    return {name: first[name] for name in _GROUPS}


_SEEDS = {f"network {seed}": (seed,) for seed in (2, 3, 4, 5, 7, 8)}
_RUNS: dict[str, Sequence[int]] = {
    "a sample": (3, 1),
    "ten samples": (3, 10),
    "a hundred": (5, 100),
}

EXERCISES = (
    Exercise(
        "6.1",
        {"": (_edge_weights(), np.ones(_INPUTS, np.uint8))},
        _golden_layer,
        (
            Mistake(
                lambda w, x: [*_EDGES, *(s > _THETA for s in _EDGES)],
                "You compare with theta; a neuron fires above *half* of it, 512.",
            ),
            Mistake(
                lambda w, x: [*_EDGES, *(s >= _THETA / 2 for s in _EDGES)],
                "It fires at 512; it has to fire above: `>`, not `>=`.",
            ),
        ),
        observe=lambda answer, w, x: _layer(*answer(w.astype(int), x.astype(int))),
    ),
    Exercise(
        "6.2",
        {f"target is output {n}": (n,) for n in (2, 3, 4, 8)},
        _golden_output,
        (
            Mistake(
                _wrong_output("no box"),
                "That is target minus output. An error counts only where the sum is near: above "
                "0 to fire more, at most theta to fire less.",
            ),
            Mistake(
                _wrong_output("sign"),
                "The sign is turned: 1 for an output that should have fired.",
            ),
            Mistake(_wrong_output("theta"), "An output fires above theta / 2, not above theta."),
        ),
        observe=lambda answer, label: _errors(
            answer(np.array(_EDGES), np.arange(len(_EDGES)) == label)
        ),
    ),
    Exercise(
        "6.3",
        _SEEDS,
        lambda seed: _named("neuron", _hidden(seed)[3]),
        (
            Mistake(
                _wrong_hidden("no box"),
                "The box is missing: an error counts only where 0 < s1 <= theta.",
            ),
            Mistake(
                _wrong_hidden("active"),
                "You let errors through where the neuron fired. The box is wider: 0 < s1 <= theta.",
            ),
            Mistake(
                _wrong_hidden("size"),
                "A spike has no size: of the sum that comes back, only the sign counts.",
            ),
            Mistake(_wrong_hidden("sign"), "The sign is turned."),
        ),
        observe=lambda answer, seed: _named(
            "neuron", answer(_hidden(seed)[0].astype(int), *_hidden(seed)[1:3])
        ),
    ),
    Exercise(
        "6.4",
        {name: tuple(run) for name, run in _RUNS.items()},
        _trained,
        (
            Mistake(
                _wrong_learn("order"),
                "The error goes back through weights that have learned already; it has to take W2 "
                "as it was before the sample.",
            ),
            Mistake(
                _wrong_learn("sign"),
                "The sign of the update is turned: what should have fired gets *more*.",
            ),
            Mistake(_wrong_learn("one"), "A weight moves by 2, one unit of 8 bits, not by 1."),
            Mistake(
                _wrong_learn("rails"),
                "Some weights leave their range: clip both to -256 ... 254.",
            ),
        ),
        observe=_learned,
    ),
    Exercise(
        "6.5",
        {"": ()},
        _steps,
        (
            Mistake(
                lambda: {**_steps(), "d": 3, "e": 4},
                "d does not wait for a spike of o: both are thresholds on the same sum.",
            ),
            Mistake(
                lambda: {name: step + 1 for name, step in _steps().items()},
                "Everything is a step late; steps count from 0, in which x fires.",
            ),
            Mistake(
                lambda: {name: step - 1 for name, step in _steps().items()},
                "Everything is a step early: a spike of step 0 arrives in step 1.",
            ),
            Mistake(
                lambda: {**_steps(), "d": 3},
                "d does not wait for a spike of o: both are thresholds on the same sum.",
            ),
            Mistake(
                lambda: {**_steps(), "box": 2},
                "The box is a threshold on the same sum as h, so it fires in the same step.",
            ),
        ),
        observe=lambda answer: {name: answer.get(name) for name in _GROUPS},
        by_hand=True,
    ),
)
