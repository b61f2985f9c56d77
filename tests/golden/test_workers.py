"""Workers of a pool whose owner is killed."""

import signal
import subprocess
import sys

import pytest

OWNER = """
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from backspike.golden.workers import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context({context!r}), end_with_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        input()
"""


@pytest.mark.parametrize("context", ["spawn", "fork"])
def test_a_worker_ends_when_its_owner_is_killed(context, tmp_path):
    """Until then, it holds the output of its owner open."""
    script = tmp_path / "owner.py"
    script.write_text(OWNER.format(context=context))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-P", str(script)], **pipes) as owner:
        worker = int(owner.stdout.readline())
        owner.send_signal(signal.SIGKILL)
        owner.communicate(timeout=60)
    assert worker != owner.pid
