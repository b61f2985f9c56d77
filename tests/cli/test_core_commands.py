"""Commands on a core and its parameters."""

import pytest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("lanes", "--set must be NAME=VALUE, such as lanes=4, not 'lanes'"),
        ("lanes=", "--set must be NAME=VALUE, such as lanes=4, not 'lanes='"),
        ("=4", "--set must be NAME=VALUE, such as lanes=4, not '=4'"),
        ("lnes=4", "--set: parameter of the core must be one of lanes, rules, ..., not 'lnes'"),
        ("lanes=nan", "lanes must be an int, not 'nan'"),
        ("tags=2", "tags must be True or False, not '2'"),
    ],
)
@pytest.mark.parametrize("command", [("rule", "x0*y0"), ("verilog", "--out", "core.v")])
def test_a_change_of_no_parameter_is_refused(
    backspike, tmp_path, monkeypatch, command, change, message
):
    monkeypatch.chdir(tmp_path)
    done = backspike(*command, "--set", change)
    assert (done.returncode, done.stderr) == (2, f"backspike: {message}\n")
    assert not any(tmp_path.iterdir())


def test_an_empty_rule_is_one_line(backspike):
    done = backspike("rule", "")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "it is empty" in done.stderr
