PROGRAM = """
from backspike.sim.verify.mutation.tree import Tree
tree = Tree(root.absolute(), folder.absolute(), Path("none").absolute())
trial.preload(tree.environment)
for mutant in find_mutants(tree.root, ["hdl/a.py"]):
    found = trial.try_mutant(tree, mutant, ladder.NAMES)
    print(mutant, found.outcome, found.rung, found.test, sep="|")
"""


def test_mutants_are_killed_hang_or_survive(tried):
    done = tried(PROGRAM)
    found = dict(line.split("|", 1) for line in done.stdout.splitlines())
    killed = "killed|own|tests/hdl/test_a.py::test_it_counts"
    assert found == {
        "hdl/a.py:2: 0 -> 1": "survived|own|",
        "hdl/a.py:3: done < n -> (done <= n)": killed,
        "hdl/a.py:4: 1 -> 0": "timeout|own|",
        "hdl/a.py:4: 1 -> 2": killed,
        "hdl/a.py:4: done += 1 -> pass": "timeout|own|",
        "hdl/a.py:9: n + 1 -> (n - 1)": "survived|own|",
        "hdl/a.py:9: 1 -> 0": "survived|own|",
        "hdl/a.py:9: 1 -> 2": "survived|own|",
    }, done.stderr
