"""Runs of a scene as a page sees them: parts in their order, with words while it waits."""

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from dataclasses import asdict
from threading import Lock
from typing import Any, TypeVar

from backspike.lab.edits import EditError, Mistake, checked
from backspike.lab.recording import first_difference, record
from backspike.lab.scene import Scene

__all__ = ["run"]

_Made = TypeVar("_Made")
#: Seconds from one word to the next while something takes long.
_INTERVAL = 1.0
#: Engines run one at a time: a run that was edited meanwhile is over soon.
_ENGINES = Lock()


def run(scene: Scene, edits: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Run a scene with edits on the golden core, then in the RTL.

    Yields
    ------
    dict
        ``{"note": words}`` once a second; ``{"recording": data}`` of the golden core; ``{"rtl":
        {"difference": data or None}}`` at last; or ``{"mistakes": [...]}``, and nothing else.
    """
    try:
        built = scene.build(checked(scene, edits))
        golden = yield from _told("The golden core runs", lambda: record(scene, built, "golden"))
    except EditError as error:
        yield {"mistakes": error.as_data()}
        return
    except ValueError as error:  # a network that cannot be, or does not fit the core
        yield {"mistakes": [asdict(Mistake(None, str(error)))]}
        return
    yield {"recording": golden.as_data()}
    rtl = yield from _told(
        "The RTL runs, after its simulator is built, once",
        lambda: record(scene, built, "verilator"),
    )
    difference = first_difference(golden, rtl)
    yield {"rtl": {"difference": difference and difference._asdict()}}


def _told(what: str, work: Callable[[], _Made]) -> Generator[dict[str, Any], None, _Made]:
    """Do work and return what it makes; meanwhile, once a second, say what is done."""

    def alone() -> _Made:
        with _ENGINES:
            return work()

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(alone)
        seconds = 0
        while True:
            try:
                return made.result(_INTERVAL)
            except Waiting:
                seconds += 1
                yield {"note": f"{what} ({seconds} s)"}
