"""The scripts of the tutorial, as a reader runs them."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs" / "tutorial" / "first_network.py"
SAID = """\
Result(steps 0 to 999, golden; spikes: pixels 875, cells 274; \
v:cells (1000, 1); w:synapses (100, 8, 2))
weights of the first cell: [156. 138. 120. 156.  68.  68.  74.  82.]
golden and RTL equal: True
"""


def run(text, folder):
    """What a script prints in a folder of its own."""
    (folder / "script.py").write_text(text)
    command = [sys.executable, "-P", "script.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (folder / "first_network.png").stat().st_size > 10_000
    return done.stdout


def test_the_script_learns_on_the_golden_core(tmp_path):
    text = SCRIPT.read_text()
    assert text.count('engine="verilator"') == 1
    assert len(text.splitlines()) <= 25
    assert run(text.replace('engine="verilator"', 'engine="golden"'), tmp_path) == SAID


def test_the_script_learns_alike_in_the_rtl(tmp_path):
    assert run(SCRIPT.read_text(), tmp_path) == SAID
