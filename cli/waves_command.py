"""The ``backspike waves`` command: a waveform of the RTL."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console
from backspike.cli.options import NAME, options
from backspike.experiments.files import check_file
from backspike.experiments.progress import bars
from backspike.experiments.wave_sources import wave_source
from backspike.experiments.waves_settings import WavesSettings, neuron_of, weight_of
from backspike.golden.errors import UserError
from backspike.sim.waiting import Building
from backspike.sim.waves.save_files import wave_files
from backspike.sim.waves.write_waves import record_waves

__all__ = ["waves"]


@click.command()
@click.argument("what", type=NAME)
@options(WavesSettings)
def waves(what: str, **given: Any) -> None:
    """A waveform (VCD) of the RTL that runs WHAT, and save files for GTKWave and Surfer.

    WHAT is an example (`backspike example` lists them), a program (.npz), or a run: then one of its
    test samples is learned. All signals of the core are in it and, by their names, the phase of
    each step, spikes, u and v, and weights.
    """
    settings = WavesSettings(**{field.name: given[field.name] for field in fields(WavesSettings)})
    neurons = [neuron_of(text) for text in settings.neuron]
    weights = [weight_of(text) for text in settings.weight]
    source = wave_source(what, settings)
    out = settings.out or Path(f"{source.stem}.vcd")
    if out.suffix != ".vcd":
        raise UserError(f"--out {out} must end with .vcd")
    for file in wave_files(out):
        check_file("--out", file)
    watch = source.watch(neurons, weights)
    window = watch.window
    console.print(f"preparing {settings.simulator}: {source.about}", highlight=False)
    with bars(console) as progress, Building(console) as build:
        task = progress.add_task(f"steps in {settings.simulator}", total=window.last + 1)

        def show(step: int) -> None:
            build.end()
            progress.update(task, completed=min(step, window.last + 1))

        written = record_waves(
            source.drive,
            out,
            watch,
            simulator=settings.simulator,
            on_step=show,
            progress=build,
        )
    console.print(
        f"{out}: steps {window.first} to {window.last}, {written.cycles:,} cycles; to look at it:",
        highlight=False,
        soft_wrap=True,
    )
    for viewer, file in (("gtkwave", written.files[1]), ("surfer -c", written.files[2])):
        arguments = file if viewer == "gtkwave" else f"{file} {out}"
        console.print(f"    {viewer} {arguments}", highlight=False, soft_wrap=True)
