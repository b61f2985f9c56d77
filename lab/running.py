"""Runs of a scene as a page sees them: parts in their order, with words while it waits."""

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from dataclasses import asdict
from threading import Lock
from typing import Any, TypeVar

from backspike.golden.errors import check_int
from backspike.lab.cycles import cycles_of
from backspike.lab.edits import EditError, Mistake, checked
from backspike.lab.recording import first_difference, record
from backspike.lab.scene import Built, Scene

__all__ = ["look", "run"]

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
        {"difference": data or None}}`` at last; or ``{"mistakes": [...]}``.
    """

    def parts(built: Built) -> Iterator[dict[str, Any]]:
        golden = yield from _told("The golden core runs", lambda: record(scene, built, "golden"))
        yield {"recording": golden.as_data()}
        rtl = yield from _told(
            "The RTL runs, after its simulator is built, once",
            lambda: record(scene, built, "verilator"),
        )
        difference = first_difference(golden, rtl)
        yield {"rtl": {"difference": difference and difference._asdict()}}

    return _tried(scene, edits, parts)


def look(scene: Scene, edits: Mapping[str, object], step: int) -> Iterator[dict[str, Any]]:
    """Run a scene with edits in the RTL up to a step, and look at that step's cycles.

    Yields
    ------
    dict
        ``{"note": words}`` once a second; ``{"cycles": data}`` at last, or ``{"mistakes": [...]}``.
    """

    def parts(built: Built) -> Iterator[dict[str, Any]]:
        check_int("step", step, 0, scene.steps - 1)
        data = yield from _told(
            "The RTL is traced, after a simulator for that is built, once",
            lambda: cycles_of(scene, built, step),
        )
        yield {"cycles": data}

    return _tried(scene, edits, parts)


def _tried(
    scene: Scene,
    edits: Mapping[str, object],
    parts: Callable[[Built], Iterator[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    """Parts that are made of a scene's network; of what cannot be, the mistakes."""
    try:
        yield from parts(scene.build(checked(scene, edits)))
    except EditError as error:
        yield {"mistakes": error.as_data()}
    except (TypeError, ValueError) as error:  # a network that cannot be, or does not fit the core
        yield {"mistakes": [asdict(Mistake(None, str(error)))]}


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
