"""Reward-modulated STDP: actions are learned from late rewards, and from no random ones."""

from backspike.experiments.examples.reward_stdp import ACTIONS, EXAMPLE, WINDOW


def test_rewards_teach_the_right_action(learned):
    facts = learned(EXAMPLE)
    assert facts[f"right actions of the first {WINDOW} trials"] < 0.8
    assert facts[f"right actions of the last {WINDOW} trials"] >= 0.9
    assert 0.5 / ACTIONS < facts["the same, rewards at random"] <= 0.6
    assert facts["mean weight, right action"] > 2 * facts["mean weight, other actions"]
