"""Metaplasticity and what it is compared with, on digits."""

from click.testing import CliRunner

from backspike.bench import metaplasticity
from backspike.bench.metaplasticity import ROWS


def test_each_row_is_another_way_to_learn(monkeypatch):
    names = ("nothing", "2 levels, wear 2", "all outputs are pushed down", "every step is taken")
    chosen = [row for row in ROWS if row[0] in names]
    monkeypatch.setattr(metaplasticity, "ROWS", chosen)
    done = CliRunner().invoke(metaplasticity.main, ["--seeds", "1", "--protocol", "split"])
    assert done.exit_code == 0, done.output
    finals = dict(line.split(": ") for line in done.output.splitlines() if ": 0." in line)
    assert tuple(finals) == names
    assert len(set(finals.values())) == len(names)
