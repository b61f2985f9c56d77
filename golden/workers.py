"""Worker processes of a pool: they end with the process that began them."""

import os
import threading
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

__all__ = ["end_with_parent"]


def end_with_parent() -> None:
    """Have this process end when the one that began it has ended, however it did.

    A worker whose owner is killed would otherwise wait for work for ever.
    """
    if parent := parent_process():
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
