"""One learning synapse of the golden core."""

from backspike.lessons.golden_synapse import golden_synapse


def test_traces_and_weight_of_a_pair():
    run = golden_synapse("dw = 2^-1*x1*y0 - 2^-1*x0*y1", [2], [4], 6, probes=["x1", "y1", "w"])
    assert run["x1"].tolist() == [0, 0, 64, 49, 38, 29]
    assert run["y1"].tolist() == [0, 0, 0, 0, 64, 49]
    assert run["w"].tolist() == [0, 0, 0, 0, 18, 18]


def test_a_reward_lasts_one_step_and_turns_a_tag_into_weight():
    rule = "dt = x1*y0; dw = 2^-2*r1*t*u0"
    run = golden_synapse(rule, [2], [3], 7, rewards={5: 2}, probes=["tag", "w"])
    assert run["tag"].tolist() == [0, 0, 0, 49, 49, 49, 49]
    assert run["w"].tolist() == [0, 0, 0, 0, 0, 24, 24]
