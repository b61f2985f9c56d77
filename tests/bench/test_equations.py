"""The speed benchmark of the equations runs and reports what it promises."""

from backspike.bench import equations, inputs


def test_run_reports_both_rates(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("BACKSPIKE_DATA", raising=False)
    monkeypatch.setattr(inputs, "download_folder", lambda name: tmp_path / name)
    for name in ("WARM_UP", "GOLDEN_SAMPLES", "NUMPY_SAMPLES"):
        monkeypatch.setattr(equations, name, 50)
    result = equations.run()
    assert result["data"] == "random inputs"
    assert result["layers"] == [400, 400, 10]
    assert result["golden_samples_per_second"] > result["numpy_samples_per_second"] > 0
    assert capsys.readouterr().out.startswith("equations, 400-400-10, random inputs: golden ")
