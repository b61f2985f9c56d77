# %% [markdown]
# # 5. Rewards and tags
#
# **Goals.** You know how a reward that comes late can still find the synapses that earned it. You
# have computed a tag and a rewarded weight to the last bit, and written such a rule.
#
# **Time.** 60 to 75 minutes. **You need** lesson 4.

# %%
import numpy as np

from backspike import Network, simulate
from backspike.lessons import check, colour, golden_synapse, new_axes

# %% [markdown]
# ## Who was it?
#
# STDP strengthens what helped a neuron to fire, whether firing was a good idea or not. An animal
# that presses a lever learns from the sugar, and the sugar comes seconds later, after a thousand
# other spikes. Which synapses earned it?
#
# The answer of many brains and of this core: a synapse that helped *tags* itself. The tag fades
# within some steps. A reward is the same for all synapses, but it changes only those that still
# have a tag. A rule with three factors then: source, target, and reward.
#
# ```text
# dt = x1*y0 - 2^-4*t*u0
# dw = 2^-3*r1*t*u0
# ```
#
# - `dt` changes the tag `t`, `dw` the weight, both in the same step.
# - `u0` is always 1: such a product counts in every step.
# - `r1` is the reward of this step: 0 most of the time, positive for praise, negative for blame.
#
# Here is one synapse. Its source fires in step 2, its target in step 4; the reward comes in
# step 12.

# %% alt="The tag jumps to 38 and fades; the reward in step 12 adds 10 to the weight"
rule = "dt = x1*y0 - 2^-4*t*u0; dw = 2^-3*r1*t*u0"
run = golden_synapse(rule, before=[2], after=[4], steps=24, rewards={12: 4}, probes=["tag", "w"])
axes = new_axes("time step", "tag, weight")
axes.step(range(24), run["tag"], where="mid", label="tag")
axes.step(range(24), run["w"], where="mid", label="weight")
axes.axvline(12, color=colour("gold"), label="reward")
_ = axes.legend()

# %% [markdown]
# **Exercise 5.1.** Write `tag(before, after, steps)`: a list with the tag after each step. `before`
# and `after` are the steps in which source and target fire.
#
# - The trace x1 is that of lesson 4: it decays by `* 51039 // 65536`, a spike adds 64, it stops at
#   127; and x1*y0 counts, as there, in the steps in which the target fires.
# - Both products take the tag *as it was before the step*.
# - The new tag, `t + x1*y0 - t/16`, is rounded down to a whole number; it is at most 255.


# %% exercise 5.1
def tag(before, after, steps):
    raise NotImplementedError  # your turn


# %%
check("5.1", tag)

# %% [markdown]
# **Exercise 5.2.** Write `weight(before, after, rewards, steps)`: a list with the weight after each
# step. `rewards` is a dictionary: `rewards[8]` is r1 in step 8, and in steps that are not in it, r1
# is 0. The new weight is `w + r1 * t / 8`, with the tag *as it was before the step*, rounded down
# to a multiple of 2. It begins at 0 and stays from -256 to 254.


# %% exercise 5.2
def weight(before, after, rewards, steps):
    raise NotImplementedError  # your turn


# %%
check("5.2", weight)

# %% [markdown]
# ## How late is too late?
#
# The tag loses a sixteenth in every step. So the later a reward, the less it does:

# %% alt="The later the reward, and the faster the tag fades, the smaller the weight"
waits = range(1, 41, 3)
axes = new_axes("steps from the target's spike to the reward", "weight that was learned")
for fade, hue in (("2^-4", "blue"), ("2^-2", "red")):
    fading = f"dt = x1*y0 - {fade}*t*u0; dw = 2^-3*r1*t*u0"
    learned = [
        golden_synapse(fading, [2], [4], 48, rewards={4 + wait: 4})["w"][-1] for wait in waits
    ]
    axes.plot(waits, learned, "o-", color=colour(hue), label=f"the tag fades by {fade} a step")
_ = axes.legend()

# %% [markdown]
# **Exercise 5.3.** Write a rule of this kind, a text with `dt` and `dw`:
#
# - a target that fires after its source raises the tag by x1,
# - a source that fires after its target lowers it by half of y1,
# - an eighth of the tag fades in every step,
# - a reward changes the weight by a quarter of reward times tag.

# %% exercise 5.3
rewarded = None  # your turn: "dt = ...; dw = ..."

# %%
check("5.3", rewarded)

# %% [markdown]
# ## Praise from a neuron
#
# Who gives the reward? The host may, or a neuron of the core: `network.reward(judge, 4)` says
# that every spike of `judge` adds 4 to r1 in the next step. Here are two synapses, each with its
# own action. In every trial of 60 steps one of both, at random, leads to its action; praise comes
# ten steps later, and only for action 0.

# %% alt="The weight of the praised action grows from 20 to about 150, the other one hardly"
network = Network(seed=3)
network.traces(x1=(64, 4.0))  # impulse, and after how many steps a third of it is left
cue, push, praise = (network.input(name, n) for name, n in (("cue", 2), ("push", 2), ("praise", 1)))
action = network.population("action", 2, threshold=1000)
judge = network.population("judge", 1, threshold=50)
network.connect(
    "learned",
    cue,
    action,
    20,
    pattern="one-to-one",
    rule="dt = x1*y0 - 2^-4*t*u0; dw = 2^-4*r1*t*u0",
    rounding="stochastic",  # small changes count on average
    sign="excitatory",
)
# A push makes its action fire, whatever else arrives: an exponent of 3 takes the weight 2^3 times.
network.connect("push", push, action, 2016, pattern="one-to-one", exponent=3)
network.connect("praise", praise, judge, 64, pattern="one-to-one")
network.reward(judge, 4)

chosen = np.random.default_rng(1).integers(2, size=60)
starts = 60 * np.arange(60)
spikes = {
    "cue": [(t, which) for t, which in zip(starts, chosen, strict=True)],
    "push": [(t + 2, which) for t, which in zip(starts, chosen, strict=True)],
    "praise": [(t + 12, 0) for t, which in zip(starts, chosen, strict=True) if which == 0],
}
result = simulate(network, spikes, steps=3600, probes={"w:learned": 10})
axes = new_axes("time step", "weight")
for which, hue in ((0, "blue"), (1, "red")):
    label = f"action {which}, {'praised' if which == 0 else 'not praised'}"
    axes.plot(
        result.times["w:learned"], result["w:learned"][:, which], color=colour(hue), label=label
    )
_ = axes.legend()

# %% [markdown]
# Both synapses have the same pairs of spikes, and both are there when praise comes; only one has a
# tag that is still fresh. (In a trial that follows a praised one directly, a little praise may
# reach the wrong one.)
#
# ## What you have learned
#
# - A tag is a synapse's memory of its own merits, and fades.
# - Three factors: a pair of spikes makes the tag, a reward turns it into weight.
# - All products of a step see tag and weight as they were before it.
#
# **Read on:** `docs/learning.md`, on rewards and their channels; `backspike example reward-stdp`,
# four cues and four actions; its price in lesson 4's figure.
# **Next:** instead of one reward for all, an error for each neuron: backpropagation.
