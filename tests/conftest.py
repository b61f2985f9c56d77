"""Fixtures that the tests of several folders share."""

import gc
import io
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nir
import numpy as np
import pytest

from backspike.cli.console import console
from backspike.cli.main import main
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.nbp.layer_shapes import LayerShape
from backspike.golden.nbp.learning import LearningOptions
from backspike.golden.temporal.circuit import TemporalWeights, temporal_circuit
from backspike.golden.temporal.equations import TemporalEquations
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.samples import TemporalSamples, sample_steps, sample_stimulus
from backspike.sim.figures import Picture

_SAMPLES = 200
_VECTORS = Path(__file__).parent / "vectors"
#: Widths and heights of windows of the browser.
_SIZES = {"phone": (390, 844), "tablet": (820, 1180), "screen": (1400, 900)}

#: Folders, files and tests that build simulators or netlists, that learn for long, that start
#: processes, or that simulate a whole core slowly where another test does it, too.
_SLOW = (
    "bench",
    "cli/test_demo_command.py",
    "cli/test_killed_runs.py",
    "cli/test_main.py::test_verilog_writes_a_core",
    "cli/test_run_commands.py::test_a_run_of_a_circuit_is_reported_from_its_checkpoint",
    "cli/test_sweep_commands.py",
    "cli/test_train_command.py",
    "cli/test_train_run.py",
    "docs/test_blocks.py::test_the_blocks_of_a_page_run",
    "experiments/examples",
    "experiments/test_fidelity_report.py::test_it_fits_every_screen_without_an_error",
    "experiments/test_report.py::test_it_fits_every_screen_without_an_error",
    "experiments/test_results.py::test_picture_that_fails_leaves_the_old_one",
    "fpga",
    "golden/nbp/test_paper_circuit.py::test_the_description_gives_every_recorded_spike_and_weight",
    "golden/nbp/test_paper_circuit.py::test_the_paper_variant_is_the_circuit_after_thousands_of_samples",
    "golden/test_kernel_cache.py",
    "hdl/host/test_link.py::test_a_core_that_takes_nothing_stops_the_host_and_no_word_is_lost",
    "hdl/test_core.py",
    "hdl/test_verilog.py::test_cores_of_two_sizes_share_no_module",
    "hdl/test_verilog.py::test_every_process_makes_the_same_text",
    "lab/test_recording.py::test_the_rtl_does_the_same",
    "lessons/exercises/test_board.py",
    "lessons/exercises/test_verification.py::test_a_test_that_finds_too_little_is_told",
    "lessons/exercises/test_verification.py::test_claims_that_find_too_little_are_told",
    "lessons/test_cocotb_bench.py",
    "lessons/test_sources.py::test_a_solved_lesson_passes_all_its_checks",
    "lessons/test_sources.py::test_an_unsolved_lesson_runs_and_passes_none",
    "lessons/test_synthesis.py",
    "lessons/test_execute.py",
    "proof/test_netlists.py::test_a_block_of_a_board_is_its_netlist",
    "sim/engines/test_amaranth_engine.py::test_a_core_matches_the_golden_one",
    "sim/engines/test_cocotb_bfm.py",
    "sim/engines/test_cocotb_run.py",
    "sim/engines/test_verilator.py",
    "sim/engines/test_verilator_build.py",
    "sim/verify/fuzz/test___main__.py::test_a_session_of_the_rtl_has_no_fault",
    "sim/verify/test_verification.py::test_simulators_agree_with_the_golden_core",
    "sim/verify/test_verify_cocotb.py",
    "sim/waves/test_simulators.py::test_both_simulators_tell_the_same",
    "sim/waves/test_write_waves.py",
    "system",
    "test_package.py::test_the_course_runs_from_the_wheel",
    "test_package.py::test_mypy_resolves_a_script_outside_of_the_tree",
)
#: Quick ones among them: a core with everything, built once and then cached.
_QUICK = (
    "fpga/test_report.py",
    "system/test_random_rules.py::test_every_synapse_is_that_of_the_golden_core",
    "system/test_tutorial.py::test_the_script_learns_on_the_golden_core",
)


