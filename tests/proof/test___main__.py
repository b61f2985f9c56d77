"""``python -m backspike.proof`` is the command."""

import subprocess
import sys


def test_help():
    command = [sys.executable, "-P", "-m", "backspike.proof", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Prove contracts of the RTL" in done.stdout
