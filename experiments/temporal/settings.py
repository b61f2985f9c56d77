"""Settings of a run that learns over time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from backspike.experiments.circuits import TEMPORAL
from backspike.experiments.option import option
from backspike.experiments.series.bundled import BUNDLED
from backspike.experiments.settings import same
from backspike.experiments.temporal.presets import DEFAULT, PRESETS, TemporalPreset
from backspike.golden.temporal.options import TemporalOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["TemporalSettings", "temporal_identity"]

_OPTIONS = tuple(f.name for f in fields(TemporalOptions))


def _number(help: str, low: float, high: float) -> Any:
    """An option of :class:`TemporalOptions`, which checks it."""
    return option(float, help=help, low=low, high=high)


def _whole(help: str, low: int, high: int) -> Any:
    return option(int, help=help, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class TemporalSettings:
    """Settings of a run that learns over time; None is one that was not given."""

    circuit: str = option(default=TEMPORAL, choices=(TEMPORAL,))
    dataset: str = option(
        default="japanese-vowels",
        help=f"{', '.join(BUNDLED)}, or FILE.npz",
        shown=True,
    )
    data_dir: Path | None = same("data_dir")
    encoder: str | None = option(
        help="how values become spikes, such as thermometer:8, delta:0.1 or crossing:16"
    )
    labels: str | None = same("labels")
    validation: float | None = same("validation")
    engine: str = option(default="equations", shown=True)
    lanes: int | None = same(
        "lanes", help=f"of the core that is followed  [default: {DEFAULT_LANES}]"
    )
    check: bool | None = option(bool, help="engines: compare with the equations")
    hidden: tuple[int, ...] | None = option(tuple, help="sizes of hidden layers")
    epochs: int | None = option(int, low=1, in_run=False)
    samples: int | None = same("samples")
    seed: int = same("seed")
    order: str = same("order")
    recurrent: bool | None = option(bool, help="hidden neurons have synapses onto each other")
    tau: float | None = _number("time constant of hidden voltages, in steps of data", 0.5, 1000)
    tau_out: float | None = _number("time constant of outputs", 0.5, 1000)
    tau_trace: float | None = _number("time constant of the traces of spikes", 0.5, 1000)
    tau_trace_out: float | None = _number(
        "time constant of a second trace, by which outputs learn; 0: by the same", 0, 1000
    )
    tau_current: float | None = _number("second time constant of hidden neurons; 0: none", 0, 1000)
    adaptation: int | None = _whole("what a spike takes from its neuron's current", 0, 255)
    threshold: int | None = _whole("threshold of hidden neurons, in weight units", 1, 1 << 16)
    box: int | None = _whole("errors reach voltages so near to it; a power of 2", 1, 1 << 14)
    in_exponent: int | None = _whole("inputs add their weights times 2**N", 0, 7)
    goal: int | None = _whole("what outputs are to pass, on their side", -1 << 16, 1 << 16)
    margin: int | None = _whole("by how much", 0, (1 << 16) - 1)
    dead_zone: int | None = _whole("hidden neurons ignore errors up to this", 0, 1 << 16)
    errors: str | None = option(choices=("every", "end"), help="steps of data with errors")
    settle: int | None = _whole("first step of data with errors", 0, 1 << 20)
    eligibility: str | None = option(
        choices=("trace", "tag"), help="what errors meet: traces, or products summed in tags"
    )
    tag_leak: int | None = _whole("a tag loses 2**-N of itself in a step of data; 0: nothing", 0, 7)
    impulse: int | None = _whole("what a spike adds to a trace", 1, 127)
    impulse_out: int | None = _whole("what it adds to the second one", 1, 127)
    rate: int | None = _whole("step of hidden weights, in 1/128 of a trace", 1, 255)
    rate_out: int | None = _whole("step of output weights, likewise", 1, 255)
    halving: int | None = _whole("halve the rates every so many epochs; 0: never", 0, 10_000)
    out: Path = same("out")
    resume: bool = same("resume")

    @property
    def preset(self) -> TemporalPreset:
        """Values of the options that are left out."""
        return PRESETS.get(self.dataset, DEFAULT)

    @property
    def learning(self) -> TemporalOptions:
        """Constants of the network; raises ValueError if one is out of its range."""
        given = {name: getattr(self, name) for name in _OPTIONS}
        chosen = {name: value for name, value in given.items() if value is not None}
        # What the preset has for another way of learning does not go with this one.
        if chosen.get("errors") == "end":
            chosen.setdefault("settle", 0)
        if "threshold" in chosen:
            chosen.setdefault("box", 1 << max(0, chosen["threshold"].bit_length() - 2))
        return replace(self.preset.options, **chosen)

    def settled(self) -> "TemporalSettings":
        """The settings with all that was left out."""
        return replace(
            self,
            **asdict(self.learning),
            encoder=self.encoder or self.preset.encoder,
            hidden=self.preset.hidden if self.hidden is None else self.hidden,
            epochs=self.epochs or self.preset.epochs,
            lanes=self.lanes or DEFAULT_LANES,
            check=self.engine != "equations" and self.check is not False,
        )


def temporal_identity(
    settings: TemporalSettings, layers: tuple[int, ...], contents: Mapping[str, str | None]
) -> dict[str, Any]:
    """All that decides the result of a run: see :func:`~.settings.run_identity`."""
    path = Path(settings.dataset)
    names = ("circuit", "encoder", "labels", "validation", "engine", "lanes", "check", "samples")
    return {
        "dataset": settings.dataset if settings.dataset in BUNDLED else path.suffix[1:].lower(),
        **{name: getattr(settings, name) for name in names},
        "layers": layers,
        "seed": settings.seed,
        "order": settings.order,
        "learning": asdict(settings.learning),
        **contents,
    }
