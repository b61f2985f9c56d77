import pytest

from backspike.golden.errors import UserError
from backspike.hdl.params import CoreParams
from backspike.sim.verify.rtl_coverage import component_files, read_coverage

FILES = {"backspike_core": "hdl/core.py", "backspike_core.a": "hdl/a.py"}
VERILOG = (
    "module backspike_core;\n if (\\state$12 == 2'h1) begin\n if (verilog_backend) begin end\n"
    ' if (1\'h1) begin\n if (!x)\n  $write("it holds\\n");\n if (!x) $finish;\n end\n'
    " if (1'h0) begin end\n"
)


def point(page, name, line, count, component="backspike_core.a"):
    fields = {"f": "core.v", "l": line, "page": f"{page}/{component}", "o": name, "h": "TOP"}
    pairs = "".join(f"\1{key}\2{value}" for key, value in fields.items())
    return f"C '{pairs}' {count}\n"


@pytest.fixture
def folder(tmp_path):
    def write(stem, *points):
        (tmp_path / f"{stem}.v").write_text(VERILOG)
        (tmp_path / f"{stem}-1.dat").write_text("# SystemC::Coverage-3\n" + "".join(points))
        return tmp_path

    return write


def test_a_point_is_covered_if_some_core_covers_it(folder):
    folder("one", point("v_line", "if", 2, 0), point("v_toggle", "x[3]:0->1", 1, 0))
    path = folder("two", point("v_branch", "if", 2, 7), point("v_toggle", "x[4]:0->1", 1, 0))
    found = read_coverage(path, FILES)["hdl/a.py"]
    assert found.lines == {"a: if (\\state == 'h1) begin if": True}
    assert found.bits == {"a: x[3]:0->1": False, "a: x[4]:0->1": False}


def test_instances_and_plain_memories_belong_to_their_source(folder):
    path = folder(
        "one",
        point("v_toggle", "x:0->1", 1, 0, "backspike_core.a.bank0"),
        point("v_toggle", "x:0->1", 1, 1, "backspike_core.a.bank1"),
        point("v_toggle", "x:0->1", 1, 1, "backspike_core_ram__A1"),
    )
    found = read_coverage(path, FILES)
    assert list(found) == ["hdl/a.py"]
    assert found["hdl/a.py"].bits == {"a.bank: x:0->1": True}


def test_what_contracts_want_reached_is_counted_over_all_cores_and_instances(folder):
    def points(n, a, b):
        path = f"backspike_core.a.bank{n}"
        rises = point("v_toggle", "reached_it_wraps:0->1", 1, a, path)
        return rises, point("v_toggle", "reached_it_wraps:1->0", 1, b, path)

    folder("one", *points(0, 3, 2), *points(1, 0, 0))
    found = read_coverage(folder("two", *points(0, 1, 9)), FILES)["hdl/a.py"]
    assert (found.reached, found.bits) == ({"it wraps": 4}, {})


def test_what_no_source_says_does_not_count(folder):
    path = folder(
        "one",
        point("v_line", "if", 3, 0),
        point("v_line", "if", 9, 0),
        point("v_toggle", "learn_clk:0->1", 1, 0),
        point("v_toggle", "__02412[0]:0->1", 1, 0),
        point("v_toggle", "y:1->0", 1, 3),
    )
    found = read_coverage(path, FILES)["hdl/a.py"]
    assert (found.lines, found.bits) == ({}, {"a: y:1->0": True})


@pytest.mark.parametrize("line", [4, 5, 7])
def test_a_check_that_never_fails_is_no_line_that_must_run(folder, line):
    found = read_coverage(folder("one", point("v_branch", "if", line, 0)), FILES)["hdl/a.py"]
    assert found.lines == {}


def test_without_counts_it_says_how_to_get_them(tmp_path):
    with pytest.raises(UserError, match=r"no coverage: run tests with BACKSPIKE_COVERAGE=/"):
        read_coverage(tmp_path, FILES)


def test_every_component_has_its_source():
    params = CoreParams(compartments=8, input_axons=8, lanes=4, dendrite_lanes=1)
    files = component_files([params])
    assert files["backspike_core"] == "hdl/core.py"
    assert files["backspike_core.host.router"] == "hdl/host/router.py"
    assert files["backspike_core.dendrite.lif0"] == "hdl/dendrite/lif.py"
