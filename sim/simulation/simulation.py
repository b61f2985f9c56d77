"""Simulations: a network on an engine, run, probed and changed by the names of its parts."""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from rich.console import Console
from rich.progress import Progress

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Engine, Record, check_engine
from backspike.golden.errors import UserError, check_bool, check_int, check_type, warn_no_effect
from backspike.golden.network.network import Network
from backspike.hdl.keywords import names_keywords
from backspike.hdl.params import CoreParams
from backspike.sim.simulation.changes import Changes
from backspike.sim.simulation.idle import idle_parts
from backspike.sim.simulation.inputs import Inputs
from backspike.sim.simulation.named_engines import named_engine
from backspike.sim.simulation.probes import Probes, make_probes, sources, unknown_probe
from backspike.sim.simulation.recorded import Events
from backspike.sim.simulation.result import Result
from backspike.sim.simulation.samples import Samples

__all__ = ["Simulation", "simulate"]

EngineName = Literal["golden", "verilator", "amaranth"]

#: Most words that are read in one exchange, and most steps that are run in one.
_WORDS, _STEPS = 1 << 18, 1 << 10
#: Steps from which on a run has a progress bar on a terminal.
_LONG = 2 * _STEPS


@names_keywords
def simulate(
    network: Network,
    inputs: Mapping[str, object] | None = None,
    *,
    steps: int,
    engine: EngineName | Engine = "golden",
    probes: Probes = (),
    params: CoreParams | None = None,
) -> Result:
    """Run a network from its beginning.

    Parameters
    ----------
    network : Network
    inputs : mapping of str to array, list or generator, optional
        Spikes by input: see :meth:`Simulation.run`.
    steps : int
        Time steps to run.
    engine : {"golden", "verilator", "amaranth"} or Engine
        Every engine gives the same numbers; see :class:`Simulation`.
    probes : list of str or Probe, or mapping of str to int
        What is recorded beside all spikes, and after every how many steps: see
        :meth:`Simulation.run`.
    params : CoreParams, optional
        The core; else the smallest that fits.

    Returns
    -------
    Result
        ``result["spikes:hidden"]``, ``result["v:hidden"]`` and so on.

    Raises
    ------
    TypeError, ValueError
        If something does not fit; the message names it, and what is possible.

    Warns
    -----
    NoEffectWarning
        If nothing can fire, a probe records nothing, or a rule reads a reward that is never
        written, or a u_k that stays 0.
    """
    simulation = Simulation(network, engine, params=params)
    return simulation._run(steps, inputs, probes, is_whole=True)


