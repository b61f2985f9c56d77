"""The one loop: order, checkpoints, and an end that does not depend on interruptions."""

import numpy as np
import pytest

from backspike.experiments import train_loop
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.inputs import shortened
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import learn_epochs, shuffled_epochs, train_on
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import epoch_order, train

DIGITS = shortened(load_dataset("digits"), 150)
LAYERS = (256, 8, 10)


class Small(EquationsLearner):
    """Stops after some parts, and compares nothing but counts how often it was asked to."""

    chunk = 64

    def __init__(self, state, parts=None):
        super().__init__(state)
        self.parts, self.compared = parts, 0

    def learn(self, x, y):
        if self.parts == 0:
            raise KeyboardInterrupt
        if self.parts is not None:
            self.parts -= 1
        return super().learn(x, y)

    def mismatches(self):
        self.compared += 1
        return self.compared % 2

    def counters(self):
        return {"steps": 5}


def begun(parts=None):
    state = EquationsState.fresh(init_weights(LAYERS, 1, 64))
    return Small(state, parts), Checkpoint(*state)


def test_epochs_are_those_of_the_equations():
    learner, state = begun()
    train_on(learner, DIGITS, state, epochs=3, seed=5)
    weights = init_weights(LAYERS, 1, 64)
    for epoch in range(3):
        hits = train(weights, DIGITS.x_train, DIGITS.y_train, epoch_order(150, 5, epoch))
        entry = state.history[epoch]
        assert (entry["epoch"], entry["train_exact"]) == (epoch + 1, hits / 150)
        accuracy = evaluate(weights, DIGITS.x_test, DIGITS.y_test)
        assert entry["test_membrane"] == accuracy.membrane
    for got, wanted in zip(learner.weights(), weights, strict=True):
        assert np.array_equal(got, wanted)
    assert (state.epoch, state.position, state.hits) == (3, 0, 0)


@pytest.mark.parametrize("parts", range(9))
def test_an_interrupted_run_ends_like_a_whole_one(parts):
    whole, end = begun()
    train_on(whole, DIGITS, end, epochs=3, seed=5)
    learner, state = begun(parts)
    written = []
    with pytest.raises(KeyboardInterrupt):
        train_on(learner, DIGITS, state, epochs=3, seed=5, write=written.append)
    assert written[-1] is state
    assert (state.epoch, state.position) == (parts // 3, 64 * (parts % 3))
    learner.parts = None
    train_on(learner, DIGITS, state, epochs=3, seed=5, write=written.append)
    assert state.history == end.history
    for got, wanted in zip(learner.weights(), whole.weights(), strict=True):
        assert np.array_equal(got, wanted)
    assert state.totals["steps"] == 10  # of both parts
    assert state.totals["mismatches"] == 1  # the worst of all


def test_a_checkpoint_is_written_after_every_epoch_and_every_minute(monkeypatch):
    learner, state = begun()
    places = []
    write = lambda now: places.append((now.epoch, now.position))  # noqa: E731
    train_on(learner, DIGITS, state, epochs=2, seed=1, write=write)
    assert places == [(1, 0), (2, 0)]
    monkeypatch.setattr(train_loop, "CHECKPOINT_SECONDS", 0.0)
    learner, state = begun()
    places.clear()
    train_on(learner, DIGITS, state, epochs=1, seed=1, write=write)
    assert places == [(0, 64), (0, 128), (0, 150), (1, 0)]


def test_what_is_told_and_when():
    learner, state = begun()
    told, ends = [], []
    train_on(
        learner, DIGITS, state, epochs=2, seed=1,
        progress=told.append, on_epoch=lambda: ends.append((state.epoch, len(told))),
    )  # fmt: skip
    assert told == [64, 64, 22] * 2
    assert ends == [(1, 3), (2, 6)]


def test_without_a_check_nothing_is_compared():
    learner, state = begun()
    train_on(learner, DIGITS, state, epochs=2, seed=1, check=False)
    assert not learner.compared
    assert state.totals["mismatches"] == 0


def test_the_given_order_and_other_inputs_are_taken():
    x, y = np.arange(12).reshape(6, 2), np.arange(6)
    epochs = list(
        shuffled_epochs(lambda n, which: x[which] + n, y, seed=1, order="given", first=1, end=3)
    )
    assert [epoch.phase.epoch for epoch in epochs] == [1, 2]
    assert epochs[1].classes.tolist() == y.tolist()
    assert epochs[1].inputs(slice(2, 4)).tolist() == (x[2:4] + 2).tolist()


def test_an_epoch_that_is_done_is_not_learned_again():
    learner, state = begun()
    state.epoch = 3
    train_on(learner, DIGITS, state, epochs=3, seed=1)
    assert state.history == []
    learn_epochs(learner, [], state)
    assert state.epoch == 3
