"""Runs of a scene as a page sees them: parts in their order, with words while it waits."""

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from contextlib import closing
from dataclasses import asdict
from threading import Lock
from typing import Any, TypeVar

from backspike.golden.compiler.compiler import without_effect
from backspike.golden.errors import check_int
from backspike.lab.cycles import cycles_of
from backspike.lab.edits import EditError, Mistake, checked
from backspike.lab.recording import Recording, first_difference, record
from backspike.lab.scene import Built, Scene
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.engines.verilator_build import BuildProgress
from backspike.sim.simulation.idle import idle_parts
from backspike.sim.simulation.inputs import Inputs

__all__ = ["idle", "look", "run"]

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
        ``{"idle": sentences}`` on what can have no effect; ``{"note": words}`` once a second;
        ``{"recording": data}`` of the golden core; ``{"rtl": {"difference": data or None}}`` at
        last; or ``{"mistakes": [...]}``.
    """

    def in_rtl(built: Built) -> Callable[[BuildProgress], Recording]:
        def work(tell: BuildProgress) -> Recording:
            with closing(VerilatorEngine(scene.core, tell)) as engine:
                return record(scene, built, engine)

        return work

    def parts(built: Built) -> Iterator[dict[str, Any]]:
        yield {"idle": idle(scene, built)}
        golden = yield from _told(
            "The golden core runs; the first time, it is compiled before",
            lambda tell: record(scene, built, "golden"),
        )
        yield {"recording": golden.as_data()}
        rtl = yield from _told("The RTL runs", in_rtl(built))
        difference = first_difference(golden, rtl)
        yield {"rtl": {"difference": difference and difference._asdict()}}

    return _tried(scene, edits, parts)


def idle(scene: Scene, built: Built) -> list[str]:
    """A sentence for each part of a scene that can have no effect, once where parts share it.

    Raises
    ------
    TypeError, ValueError
        If its network cannot be.
    """
    places = {name: (0, group.size) for name, group in built.network.inputs.items()}
    inputs = Inputs(built.inputs, places, 0, scene.steps)
    sentences = [
        *without_effect(built.network, scene.core),
        *idle_parts(built.network, inputs, (), scene.steps),
    ]
    return list(dict.fromkeys(sentences))


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
            "The RTL is traced", lambda tell: cycles_of(scene, built, step, tell)
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


def _told(
    what: str, work: Callable[[BuildProgress], _Made]
) -> Generator[dict[str, Any], None, _Made]:
    """Do work and return what it makes; meanwhile, once a second, say what is done.

    ``work`` says what of a simulator is built.
    """
    now = what

    def tell(part: str, done: int, total: int) -> None:
        nonlocal now
        count = f" {done} of {total}" if total > 1 else ""
        now = f"A simulator is built, once: {part}{count}" if done < total else what

    def alone() -> _Made:
        with _ENGINES:
            return work(tell)

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(alone)
        seconds = 0
        while True:
            try:
                return made.result(_INTERVAL)
            except Waiting:
                seconds += 1
                yield {"note": f"{now} ({seconds} s)"}
