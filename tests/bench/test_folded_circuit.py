"""The folded circuit is measured against its own targets."""

from pathlib import Path

from backspike.bench import folded_circuit


def test_it_is_the_folded_circuit_that_is_measured(monkeypatch):
    monkeypatch.setattr(folded_circuit, "measure", lambda *arguments: arguments)
    name, targets, folder = folded_circuit.run(Path("data"))
    assert (name, folder) == ("folded", Path("data"))
    assert targets["cycles_per_sample"] > 0
