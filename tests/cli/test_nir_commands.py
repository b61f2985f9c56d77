"""The ``backspike nir`` commands."""

import nir
import numpy as np
import pytest

from backspike.golden.network.network_file import load_network
from backspike.golden.nir.calibration import calibrate_nir
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def file(tmp_path):
    """A small graph with a recurrence."""

    def make(tau=8.0, weight=0.25, size=3):
        lif = nir.LIF(*(np.full(size, value) for value in (tau, 8.0, 0.0, 1.0)))
        nodes = {
            "in": nir.Input(np.array([2])),
            "w": nir.Linear(np.full((size, 2), weight)),
            "lif": lif,
            "rec": nir.Linear(np.full((size, size), -0.125)),
            "out": nir.Output(np.array([size])),
        }
        edges = [("in", "w"), ("w", "lif"), ("lif", "rec"), ("rec", "lif"), ("lif", "out")]
        nir.write(tmp_path / "a.nir", nir.NIRGraph(nodes, edges, type_check=False))
        return tmp_path / "a.nir"

    return make


def test_an_import_is_the_network_that_python_reads(backspike, file, tmp_path):
    out = tmp_path / "net.npz"
    options = ["--reset", "subtract", "--integrator", "exponential", "--scaling", "free"]
    done = backspike("nir", "import", file(), "--dt", "1", *options, "-o", out)
    assert done.returncode == 0, done.stderr
    network = read_nir(
        file(), dt=1.0, reset="subtract", integrator="exponential", scaling="free"
    ).network
    read = load_network(out)
    assert repr(read) == repr(network)
    for name, connection in network.connections.items():
        assert np.array_equal(connection.weights, read.connections[name].weights)
    assert read.populations["lif"].reset == "subtract"
    for text in ("lif", "LIF", "approximate", "faithful", "decay_v: ", str(out), "in to lif"):
        assert text in done.stdout


def test_a_reset_is_of_a_node_or_a_kind(backspike, file, tmp_path):
    out = tmp_path / "net.npz"
    done = backspike(
        "nir", "import", file(), "--dt", "1", "--reset", "subtract", "--reset", "lif=delayed-zero",
        "-o", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = load_network(out).populations["lif"]
    assert (made.reset, made.refractory) == ("zero", 2)


def test_a_check_tells_what_fits_where_and_writes_nothing(backspike, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = backspike("nir", "import", file(size=400), "--dt", "1", "--check")
    assert done.returncode == 0, done.stderr
    for text in ("smallest core: CoreParams(", "ulx3s-85f", "yes", "icebreaker", "no"):
        assert text in done.stdout
    for lack in ("dynamics: ", "compartments: the network needs 400, the limit is 384"):
        assert lack in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["a.nir"]


def test_a_check_tells_all_problems(backspike, file, tmp_path):
    done = backspike("nir", "import", file(tau=0.5, weight=np.nan), "--dt", "1", "--check")
    assert done.returncode == 2
    assert "weight must be finite, and has NaN (6 of 6 numbers)" in done.stdout
    assert "problems: 1" in done.stdout
    done = backspike("nir", "import", file(tau=0.5), "--dt", "1", "--check")
    assert done.returncode == 2
    assert "refused" in done.stdout
    assert "tau must be at least dt = 1 s, not 0.5" in done.stdout
    assert not done.stderr


def test_a_network_that_no_core_can_hold_is_said_not_to_fit(backspike, tmp_path):
    chain = [nir.LIF(*(np.array([x]) for x in (tau, tau, 0.0, 0.5))) for tau in range(2, 19)]
    graph = nir.NIRGraph.from_list(nir.Input(np.array([1])), *chain)
    nir.write(tmp_path / "a.nir", graph)
    for options in (["--check"], ["-o", tmp_path / "net.npz"]):
        done = backspike("nir", "import", tmp_path / "a.nir", "--dt", "1", *options)
        assert done.returncode == 2
        message = "profiles: the network needs 17, the limit is 16"
        assert message in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "net.npz").exists()


@pytest.mark.parametrize(
    ("graph", "options", "message"),
    [
        ({}, ["--dt", "0"], "dt must be between 1e-09 and 1000 seconds, not 0"),
        ({}, ["--dt", "nan"], "dt must be between 1e-09 and 1000 seconds, not nan"),
        ({}, [], "Missing option '--dt'"),
        ({}, ["--dt", "1", "--reset", "soft"], "reset must be one of zero, subtract, delayed"),
        ({}, ["--dt", "1", "--reset", "x=zero"], "reset is of neurons or their kind, lif, not of"),
        ({"tau": 0.1}, ["--dt", "1"], "lif (LIF): tau must be at least dt = 1 s, not 0.1"),
        ({"weight": np.inf}, ["--dt", "1"], "w (Linear): weight must be finite, and has an infin"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    backspike, file, tmp_path, graph, options, message
):
    out = tmp_path / "net.npz"
    done = backspike("nir", "import", file(**graph), *options, "-o", out)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not out.exists()


def test_files_are_checked(backspike, file, tmp_path):
    good = file()
    bad = tmp_path / "bad.nir"
    bad.write_bytes(good.read_bytes()[:3000])
    for source, out, message in (
        (bad, "net.npz", "bad.nir is not a NIR file, or is damaged: "),
        (tmp_path / "none.nir", "net.npz", "none.nir: No such file or directory"),
        (good, "net.txt", "must end in .npz"),
        (good, "none/net.npz", "cannot be written"),
    ):
        done = backspike("nir", "import", source, "--dt", "1", "-o", tmp_path / out)
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_check_writes_nothing(backspike, tmp_path):
    done = backspike("nir", "import", "x.nir", "--dt", 1, "--check", "--out", tmp_path / "x.npz")
    assert done.returncode == 2
    assert "--check, which writes nothing, exclude each other" in done.stderr


def test_an_import_is_calibrated_on_data(backspike, outliers, tmp_path):
    nir.write(tmp_path / "a.nir", outliers)
    spikes = np.random.default_rng(1).random((4, 40, 16)) < 0.2
    np.save(tmp_path / "c.npy", spikes)
    out, data = tmp_path / "net.npz", tmp_path / "c.npy"
    command = ["nir", "import", tmp_path / "a.nir", "--dt", "1"]
    done = backspike(*command, "--calibrate", data, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "sums kept" in done.stdout
    plain = read_nir(tmp_path / "a.nir", dt=1.0)
    expected = calibrate_nir(plain, spike_samples(plain, spikes)).imported.network
    for name, connection in expected.connections.items():
        assert np.array_equal(load_network(out).connections[name].weights, connection.weights)
    missing = tmp_path / "none.npy"
    for options, message in (
        (["--calibrate", data, "--check"], "has no effect with --check"),
        (["--calibrate", missing, "-o", tmp_path / "b.npz"], "none.npy: no such file"),
    ):
        done = backspike(*command, *options)
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / "b.npz").exists()
