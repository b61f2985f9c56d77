"""Sweeps: what is run, that it goes on where it ended, and what comes out."""

import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.kernels_text import layer_shapes
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
from backspike.golden.nbp.initial_weights import init_kernels, init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import epoch_order, train

TASK = Task("digits", None, None, 200, 2, 64)
PLAIN = {"margin": 0, "window": 512, "dead_zone": 0, "rate": None, "halving": 0, "shifts": 0}


def test_a_grid_has_every_combination_once():
    values = {name: [value] for name, value in PLAIN.items()}
    values |= {"rate": [None, 128], "halving": [0, 4], "seed": [1, 2, 3]}
    points = grid(kernels=[None], hidden=[(16,), (8, 8)], **values)
    assert len(points) == len(set(points)) == 2 * (1 + 2) * 3  # without a rate nothing is halved
    assert len({point.name for point in points}) == len(points)


def test_a_grid_refuses_what_cannot_learn():
    values = {name: [value] for name, value in PLAIN.items()}
    with pytest.raises(ValueError, match="margin must be a multiple of 128, not 100"):
        grid(kernels=[None], hidden=[(16,)], **(values | {"margin": [0, 100]}), seed=[1])


def test_a_point_is_what_the_equations_learn():
    point = Point(None, (12,), 256, 4096, 32, 200, 1, 0, 7)
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


def test_a_point_may_have_convolutions(tmp_path):
    values = {name: [value] for name, value in PLAIN.items()} | {"rate": [(64, 256)]}
    points = grid(kernels=["16x3x3/2+0", None], hidden=[(8,)], **values, seed=[1])
    assert [point.name for point in points] == [
        "k16x3x3s2p0-h8-m0-w512-z0-r64x256-d0-x0-s1", "h8-m0-w512-z0-r64x256-d0-x0-s1",
    ]  # fmt: skip
    curves = train_point(TASK, points[0])
    data = load_dataset("digits")
    shapes = layer_shapes((8, 8, 4), "16x3x3/2+0", (256, 8, 10))
    weights, random = init_kernels(shapes, 1, 64), random_states(16, 1)
    x, y = data.x_train[:200], data.y_train[:200]
    for epoch in range(2):
        order, phase = epoch_order(200, 1, epoch), TrainingPhase(epoch)
        options = {"learning": points[0].learning, "phase": phase, "random": random}
        train(weights, x, y, order, shapes=shapes, **options)
    assert curves["membrane"][1] == evaluate(weights, data.x_test, data.y_test, shapes).membrane


@pytest.mark.parametrize(
    ("kernels", "rate", "message"),
    [
        ("8x3x3", 9, "kernels '8x3x3': filters must be a multiple of the core's lanes, 16, not 8"),
        ("8x3x3", (1, 2, 3), "kernels '8x3x3': filters must be a multiple"),
        ("16x3x3", (1, 2, 3), "rate must have at most 2, one of a layer, not 3"),
        ("8x3", None, "kernels must be FILTERSxROWSxCOLUMNS"),
    ],
)
def test_a_grid_refuses_networks_that_cannot_be(kernels, rate, message):
    values = {name: [value] for name, value in (PLAIN | {"rate": rate}).items()}
    with pytest.raises(UserError, match=f"^{message}"):
        grid(kernels=[kernels], hidden=[()], **values, seed=[1])


def test_another_sweep_is_not_gone_on_with(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    folder.begin(TASK, {"seeds": (1, 2)}, resume=False)
    with pytest.raises(UserError, match="epochs was 2, not 3"):
        folder.check(Task("digits", None, None, 200, 3, 64), resume=True)
    assert folder.options() == {"seeds": (1, 2), "out": tmp_path / "sweep"}


def test_a_dask_cluster_gives_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    points = grid(kernels=[None], hidden=[(8,)], **{k: [v] for k, v in PLAIN.items()}, seed=[1, 2])
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
