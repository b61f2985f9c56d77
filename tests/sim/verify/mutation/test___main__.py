import json

import pytest

from backspike.sim.verify.mutation import __main__ as command


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results.jsonl"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sample", "-1"], "mutate: sample must be at least 0, not -1\n"),
        (["--jobs", "0"], "mutate: jobs must be at least 1, not 0\n"),
        (
            ["--of", "sim"],
            "mutate: of must be folders or sources of hdl or golden, not 'sim'\n",
        ),
        (
            ["--of", "hdl/none.py"],
            "mutate: of must be folders or sources of hdl or golden, not 'hdl/none.py'\n",
        ),
    ],
)
def test_what_cannot_be_is_one_line(arguments, message, capsys):
    assert command.main(arguments) == 2
    assert capsys.readouterr().err == message


def test_an_unknown_option_is_one_line(capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(["--nothing"])
    assert capsys.readouterr().err == "mutate: unrecognized arguments: --nothing\n"


def test_a_report_has_the_scores_of_all_that_was_tried(results, tmp_path, capsys):
    report = tmp_path / "new" / "report.json"
    one, other, *_ = command.find_mutants(command.ROOT, ["hdl/lib/arith.py"])
    kept = command.Results(results)
    kept.add(one, command.Trial("killed", "own", "a", 2.0))
    kept.add(other, command.Trial("survived", "system", "", 3.0))
    arguments = ["--of", "hdl/lib", "--sample", "0", "--results", str(results)]
    assert command.main([*arguments, "--report", str(report)]) == 0
    found = json.loads(report.read_text())
    assert found["seconds"] == 5
    assert found["rooms"]["hdl/lib"]["tried"] == 2
    assert found["rooms"]["hdl/lib"]["score"] == 0.5
    assert found["alive"] == [str(other)]
    assert f"alive: {other}" in capsys.readouterr().out


def test_what_survived_is_tried_again_only_if_asked_for(results, monkeypatch):
    tried = []

    def campaign(root, mutants, kept, *_):
        tried.append(list(mutants))

    monkeypatch.setattr(command, "run_campaign", campaign)
    arguments = ["--of", "hdl/lib/optional.py", "--results", str(results)]
    mutants = command.find_mutants(command.ROOT, ["hdl/lib/optional.py"])
    kept = command.Results(results)
    for mutant in mutants:
        kept.add(mutant, command.Trial("survived", "own", "", 2.0))
    command.main(arguments)
    assert tried == []
    command.main([*arguments, "--again"])
    assert sorted(map(str, tried[0])) == sorted(map(str, mutants))
