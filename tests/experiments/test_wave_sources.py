"""Things that a waveform is made of."""

import pytest

from backspike.experiments.examples import EXAMPLES
from backspike.experiments.wave_sources import wave_source
from backspike.experiments.waves_settings import WavesSettings
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.network.network import Network


@pytest.fixture
def program(tmp_path):
    network = Network()
    network.connect(
        "all",
        network.input("in", 20),
        network.population("out", 2, threshold=50),
        9,
        pattern="all-to-all",
    )
    path = tmp_path / "net.npz"
    compile_network(network).save(path)
    return path


def test_an_example_shows_its_first_steps():
    source = wave_source("pair-stdp", WavesSettings())
    assert source.drive is EXAMPLES["pair-stdp"].run
    assert source.window == (0, 19)
    assert wave_source("delays", WavesSettings(first=40)).window == (40, 59)
    assert wave_source("delays", WavesSettings(first=3, last=3)).window == (3, 3)


def test_a_program_runs_with_random_spikes(program):
    counted = []
    for settings in (WavesSettings(), WavesSettings(seed=2), WavesSettings(rate=0.0)):
        made = []

        def make(program, made=made):
            made.append(GoldenCore(program.params))
            return made[0]

        wave_source(str(program), settings).drive(make)
        counted.append(made[0].counters()["input_spikes"])
    assert 10 < counted[0] < 80
    assert counted[0] != counted[1]
    assert counted[2] == 0


@pytest.mark.parametrize(
    ("what", "settings", "message"),
    [
        ("nothing", {}, "WHAT must be a run, a program .* or one of pair-stdp, .*, not 'nothing'"),
        ("pair-stdp", {"sample": "1"}, "--sample is not for an example"),
        ("pair-stdp", {"rate": 0.5}, "--rate is not for an example"),
        ("pair-stdp", {"first": 9, "last": 8}, "--from must be at most --to, 8, not 9"),
        ("program", {"sample": "1"}, "--sample is not for a program"),
        ("program", {"last": 1 << 30}, "--to must be below"),
        ("folder", {"seed": 1}, "--seed is not for a run"),
        ("folder", {}, "is not a run"),
        ("text", {}, "is not a program"),
    ],
)
def test_what_cannot_be_shown_is_refused(what, settings, message, program, tmp_path):
    (tmp_path / "text").write_text("no program")
    path = {"program": program, "folder": tmp_path, "text": tmp_path / "text"}.get(what, what)
    with pytest.raises(ValueError, match=message):
        wave_source(str(path), WavesSettings(**settings))
