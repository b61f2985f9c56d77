PROGRAM = """
from backspike.sim.verify.mutation.campaign import run_campaign
from backspike.sim.verify.mutation.results import Results
mutants = [m for m in find_mutants(root, ["hdl/a.py"]) if m.number == 9]
results = Results(Path("results.jsonl"))
run_campaign(root.absolute(), mutants, results, 2, ladder.NAMES, lambda m, t: print(t.outcome))
print(len(Results(Path("results.jsonl")).trials))
"""
BROKEN = 'Path("project/tests/hdl/test_a.py").write_text("def test_no(): assert 0")'


def test_every_mutant_is_tried_and_kept(tried):
    done = tried(PROGRAM)
    assert done.stdout.split() == ["survived"] * 3 + ["3"], done.stderr


def test_tests_must_pass_without_a_fault(tried):
    done = tried(BROKEN + PROGRAM)
    expected = "UserError: without a fault, tests/hdl/test_a.py::test_no must pass: killed"
    assert done.stderr.splitlines()[-1].endswith(expected)
