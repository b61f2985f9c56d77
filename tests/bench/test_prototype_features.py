"""Prototypes of a hidden layer, on digits."""

from click.testing import CliRunner

from backspike.bench import prototype_features
from backspike.bench.prototype_features import FEATURES


def test_all_features_are_learned():
    done = CliRunner().invoke(
        prototype_features.main, ["--seeds", "1", "--hidden", "30", "--per-class", "3"]
    )
    assert done.exit_code == 0, done.output
    finals = dict(line.split(": ") for line in done.output.splitlines() if ": 0." in line)
    assert list(finals) == list(FEATURES)
    assert len(set(finals.values())) == len(FEATURES)
