"""The core as Verilog text."""

import os
import re
import subprocess
import sys

import pytest

from backspike.hdl.sequencer import wake_layout
from backspike.hdl.verilog import TOP, core_verilog, write_verilog

PORTS = {
    "clk": ("input", 1),
    "rst": ("input", 1),
    "i__payload": ("input", 32),
    "i__valid": ("input", 1),
    "i__ready": ("output", 1),
    "o__payload": ("output", 32),
    "o__valid": ("output", 1),
    "o__ready": ("input", 1),
    "busy": ("output", 1),
    "refused": ("output", 1),
    "wake": ("output", 5),
}
PHASE_CLOCKS = {
    f"{name}_{kind}": ("input", 1) for name, _ in wake_layout() for kind in ("clk", "rst")
}


def ports_of(text):
    """Direction and width of the top's ports, by name."""
    body = re.search(rf"^module {TOP}\(.*?^endmodule", text, re.S | re.M)[0]
    found = re.findall(r"^  (input|output)(?: reg)? (?:\[(\d+):0\] )?(\w+);", body, re.M)
    return {name: (direction, int(high or 0) + 1) for direction, high, name in found}


#: A memory that would come with an ``initial`` value for every word.
SPELLED_OUT = re.compile(r"^  reg \[\d+:0\] \S+ +\[\d+:0\];", re.M)


@pytest.mark.parametrize(("learning", "phase_clocks"), [(True, True), (False, True), (True, False)])
def test_ports_and_memories(learning, phase_clocks, small):
    text = core_verilog(small(learning=learning), phase_clocks=phase_clocks)
    expected = PORTS | (PHASE_CLOCKS if phase_clocks else {})
    if not learning:  # nothing is in that domain
        expected = {name: port for name, port in expected.items() if "learn" not in name}
    assert ports_of(text) == expected
    assert len(re.findall(r"^module backspike_core_ram\b", text, re.M)) == 1
    assert "  backspike_core_ram #(" in text
    assert not SPELLED_OUT.search(text)
    assert "$readmem" not in text


def test_a_file_holds_the_text(small, tmp_path):
    """Twice the same text, as builds that are cached by it need."""
    p = small(1, learning=False)
    path = write_verilog(tmp_path / "core.v", p)
    assert path.read_text() == core_verilog(p)


def modules_of(text):
    return re.findall(r"^module \\?(\S+?)[ (]", text, re.M)


def test_cores_of_two_sizes_share_no_module(small):
    texts = [core_verilog(small(1, learning=False)), core_verilog(small(2), name="other")]
    modules = [modules_of(text) for text in texts]
    assert [names[0] for names in modules] == [TOP, "other"]
    assert not set(modules[0]) & set(modules[1])
    for prefix, names in zip((TOP, "other"), modules, strict=True):
        assert all(re.match(rf"{prefix}(\b|_ram$|\.)", name) for name in names)
        assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("name", ["", "2nd", "a b", "a.b", "a;", "ü"])
def test_a_module_has_a_plain_name(small, name):
    with pytest.raises(ValueError, match=r"^name of a module must be letters, digits and _, not "):
        core_verilog(small(1), name=name)


def test_every_process_makes_the_same_text():
    """Also with another order of Python's sets, as caches know a core by its text."""
    program = (
        "import hashlib; from backspike.hdl.params import CoreParams;"
        "from backspike.hdl.verilog import core_verilog;"
        "p = CoreParams(compartments=4, input_axons=2, lists=4, dense_words=4, sparse_words=4,"
        " microcode_words=8, lanes=1, dendrite_lanes=1);"
        "text = core_verilog(p, phase_clocks=True);"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-P", "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
