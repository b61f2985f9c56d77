"""Sweeps: what is run, that it goes on where it ended, and what comes out."""

import json

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.sweep import (
    Point,
    SweepFolder,
    Task,
    executor,
    grid,
    run_sweep,
    train_point,
)
from backspike.experiments.sweep_report import draw_rows, rows_of, table_of
from backspike.golden.errors import UserError
from backspike.golden.nbp.equations import epoch_order, evaluate, init_weights, train
from backspike.golden.nbp.learning import Learning, Phase, random_states

TASK = Task("digits", None, None, 200, 2, 64)
PLAIN = {"margin": 0, "window": 512, "dead_zone": 0, "rate": None, "halving": 0, "shifts": 0}


def test_a_grid_has_every_combination_once():
    values = {name: [value] for name, value in PLAIN.items()}
    values |= {"rate": [None, 128], "halving": [0, 4], "seed": [1, 2, 3]}
    points = grid(hidden=[(16,), (8, 8)], **values)
    assert len(points) == len(set(points)) == 2 * (1 + 2) * 3  # without a rate nothing is halved
    assert len({point.name for point in points}) == len(points)


def test_a_grid_refuses_what_cannot_learn():
    values = {name: [value] for name, value in PLAIN.items()}
    with pytest.raises(ValueError, match="margin must be a multiple of 128, not 100"):
        grid(hidden=[(16,)], **(values | {"margin": [0, 100]}), seed=[1])


def test_a_point_is_what_the_equations_learn():
    point = Point((12,), 256, 4096, 32, 200, 1, 0, 7)
    curves = train_point(TASK, point)
    data = load_dataset("digits")
    x, y = data.x_train[:200], data.y_train[:200]
    weights, random = init_weights((256, 12, 10), 7, 64), random_states(16, 7)
    learning = Learning(256, 4096, 32, 200, 1)
    for epoch in range(2):
        order = epoch_order(200, 7, epoch)
        hits = train(weights, x, y, order, learning=learning, phase=Phase(epoch), random=random)
        assert curves["train_exact"][epoch] == hits / 200
        accuracy = evaluate(weights, data.x_test, data.y_test)
        assert curves["membrane"][epoch] == accuracy.membrane
        assert curves["spikes"][epoch] == accuracy.spikes


def test_a_sweep_goes_on_and_can_be_wider(backspike, tmp_path):
    out = tmp_path / "sweep"
    command = ("sweep", "--samples", 100, "--epochs", 1, "--hidden", "8", "--lift", 64, "--jobs", 1)
    done = backspike(*command, "--seeds", "1-2", "--out", out)
    assert done.returncode == 0, done.stderr
    files = sorted((out / "points").iterdir())
    assert [json.loads(file.read_text())["point"]["seed"] for file in files] == [1, 2]
    kept = json.loads(files[0].read_text())
    kept["curves"]["membrane"] = [0.125]  # as proof that this one is not run again
    files[0].write_text(json.dumps(kept))
    assert backspike(*command, "--seeds", "1-2", "--out", out).returncode == 2
    done = backspike(*command, "--seeds", "1-2", "--margin", "0,512", "--out", out, "--resume")
    assert done.returncode == 0, done.stderr
    table = json.loads((out / "table.json").read_text())
    assert [row["seeds"] for row in table] == [[1, 2], [1, 2]]
    by_margin = {row["setting"]["margin"]: row for row in table}
    assert by_margin[0]["last"]["membrane"][0] == 0.125
    assert (out / "sweep.png").read_bytes().startswith(b"\x89PNG")
    assert "margin" in done.stdout
    assert "128-m0" not in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seeds", "1,x"], "'1,x' is no list of numbers from 0"),
        (["--rate", "all,300"], "from 1 to 256 or 'all'"),
        (["--margin", "5"], "margin must be a multiple of 128, not 5"),
        (["--resume"], "nothing to resume"),
        (["--dataset", "nothing"], "there is no data set 'nothing'"),
    ],
)
def test_what_cannot_be_is_refused(backspike, options, message, tmp_path):
    done = backspike("sweep", *options, "--out", tmp_path / "sweep")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "sweep").exists()


def test_another_sweep_is_not_gone_on_with(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    folder.begin(TASK, resume=False)
    with pytest.raises(UserError, match="epochs was 2, not 3"):
        folder.begin(Task("digits", None, None, 200, 3, 64), resume=True)


def test_rows_are_means_over_seeds_the_best_first(tmp_path):
    results = {
        Point((8,), m, 512, 0, None, 0, 0, seed): {
            "membrane": [0.9, *[value] * 4, value - 0.1],
            "spikes": [0.1] * 6,
        }
        for m, seed, value in ((0, 2, 0.4), (0, 1, 0.2), (128, 1, 0.6))
    }
    rows = rows_of(results)
    assert [row.setting["margin"] for row in rows] == [128, 0]
    assert rows[1].seeds == [1, 2]
    assert np.isclose(rows[1].mean("membrane"), 0.3)  # of the last five, so without the 0.9
    assert np.allclose(rows[1].last["membrane"], [0.1, 0.3])
    columns = [column.header for column in table_of(rows, "test").columns]
    assert columns[:2] == ["margin", "seeds"]
    draw_rows(rows, tmp_path / "rows.png", "test")
    assert (tmp_path / "rows.png").read_bytes().startswith(b"\x89PNG")


def test_a_dask_cluster_gives_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    points = grid(hidden=[(8,)], **{k: [v] for k, v in PLAIN.items()}, seed=[1, 2])
    here = {point: train_point(TASK, point) for point in points}
    there = {}
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        folder = SweepFolder(tmp_path / "sweep")
        folder.begin(TASK, resume=False)
        with executor(None, cluster.scheduler_address) as (pool, where):
            assert "1 workers of" in where
            run_sweep(pool, folder, TASK, points, there.__setitem__)
    assert there == here


def test_no_scheduler_is_one_line(backspike, tmp_path):
    pytest.importorskip("distributed")
    done = backspike(
        "sweep", "--scheduler", "tcp://127.0.0.1:9", "--samples", 50, "--out", tmp_path / "sweep"
    )
    assert done.returncode == 2
    assert "--scheduler tcp://127.0.0.1:9" in done.stderr
