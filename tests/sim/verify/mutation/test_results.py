import pytest

from backspike.golden.errors import UserError
from backspike.sim.verify.mutation.mutants import find_mutants
from backspike.sim.verify.mutation.results import Results, summary
from backspike.sim.verify.mutation.trial import Trial


@pytest.fixture
def mutants(tmp_path):
    (tmp_path / "hdl").mkdir()
    (tmp_path / "hdl" / "a.py").write_text("x = [1, 2, 3]\n")
    return find_mutants(tmp_path, ["hdl/a.py"])


def test_what_was_kept_is_there_again(mutants, tmp_path):
    path = tmp_path / "new" / "results.jsonl"
    first = Results(path)
    first.add(mutants[0], Trial("survived", "room", "", 1.5))
    first.add(mutants[0], Trial("killed", "own", "a::b", 0.5))
    with path.open("a") as file:
        file.write('{"file": "hdl/a')  # as a process leaves it that is killed
    again = Results(path)
    assert again.trials == {mutants[0].key: Trial("killed", "own", "a::b", 0.5)}
    again.add(mutants[1], Trial("timeout", "own", "", 60.0))
    assert len(Results(path).trials) == 2


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other"
    path.write_text("1\n")
    with pytest.raises(UserError, match=r"other, line 1: not the result of a mutant$"):
        Results(path)


def test_scores(mutants, tmp_path):
    results = Results(tmp_path / "results.jsonl")
    outcomes = [
        Trial("killed", "own", "a", 1),
        Trial("killed", "system", "b", 1),
        Trial("timeout", "own", "", 1),
        Trial("survived", "system", "", 1),
        Trial("survived", "system", "", 1),
    ]
    for mutant, trial in zip(mutants, outcomes, strict=False):
        results.add(mutant, trial)
    (room,) = summary(mutants, results, {mutants[4].key}).values()
    assert room == {
        "mutants": 6,
        "tried": 5,
        "own": 1,
        "users": 0,
        "room": 0,
        "system": 1,
        "timeout": 1,
        "late": 0,
        "equivalent": 1,
        "survived": 1,
        "score": 0.75,
    }


def test_there_is_no_score_of_nothing(mutants, tmp_path):
    scores = summary(mutants, Results(tmp_path / "results.jsonl"), ())
    assert scores["hdl"]["score"] is None


@pytest.mark.parametrize(
    ("before", "rung", "late"),
    [("room", "own", 1), ("room", "room", 1), ("own", "users", 0), (None, "own", 0)],
)
def test_a_mutant_that_survived_its_killer_is_late(mutants, tmp_path, before, rung, late):
    path = tmp_path / "results.jsonl"
    if before:
        Results(path).add(mutants[0], Trial("survived", before, "", 1))
    Results(path).add(mutants[0], Trial("killed", rung, "a", 1))
    (room,) = summary(mutants, Results(path), ()).values()
    assert (room["late"], room["score"]) == (late, 1)