# Designs, networks and tests are many objects that stay: see backspike.hdl.lib.garbage.
gc.set_threshold(200_000, 20, 20)


def pytest_collection_modifyitems(items):
    """Mark what ``make quick`` leaves out."""
    for item in items:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        name = f"{path}::{getattr(item, 'originalname', item.name)}"
        slow = any(f"{name}/".startswith((f"{start}/", f"{start}::")) for start in _SLOW)
        if slow and path not in _QUICK and name not in _QUICK:
            item.add_marker(pytest.mark.slow)


def _case(seed):
    """A network of 1 to 3 hidden layers of any size, its lanes, and samples."""
    rng = np.random.default_rng(seed)
    hidden = rng.integers(6, 30, 1 + seed % 3)
    layers = (int(rng.integers(8, 60)), *map(int, hidden), [1, 10][seed // 3 % 2])
    lanes = int(rng.choice([1, 2, 4, 8, 16]))
    x = (rng.random((_SAMPLES, layers[0])) < 0.3).astype(np.uint8)
    y = rng.integers(0, layers[-1], _SAMPLES)
    weights = []  # such that sums are about theta / 2: errors get through, outputs are wrong
    for n, m in pairwise(layers):
        mean = (700 if len(weights) == len(hidden) else 1400) / n
        w = rng.normal(mean, 300 / np.sqrt(n), (n, m))
        weights.append(np.clip(w, -256, 254).astype(np.int16) & -2)
    return layers, lanes, weights, x, y


@pytest.fixture(scope="session")
def vectors():
    """Path of recorded numbers, by name; skips where they are among those too large to be kept."""

    def find(name):
        outside = os.environ.get("BACKSPIKE_VECTORS")
        for folder in (_VECTORS, *((Path(outside),) if outside else ())):
            if (folder / name).exists():
                return folder / name
        return pytest.skip(f"{name} is not in tests/vectors: set BACKSPIKE_VECTORS to its folder")

    return find


@pytest.fixture(scope="session")
def folded_case():
    """A random network and samples by which it learns: see :func:`_case`."""
    return _case


@pytest.fixture(scope="session")
def convolution_case():
    """A random network with convolutions and samples: see :func:`_convolutions`."""
    return _convolutions


def _convolutions(seed, lanes):
    """Shapes of one or two convolutions and of one or two matrices, weights and samples."""
    rng = np.random.default_rng([seed, 9])
    image = (*map(int, rng.integers(5, 9, 2)), int(rng.integers(1, 4)))
    shapes = []
    for _ in range(1 + seed % 2):
        kernel = tuple(map(int, rng.integers(2, 4, 2)))
        pad, stride = int(rng.integers(min(kernel))), int(rng.integers(1, 3))
        filters = lanes * int(rng.integers(-(-4 // lanes), 1 + max(1, 12 // lanes)))
        shapes.append(LayerShape.convolution(image, kernel, filters, stride, pad))
        image = shapes[-1].out
    sizes = [shapes[-1].n_post, *map(int, rng.integers(3, 12, 1 + seed // 2 % 2))]
    shapes += [LayerShape.dense(n, m) for n, m in pairwise(sizes)]
    weights = []  # as in _case
    for shape in shapes:
        mean = (700 if shape is shapes[-1] else 1400) / shape.weights[0]
        w = rng.normal(mean, 300 / np.sqrt(shape.weights[0]), shape.weights)
        weights.append(np.clip(w, -256, 254).astype(np.int16) & -2)
    x = (rng.random((_SAMPLES, shapes[0].n_pre)) < 0.3).astype(np.uint8)
    return shapes, weights, x, rng.integers(0, shapes[-1].n_post, _SAMPLES)


@dataclass
class TemporalCase:
    """A random network that learns over time: one or two hidden layers, with or without synapses
    among them, traces or tags, and samples of different lengths."""

    weights: TemporalWeights
    options: TemporalOptions
    samples: TemporalSamples
    program: Program

    @classmethod
    def of(cls, seed, params=None):
        rng = np.random.default_rng([seed, 5])
        options = TemporalOptions(
            recurrent=seed % 2 == 1,
            tau=rng.choice([1.0, 3.0, 10.0, 50.0]),
            tau_out=rng.choice([2.0, 20.0]),
            tau_trace=rng.choice([1.0, 4.0, 20.0]),
            tau_trace_out=rng.choice([0.0, 0.0, 20.0]),
            tau_current=rng.choice([0.0, 0.0, 2.0, 5.0]),
            adaptation=int(rng.choice([0, 0, 40])),
            threshold=int(rng.choice([100, 256])),
            box=int(rng.choice([16, 64])),
            in_exponent=int(rng.choice([0, 0, 2])),
            goal=int(rng.choice([0, 100, 256])),
            margin=int(rng.choice([0, 50])),
            dead_zone=int(rng.choice([0, 0, 30])),
            errors=["every", "every", "end"][int(rng.integers(3))],
            eligibility="tag" if seed % 3 == 2 else "trace",
            tag_leak=0 if seed % 9 in (2, 5) else int(rng.integers(1, 6)),
            impulse=int(rng.integers(1, 60)),
            rate=int(rng.integers(1, 40)),
            rate_out=int(rng.integers(1, 60)),
        )
        hidden = rng.integers(3, 30, 1 + seed // 2 % 2)
        layers = (int(rng.integers(5, 40)), *map(int, hidden), int(rng.integers(2, 8)))
        forward = [2 * rng.integers(-60, 90, sizes) for sizes in pairwise(layers)]
        among = [2 * rng.integers(-40, 40, (n, n)) for n in layers[1:-1] if options.recurrent]
        weights = TemporalWeights(*([w.astype(np.int16) for w in ws] for ws in (forward, among)))
        steps, n = 9, 12
        samples = TemporalSamples(
            (rng.random((n, steps, layers[0])) < 0.3).astype(np.uint8),
            rng.integers(1, steps + 1, n),
            rng.integers(0, layers[-1], n),
        )
        core = {"params": params} if params else {"lanes": int(rng.choice([1, 4, 16]))}
        network = temporal_circuit(weights, options, seed=seed)
        return cls(weights, options, samples, compile_network(network, **core))

    def equations(self):
        """The equations with weights of their own, as a core is loaded."""
        random = self.program.memories["random"].astype(np.uint32)
        return TemporalEquations(self.program, self.weights.copy(), self.options, random)

    def run(self, engine, learn=True):
        """Run all samples on an engine that is loaded; yields after each."""
        n = len(self.weights.forward)
        for x, label in self.samples.one_by_one():
            engine.clear()
            steps = sample_steps(len(x), self.options, n, learn=learn)
            asked = label if learn else None
            spikes = sample_stimulus(self.program, x, asked, self.options, n)
            engine.run(steps, spikes, record=False)
            yield


@pytest.fixture(scope="session")
def temporal_case():
    """A random network that learns over time, by seed: see :class:`TemporalCase`."""
    return TemporalCase.of


@pytest.fixture(scope="session")
def beyond_the_paper():
    """A learning with something that the paper does not have, by seed."""
    return _beyond_the_paper


def _beyond_the_paper(seed):
    rng = np.random.default_rng([seed, 77])
    rate = int(rng.integers(1, 257)) if seed % 3 else None
    return LearningOptions(
        margin=128 * int(rng.integers(0, 17)) if seed % 3 != 1 else 0,
        window=1 << int(rng.integers(12, 15)) if seed % 3 != 1 else 512,
        dead_zone=int(rng.integers(0, 200)) if seed % 2 else 0,
        rate=rate,
        halving=int(rng.integers(0, 3)) if rate else 0,
    )


@pytest.fixture(scope="session")
def compare():
    """Learns on an engine and by the equations: see :func:`_compare`."""
    return _compare


def _compare(engine, weights, x, y, name="folded"):
    """Learn in a circuit on an engine and by the equations; both must end with the same weights."""
    circuit, variant = CIRCUITS[name].learn(weights, engine.params), CIRCUITS[name].variant
    equations = EquationsLearner(EquationsState.fresh(weights, variant=variant), variant=variant)
    learner = CircuitLearner(circuit, engine, equations)
    learner.learn(x, y)
    learned = learner.weights()
    changed = any((a != b).any() for a, b in zip(equations.weights(), weights, strict=True))
    assert changed, "nothing learned"
    for k, (got, expected) in enumerate(zip(learned, equations.weights(), strict=True), 1):
        assert np.array_equal(got, expected), f"W{k} of {circuit.layers}"


@pytest.fixture(scope="session")
def cifar_files():
    """Writes made-up files of CIFAR-10: see :func:`_write_cifar`."""
    return _write_cifar


def _write_cifar(folder, masks):
    """Files with so many random masks each, every one in ten colours, which are the classes.

    All colours are equally bright: without them, the ten images of a mask are the same. Returns how
    many of four levels of red, green and blue a class has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    colours = [levels for levels in np.ndindex(4, 4, 4) if sum(levels) == 4][:10]
    for name in (*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"):
        drawn = rng.random((masks, 1, 1, 1024)) < 0.5
        planes = (drawn * np.array(colours)[:, :, None] * 64).reshape(10 * masks, -1)
        labels = np.tile(np.arange(10), masks)[:, None]
        np.hstack([labels, planes]).astype(np.uint8).tofile(folder / f"{name}.bin")
    return colours


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def _backspike(*arguments):
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["backspike", *map(str, arguments)])
        patch.setattr(console, "width", 200)
        patch.delenv("BACKSPIKE_DATA", raising=False)
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def backspike():
    """The command, called with its arguments."""
    return _backspike


@pytest.fixture
def device():
    """Path of a terminal of the test's own: one that every program shares could be destroyed."""
    ends = os.openpty()
    yield Path(os.ttyname(ends[1]))
    for end in ends:
        os.close(end)


@pytest.fixture
def empty_pictures(monkeypatch):
    """Pictures that nothing is drawn in: to draw them takes half of the time of a small run."""
    empty = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    monkeypatch.setattr(Picture, "_drawn", empty)


@pytest.fixture(scope="session")
def outliers():
    """A NIR graph of two layers; of the 384 weights of the first, two are hundreds of times the
    rest."""
    rng = np.random.default_rng(1)
    weights = rng.normal(0.05, 0.15, (24, 16))
    weights[3, 0], weights[5, 7] = 40.0, 60.0
    layers = [(weights, 24), (rng.normal(0.1, 0.3, (5, 24)), 5)]
    nodes = [nir.Input(np.array([16]))]
    for matrix, size in layers:
        lif = nir.LIF(*(np.full(size, value) for value in (8.0, 8.0, 0.0, 1.0)))
        nodes += [nir.Linear(matrix), lif]
    return nir.NIRGraph.from_list(*nodes)


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window, driven by Selenium; skips where one of them is not there."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are missing: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(driver)
    with webdriver.Chrome(options=options, service=service) as chrome:
        yield chrome


@pytest.fixture(scope="session")
def show():
    """Shows a page."""

    def show(browser, page, size, scheme):
        """Show a page, a file or an address, in a window of a size to a reader who prefers a scheme
        of colours; returns the window's width."""
        width, height = _SIZES[size]
        window = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preferred})
        browser.get(page.as_uri() if isinstance(page, Path) else page)
        return width

    return show
