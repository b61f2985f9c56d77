"""The comparison of learning rules: what it draws, and that one small method is measured whole."""

from dataclasses import replace

from backspike.bench import learning_rules
from backspike.bench.learning_rules import METHODS, Result, compare, draw
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.golden.core.golden_core import GoldenCore


def test_every_method_is_a_circuit():
    assert {circuit for _, circuit, _ in METHODS} <= set(CIRCUITS)


def test_each_method_is_trained_and_measured(monkeypatch):
    """On the golden core in the RTL's place, which has the same work but no cycles."""
    monkeypatch.setattr(
        learning_rules, "VerilatorEngine", lambda params, contracts=True: GoldenCore(params)
    )
    monkeypatch.setattr(learning_rules, "MEASURED", 8)
    data = load_dataset("digits")
    data = replace(
        data,
        x_train=data.x_train[:40],
        y_train=data.y_train[:40],
        x_test=data.x_test[:20],
        y_test=data.y_test[:20],
    )
    told = []
    results = compare(data, (16, 12), 2, 64, 20, told.append)
    assert [line.split(":")[0] for line in told] == [*(name for name, *_ in METHODS), "hybrid"]
    assert [r.layers for r in results[:4]] == [(256, 16, 12, 10)] * 3 + [(256, 10)]
    stored = 256 * 16 + 16 * 12 + 12 * 10
    assert [r.weights for r in results[:3]] == [stored, stored + 16 * 12 + 120, stored + 160 + 120]
    for r in results:
        assert r.operations > 0
        assert r.learned > 0
        assert len(r.accuracy) == (0 if r.method.endswith("STDP") else 2)


def test_the_picture_names_every_method():
    results = [
        Result(f"method {n}", (4, 2), [0.1 * n, 0.2] if n else [], 10 + n, 5, 4, 100 * n + 1)
        for n in range(6)
    ]
    picture = draw(results, "title")
    curves, weights, cycles = picture.figure.axes
    assert [text.get_text() for text in curves.texts] == [f"method {n} 0.200" for n in range(1, 6)]
    assert "method 1: accuracy 0.200, 11 weights, 101 cycles" in picture.words
    assert [bar.get_width() for bar in weights.patches] == [10, 11, 12, 13, 14, 15]
    assert [bar.get_width() for bar in cycles.patches] == [1, 101, 201, 301, 401, 501]