@names_keywords
class Simulation(Changes):
    """A network on an engine, to run on, to look at, and to change while it runs.

    Parameters
    ----------
    network : Network
    engine : {"golden", "verilator", "amaranth"} or Engine
        ``golden`` is the bit-exact model, and the fastest. The others are the RTL: in Verilator,
        which builds a simulator of a new core first (a minute, then cached), or in Amaranth's own
        simulator, slow, with nothing to build. An engine that has been made, such as a board, has
        its own core, which the network must fit.
    params : CoreParams, optional
        The core; else that of the engine, or the smallest that fits.

    Attributes
    ----------
    program : Program
    engine : Engine
    step : int
        Number of the next step.

    Raises
    ------
    CapacityError
        If the network does not fit the core.
    TypeError, ValueError
        If there is no such engine, or its core is not ``params``.
    """

    def __init__(
        self,
        network: Network,
        engine: EngineName | Engine = "golden",
        *,
        params: CoreParams | None = None,
    ) -> None:
        if not isinstance(network, Network):
            raise TypeError(f"network must be a Network, not {network!r:.60}")
        made = None if isinstance(engine, str) else engine
        if not isinstance(engine, str):
            check_engine(engine, tuple(get_args(EngineName)))
        if params is not None:
            check_type("params", params, CoreParams)
        if made is not None and params not in (None, made.params):
            raise UserError("params must be left out, or be those of the engine")
        program = compile_network(network, params if made is None else made.params)
        if made is None:
            made = named_engine(str(engine), program.params)
        super().__init__(network, program, made)
        self._sources = sources(network, program)
        self.step = 0
        made.load(program)

    def __repr__(self) -> str:
        return f"Simulation({self.network!r} on {self.engine.name}, step {self.step})"

    @property
    def probes(self) -> tuple[str, ...]:
        """Names of all that can be probed beside spikes."""
        return tuple(self._sources)

    @names_keywords
    def run(
        self,
        steps: int,
        inputs: Mapping[str, object] | None = None,
        *,
        probes: Probes = (),
        progress: bool = True,
    ) -> Result:
        """Run time steps on from where the simulation is.

        Parameters
        ----------
        steps : int
        inputs : mapping of str to array, list or generator, optional
            Spikes by the name of an input: an array (steps, neurons) of 0 and 1, a list of events
            (step of this run, neuron), or a generator: :func:`poisson`, :func:`regular`,
            :func:`from_rates`. Inputs that are left out are silent.
        probes : list of str or Probe, or mapping of str to int
            What is recorded beside the spikes of all populations and inputs, and after every how
            many steps (1, unless a Probe or a mapping says so):

            - ``v:hidden``, ``u:hidden``: voltage and current of a population, in weight units
            - ``x1:pixels`` ... ``y3:hidden``: traces that a rule reads, 0 to 127
            - ``w:name``: weights of a connection, convolution or transpose, as its network has
              them: in weight units, (sources, targets) if all-to-all, else its own shape
            - ``tag:name``, ``delay:name``: tags and delays of its synapses, where it has them
            - ``r1``, ``r0``, ``r1:2``: rewards, of channel 0 or another

            :attr:`probes` lists them.
        progress : bool
            Show a progress bar if the run is long and the standard error is a terminal.

        Returns
        -------
        Result

        Raises
        ------
        TypeError, ValueError
            If something does not fit, before the first step is run.

        Notes
        -----
        On the RTL, up to 1024 steps are one exchange with the core, however much is read between
        them. A sample takes cycles of the core: about 16 for each memory that is read, and 3 for
        each beat of 32 bits; a neuron's voltage and current are one word of 2 beats. So a sample
        of the voltages of 1000 neurons takes about 6000 cycles and, over a board's serial line, 8
        bytes a neuron.
        """
        return self._run(steps, inputs, probes, progress=progress)

    def _run(
        self,
        steps: int,
        inputs: Mapping[str, object] | None,
        probes: Probes,
        *,
        progress: bool = True,
        is_whole: bool = False,
    ) -> Result:
        """As :meth:`run`; with ``is_whole``, nothing comes after it, and what is idle is told."""
        check_int("steps", steps, 0, 1 << 62)
        progress = check_bool("progress", progress)
        made = Inputs(inputs, self.program.inputs, self.step, int(steps))
        chosen = make_probes(probes, self._sources, self._groups())
        first, samples = self.step, Samples(chosen, self._sources)
        samples.check_size(int(steps))
        if is_whole:
            for message in idle_parts(
                self.network, made, (probe for probe, _ in chosen.values()), int(steps)
            ):
                warn_no_effect(message)
        slices = _slices(samples.words_per_step, int(steps))
        with Progress(
            console=Console(stderr=True),
            transient=True,
            disable=not (progress and steps > _LONG and Console(stderr=True).is_terminal),
        ) as bar:
            task = bar.add_task(f"{steps:,} steps on {self.engine.name}", total=steps)
            for begin, end in slices:
                events = made.events(begin, end)
                readings = samples.readings(first + begin, end - begin)
                record, words = self.engine.watch(end - begin, made.stimulus(events), readings)
                samples.take(first + begin, end - begin, words)
                samples.spikes.append(self._events(first + begin, record, events))
                self.step += end - begin
                bar.advance(task, end - begin)
        return self._result(first, int(steps), samples)

    def read(self, probe: str) -> np.ndarray:
        """The present value of something that can be probed, shaped as one sample of it.

        Raises
        ------
        UnknownNameError
            If it cannot be probed; the message lists what can.
        """
        if not isinstance(probe, str) or probe not in self._sources:
            raise unknown_probe(probe, self._sources)
        source = self._sources[probe]
        return source.decode(self.engine.read(source.memory, source.first, source.count))

    def reset(self) -> None:
        """Load the program again: the weights of the network, no activity, step 0."""
        self.engine.load(self.program)
        self.step = 0

    def _groups(self) -> dict[str, int]:
        """Sizes of all populations and inputs."""
        places = {**self.program.inputs, **self.program.populations}
        return {name: size for name, (_, size) in places.items()}

    def _events(
        self, first: int, record: Record, inputs: Mapping[str, tuple[np.ndarray, np.ndarray]]
    ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Steps of the simulation and neurons of the spikes of each group."""
        found = {name: (steps + first, neurons) for name, (steps, neurons) in inputs.items()}
        for name, (begin, size) in self.program.populations.items():
            inside = (record.compartments >= begin) & (record.compartments < begin + size)
            found[name] = record.steps[inside] + first, record.compartments[inside] - begin
        return found

    def _result(self, first: int, steps: int, samples: Samples) -> Result:
        """Everything that was recorded."""
        empty = np.zeros(0, np.int64)
        spikes = {}
        for name, size in self._groups().items():
            parts = [part[name] for part in samples.spikes]
            spikes[name] = Events(
                np.concatenate([empty, *(steps for steps, _ in parts)]),
                np.concatenate([empty, *(neurons for _, neurons in parts)]),
                size,
            )
        populations = self.network.populations.items()
        return Result(
            first,
            steps,
            spikes,
            samples.arrays(),
            samples.times(),
            {n: neurons for n, (_, neurons) in samples.chosen.items() if neurons is not None},
            {name: np.unique(population.thresholds).tolist() for name, population in populations},
            tuple(self.program.inputs),
            self.engine.name,
        )


def _slices(words_per_step: float, steps: int) -> list[tuple[int, int]]:
    """First and last step of each exchange: as many as keep what is read within bounds."""
    length = max(1, min(_STEPS, int(_WORDS / max(1.0, words_per_step))))
    return [(at, min(at + length, steps)) for at in range(0, steps, length)]
