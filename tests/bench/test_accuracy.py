"""The accuracy benchmark learns, writes its numbers and draws them."""

import json

from click.testing import CliRunner

from backspike.bench.accuracy import main


def test_learns_digits(tmp_path):
    out, picture = tmp_path / "data/digits.json", tmp_path / "img/digits.png"
    arguments = ["--dataset", "digits", "--hidden", "64", "--epochs", "8", "--seed", "1"]
    arguments += ["--seed", "2", "--out", str(out), "--picture", str(picture)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text())
    assert written["layers"] == [256, 64, 10]
    assert written["encoder"] == "thermometer:4"
    assert list(written["runs"]) == ["1", "2"]
    assert {len(curve) for run in written["runs"].values() for curve in run.values()} == {8}
    best = written["best_of_last_5"]["1"]
    assert best == {name: max(written["runs"]["1"][name][-5:]) for name in best}
    assert best["membrane"] > 0.9
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_bad_arguments_write_nothing(tmp_path):
    out = tmp_path / "out.json"
    result = CliRunner().invoke(main, ["--dataset", "letters", "--out", str(out)])
    assert result.exit_code != 0
    assert "there is no data set 'letters'" in result.output
    result = CliRunner().invoke(main, ["--dataset", "digits", "--hidden", "a", "--out", str(out)])
    assert result.exit_code != 0
    assert "sizes separated by commas, not 'a'" in result.output
    assert not out.exists()
