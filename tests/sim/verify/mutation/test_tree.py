import pytest

from backspike.sim.verify.mutation.mutants import find_mutants
from backspike.sim.verify.mutation.tree import Tree


@pytest.fixture
def tree(tmp_path):
    project, cache = tmp_path / "project", tmp_path / "cache"
    for folder in ("hdl", "sim/waves", "waves", ".git"):
        (project / folder).mkdir(parents=True)
    (project / "hdl" / "a.py").write_text("x = 1\n")
    (cache / "backspike" / "verilator" / "known").mkdir(parents=True)
    (cache / "fonts").mkdir()
    (tmp_path / "own").mkdir()
    return Tree(project, tmp_path / "own", cache)


def test_it_has_the_sources_alone(tree):
    names = {str(path.relative_to(tree.root)) for path in tree.root.rglob("*")}
    assert names == {"hdl", "hdl/a.py", "sim", "sim/waves"}


def test_a_fault_is_there_for_a_while_and_never_in_the_project(tree, tmp_path):
    path = tree.root / "hdl" / "a.py"
    before, times = path.stat().st_mtime_ns, set()
    for mutant in find_mutants(tree.root, ["hdl/a.py"]):
        with tree.mutated(mutant):
            assert path.read_text() == f"x = {mutant.edit.text}\n"
            times.add(path.stat().st_mtime_ns)
        assert path.read_text() == "x = 1\n"
        assert path.stat().st_mtime_ns == before
    assert len(times) == 2
    assert (tmp_path / "project" / "hdl" / "a.py").read_text() == "x = 1\n"


def test_what_a_mutant_builds_is_thrown_away(tree, tmp_path):
    built = tree.cache / "backspike" / "verilator"
    (mutant, _) = find_mutants(tree.root, ["hdl/a.py"])
    with tree.mutated(mutant):
        (built / "new").mkdir()
        assert {path.name for path in built.iterdir()} == {"new", "known"}
    assert [path.name for path in built.iterdir()] == ["known"]
    assert (tree.cache / "fonts").resolve() == tmp_path / "cache" / "fonts"
    users = tmp_path / "cache" / "backspike" / "verilator"
    assert [path.name for path in users.iterdir()] == ["known"]
