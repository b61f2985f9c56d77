"""What was measured is kept with its command, commit, date and seconds."""

import json

from backspike.sim.verify.measured import commit, write_measured


def test_what_was_measured_stands_beside_its_command(tmp_path):
    write_measured(tmp_path / "new" / "x.json", "python -m x", 1.234, {"runs": 3})
    read = json.loads((tmp_path / "new" / "x.json").read_text())
    assert (read["command"], read["seconds"], read["runs"]) == ("python -m x", 1.2, 3)
    assert set(read) == {"command", "commit", "date", "seconds", "runs"}
    assert read["commit"] == commit()


def test_the_commit_may_be_that_of_the_begin(tmp_path):
    write_measured(tmp_path / "x.json", "python -m x", 1, {}, "abc1234")
    assert json.loads((tmp_path / "x.json").read_text())["commit"] == "abc1234"
