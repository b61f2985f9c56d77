"""The paper circuit is measured against its own targets."""

from pathlib import Path

from backspike.bench import paper_circuit


def test_it_is_the_paper_circuit_that_is_measured(monkeypatch):
    monkeypatch.setattr(paper_circuit, "measure", lambda *arguments: arguments)
    name, targets, folder = paper_circuit.run(Path("data"))
    assert (name, folder) == ("paper", Path("data"))
    assert targets["cycles_per_sample"] > 0
