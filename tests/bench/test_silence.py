"""Commands that say something, or nothing, for a time."""

import sys

import pytest

from backspike.bench.silence import listen, main

_SPEAKS = """
import os, sys, time
print(sys.stdout.isatty(), flush=True)
time.sleep(0.3)
print(os.environ.get("NUMBA_CACHE_DIR"), flush=True)
raise SystemExit(3)
"""


@pytest.mark.parametrize("terminal", [True, False])
def test_the_longest_silence_is_found(terminal, capfd):
    heard = listen([sys.executable, "-c", _SPEAKS], terminal=terminal)
    assert heard.status == 3
    assert 0.3 <= heard.silence < heard.total - heard.first + 0.01
    assert heard.first <= heard.since < heard.first + 0.2
    assert capfd.readouterr().out.split()[0] == str(terminal)


def test_what_says_nothing_is_silent_all_the_time():
    heard = listen([sys.executable, "-c", "pass"])
    assert heard.silence == heard.first == heard.total


def test_caches_can_be_cold(capfd):
    with pytest.raises(SystemExit) as end:
        main(["--pipe", "--cold", sys.executable, "-c", _SPEAKS])
    assert end.value.code == 3
    said = capfd.readouterr().out.split()
    assert said[0] == "False"
    assert "backspike-cold-" in said[1]
    assert said[3:6] == ["s", "in", "all,"]
