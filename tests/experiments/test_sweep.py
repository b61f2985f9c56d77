"""Sweeps: what is run, that it goes on where it ended, and what comes out."""

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
from backspike.golden.errors import UserError
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import epoch_order, train

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
    learning = LearningOptions(256, 4096, 32, 200, 1)
    for epoch in range(2):
        order = epoch_order(200, 7, epoch)
        hits = train(
            weights, x, y, order, learning=learning, phase=TrainingPhase(epoch), random=random
        )
        assert curves["train_exact"][epoch] == hits / 200
        accuracy = evaluate(weights, data.x_test, data.y_test)
        assert curves["membrane"][epoch] == accuracy.membrane
        assert curves["spikes"][epoch] == accuracy.spikes


def test_another_sweep_is_not_gone_on_with(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    folder.begin(TASK, {"seeds": (1, 2)}, resume=False)
    with pytest.raises(UserError, match="epochs was 2, not 3"):
        folder.check(Task("digits", None, None, 200, 3, 64), resume=True)
    assert folder.options() == {"seeds": (1, 2), "out": tmp_path / "sweep"}


def test_a_dask_cluster_gives_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    points = grid(hidden=[(8,)], **{k: [v] for k, v in PLAIN.items()}, seed=[1, 2])
    in_process = {point: train_point(TASK, point) for point in points}
    there = {}
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        folder = SweepFolder(tmp_path / "sweep")
        folder.begin(TASK, {"seeds": (1, 2)}, resume=False)
        with executor(None, cluster.scheduler_address) as (pool, where):
            assert "1 workers of" in where
            run_sweep(pool, folder, TASK, points, there.__setitem__)
    assert there == in_process
