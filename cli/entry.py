"""First lines of the ``backspike`` command: quiet on Ctrl-C before there is anything to stop.

Imports take seconds, and Ctrl-C may come in any of them.
"""

import os
import signal
from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Import the command, and run it."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:  # as in a background job of a shell
        signal.signal(signal.SIGINT, _leave)
    from backspike.sim.engines.cache import cache_folder

    cache_folder()  # before packages look for their own
    from backspike.cli.main import main as run

    signal.signal(signal.SIGINT, before)
    run()


def _leave(number: int, frame: FrameType | None) -> None:
    """Nothing is under way yet: no need to unwind through half-imported modules."""
    os._exit(128 + number)


if __name__ == "__main__":
    main()
