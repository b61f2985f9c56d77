"""The scene of a reward that comes steps later."""

from backspike.lab.presets.reward import SCENE
from backspike.lab.recording import record


def _run(**changed):
    return record(SCENE, SCENE.build(SCENE.values | changed), "golden")


def test_a_cue_ends_by_choosing_the_action_that_pays():
    recorded = _run()
    last = recorded.weights("choice")[-1].reshape(2, 2)
    assert last.diagonal().min() > 120 > 60 > last[0, 1]
    assert last[1, 0] < 60
    trials = recorded.spikes["action"].steps // 32
    chosen = recorded.spikes["action"].neurons[trials >= 12].tolist()
    assert chosen == [0, 1, 0, 1]
    assert not set(recorded.spikes["push"].steps // 32) & {12, 13, 14, 15}


def test_without_rewards_nothing_is_learned():
    recorded = _run(reward=0, punishment=0)
    assert (recorded.weights("choice") == 60).all()


def test_a_reward_that_comes_later_teaches_less():
    gains = [_run(delay=delay).weights("choice")[64][0] for delay in (6, 24)]
    assert gains[0] > gains[1] > 60
