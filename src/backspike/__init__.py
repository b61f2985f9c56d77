"""An open, Loihi-like neurocore that learns by exact backpropagation, on chip, in spikes.

The names that a script of one's own needs. Each is imported when it is first used, so that
``import backspike`` itself takes no time; all else is in the packages below this one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspike.experiments.data.datasets import Dataset, load_dataset
    from backspike.experiments.data.encoders import Encoder, parse_encoder
    from backspike.experiments.series.load_series import SeriesData, load_series
    from backspike.experiments.series.series import Series, series_of, series_of_events
    from backspike.experiments.series.series_encoders import (
        SeriesEncoder,
        SeriesSpikes,
        fit_series_encoder,
    )
    from backspike.golden.compiler.compiler import compile_network
    from backspike.golden.compiler.program import Program
    from backspike.golden.conversion.accuracy import Accuracy, accuracy_by_steps
    from backspike.golden.conversion.convert import Conversion, convert
    from backspike.golden.core.golden_core import GoldenCore
    from backspike.golden.engine import (
        Engine,
        Record,
        Stimulus,
        read_register,
        write_register,
    )
    from backspike.golden.errors import CapacityError, UserError
    from backspike.golden.network.network import Network
    from backspike.golden.network.network_file import load_network, save_network
    from backspike.golden.nir.calibration import Calibration, calibrate_nir
    from backspike.golden.nir.comparison import compare_engine, compare_nir
    from backspike.golden.nir.export import NirExport, nir_graph, write_nir
    from backspike.golden.nir.fidelity import Fidelity
    from backspike.golden.nir.reference import run_float
    from backspike.golden.nir.samples import Samples, random_samples, spike_samples
    from backspike.golden.nir.teaching import TuningOptions
    from backspike.golden.nir.to_network import NirImport, check_nir, read_nir
    from backspike.golden.nir.tuning import Tuning, core_accuracy, float_accuracy, tune_nir
    from backspike.golden.rules.microcode import CompiledRule, compile_rule
    from backspike.golden.rules.rule import RuleError
    from backspike.hdl.layouts import SignMode
    from backspike.hdl.params import CoreParams, Overflow
    from backspike.sim.engines.amaranth_engine import AmaranthEngine
    from backspike.sim.engines.verilator import VerilatorEngine
    from backspike.sim.simulation.generators import from_rates, poisson, regular
    from backspike.sim.simulation.probes import Probe
    from backspike.sim.simulation.result import Result
    from backspike.sim.simulation.simulation import Simulation, simulate
    from backspike.sim.waves.write_waves import write_waves

    __version__: str

#: Names by the module that each is imported from.
_NAMES = {
    "experiments.data.datasets": ("Dataset", "load_dataset"),
    "experiments.data.encoders": ("Encoder", "parse_encoder"),
    "experiments.series.load_series": ("SeriesData", "load_series"),
    "experiments.series.series": ("Series", "series_of", "series_of_events"),
    "experiments.series.series_encoders": (
        "SeriesEncoder",
        "SeriesSpikes",
        "fit_series_encoder",
    ),
    "golden.compiler.compiler": ("compile_network",),
    "golden.compiler.program": ("Program",),
    "golden.conversion.accuracy": ("Accuracy", "accuracy_by_steps"),
    "golden.conversion.convert": ("Conversion", "convert"),
    "golden.core.golden_core": ("GoldenCore",),
    "golden.engine": ("Engine", "Record", "Stimulus", "read_register", "write_register"),
    "golden.errors": ("CapacityError", "UserError"),
    "golden.network.network": ("Network",),
    "golden.network.network_file": ("load_network", "save_network"),
    "golden.nir.calibration": ("Calibration", "calibrate_nir"),
    "golden.nir.comparison": ("compare_engine", "compare_nir"),
    "golden.nir.export": ("NirExport", "nir_graph", "write_nir"),
    "golden.nir.fidelity": ("Fidelity",),
    "golden.nir.reference": ("run_float",),
    "golden.nir.samples": ("Samples", "random_samples", "spike_samples"),
    "golden.nir.teaching": ("TuningOptions",),
    "golden.nir.to_network": ("NirImport", "check_nir", "read_nir"),
    "golden.nir.tuning": ("Tuning", "core_accuracy", "float_accuracy", "tune_nir"),
    "golden.rules.microcode": ("CompiledRule", "compile_rule"),
    "golden.rules.rule": ("RuleError",),
    "hdl.layouts": ("SignMode",),
    "hdl.params": ("CoreParams", "Overflow"),
    "sim.engines.amaranth_engine": ("AmaranthEngine",),
    "sim.engines.verilator": ("VerilatorEngine",),
    "sim.simulation.generators": ("from_rates", "poisson", "regular"),
    "sim.simulation.probes": ("Probe",),
    "sim.simulation.result": ("Result",),
    "sim.simulation.simulation": ("Simulation", "simulate"),
    "sim.waves.write_waves": ("write_waves",),
}
_HOMES = {name: f"{__name__}.{module}" for module, names in _NAMES.items() for name in names}

__all__ = [
    "Accuracy",
    "AmaranthEngine",
    "Calibration",
    "CapacityError",
    "CompiledRule",
    "Conversion",
    "CoreParams",
    "Dataset",
    "Encoder",
    "Engine",
    "Fidelity",
    "GoldenCore",
    "Network",
    "NirExport",
    "NirImport",
    "Overflow",
    "Probe",
    "Program",
    "Record",
    "Result",
    "RuleError",
    "Samples",
    "Series",
    "SeriesData",
    "SeriesEncoder",
    "SeriesSpikes",
    "SignMode",
    "Simulation",
    "Stimulus",
    "Tuning",
    "TuningOptions",
    "UserError",
    "VerilatorEngine",
    "__version__",
    "accuracy_by_steps",
    "calibrate_nir",
    "check_nir",
    "compare_engine",
    "compare_nir",
    "compile_network",
    "compile_rule",
    "convert",
    "core_accuracy",
    "fit_series_encoder",
    "float_accuracy",
    "from_rates",
    "load_dataset",
    "load_network",
    "load_series",
    "nir_graph",
    "parse_encoder",
    "poisson",
    "random_samples",
    "read_nir",
    "read_register",
    "regular",
    "run_float",
    "save_network",
    "series_of",
    "series_of_events",
    "simulate",
    "spike_samples",
    "tune_nir",
    "write_nir",
    "write_register",
    "write_waves",
]


if not TYPE_CHECKING:  # for which each attribute would exist

    def __getattr__(name: str) -> object:
        """Import a name of :data:`__all__` when it is first used, and keep it."""
        if name == "__version__":
            value: object = import_module("importlib.metadata").version("backspike")
        elif name in _HOMES:
            value = getattr(import_module(_HOMES[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Names, those that are not imported yet included."""
    return sorted({*globals(), *__all__})
