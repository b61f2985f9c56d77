"""Costs of features: each is counted against the core without it, and a core only once."""

from backspike.bench import features


def test_each_feature_is_counted_against_the_core_without_it(monkeypatch, capsys):
    calls = []

    def cells(params):
        """Ten for each switch that is on, and the history."""
        calls.append(params)
        on = sum(getattr(params, name) is True for name in params.__dataclass_fields__)
        return {"LUT4": 10 * on + params.history, "FF": 1}

    monkeypatch.setattr(features, "cell_counts", cells)
    result = features.run()
    assert len(calls) == len(set(calls))
    for name, without, changes, _ in features.FEATURES:
        switches = sum((value is True) - (value is False) for value in changes.values())
        history = changes.get("history", 1) - 1
        assert result["added"][name] == {"LUT4": 10 * switches + history, "FF": 0}
        assert all(getattr(without, field) != value for field, value in changes.items())
    shown = capsys.readouterr().out
    assert all(name in shown for name, *_ in features.FEATURES)
