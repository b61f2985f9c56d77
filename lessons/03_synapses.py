# %% [markdown]
# # 3. Synapses: memory, lists, delays
#
# **Goals.** You know how a spike finds its targets on a chip, what its synapses cost in memory, and
# what a spike costs in work. You can make a neuron that hears a rhythm.
#
# **Time.** 60 to 75 minutes. **You need** lesson 1.

# %%
import numpy as np

from backspike import Network, compile_network, simulate
from backspike.lessons import check, new_axes

# %% [markdown]
# ## Where is a weight?
#
# A core has a thousand neurons, and each may have a thousand synapses: a million weights. A synapse
# leads from its *source*, which fires, to its *target*. Weights are in memory, and memory gives one
# *word*, a row of some hundred bits, in a cycle of the clock. So everything depends on which
# weights share a word.
#
# - Neurons stand in rows of `lanes`, 16 as a rule: sixteen small adders, side by side.
# - A *dense list* belongs to one source. It has one word for each row of targets; a word has one
#   weight for each lane. A synapse that does not exist is a weight of 0.
# - When the source fires, its list is read, word after word. In a cycle all sixteen lanes add their
#   weight to the sum of their neuron.
#
# ```text
#               lane 0   lane 1   lane 2  ...  lane 15
# source 0   |  to 0   |  to 1  |  to 2  | ... | to 15 |   word 0: targets 0 to 15
#            |  to 16  |  to 17 |  to 18 | ... | to 31 |   word 1: targets 16 to 31
# source 1   |  to 0   |  to 1  |  to 2  | ... | to 15 |   word 2
# ```
#
# The compiler tells what a connection takes:

# %%
network = Network()
pixels = network.input("pixels", 20)
cells = network.population("cells", 64, threshold=100)
network.connect("synapses", pixels, cells, 2, pattern="all-to-all")
cost = compile_network(network).costs[0]
print(f"{cost.synapses} synapses in {cost.words} words, {cost.bits} bits, as a {cost.format} list")

# %% [markdown]
# **Exercise 3.1.** Write `words(sources, targets, lanes)`: the words that an all-to-all connection
# takes. Every list begins with a word of its own.


# %% exercise 3.1
def words(sources, targets, lanes):
    raise NotImplementedError  # your turn


# %%
check("3.1", words)

# %% [markdown]
# ## Few synapses
#
# If most weights are 0, a dense list is a waste. A *sparse list* has only the synapses that exist,
# but each is a word of its own, with the number of its target. From a matrix, the compiler takes
# what needs fewer words, and so fewer cycles. Where is the border?

# %% alt="Words over the share of synapses: sparse ones grow, dense ones stay at 256"
rng = np.random.default_rng(1)
shares = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64]
counts = {"as the compiler chooses": [], "always sparse": []}
for share in shares:
    matrix = np.where(rng.random((64, 64)) < share, 40, 0)
    network = Network()
    source, target = network.input("source", 64), network.population("target", 64, threshold=100)
    network.connect("chosen", source, target, matrix, pattern="all-to-all")
    network.connect("sparse", source, target, 40, pattern=np.argwhere(matrix))
    chosen, sparse = compile_network(network).costs
    print(f"{share:4.0%} of the synapses exist: {chosen.format}")
    counts["as the compiler chooses"].append(chosen.words)
    counts["always sparse"].append(sparse.words)

axes = new_axes("share of synapses that exist", "words")
for label, line in counts.items():
    axes.loglog(shares, line, "o-", label=label)
_ = axes.legend()

# %% [markdown]
# ## Work
#
# A silent neuron costs nothing: no list is read without a spike. This is why such chips are called
# *event-driven*, and why they can be so frugal.
#
# **Exercise 3.2.** Write `delivered(spikes, targets, lanes)`: the words that are read in a run.
# `spikes` is a list of pairs (step, source); every source is connected with all targets.


# %% exercise 3.2
def delivered(spikes, targets, lanes):
    raise NotImplementedError  # your turn


# %%
check("3.2", delivered)

# %% [markdown]
# ## On its way
#
# What a list adds, it does not add to the voltage, but to an *accumulator*, a sum that the neuron
# takes in its next step. So a spike of step 0 arrives in step 1, never earlier. With a *delay* of
# 3, it arrives in step 4: a core keeps several sums for each neuron, one for each of the coming
# steps, and a synapse adds to that of its own time.
#
# Here three inputs fire in step 0, with delays of 0, 2 and 5:

# %% alt="Sums that arrive: 10 in step 1, 20 in step 3, 30 in step 6"
network = Network()
keys = network.input("keys", 3)
ear = network.population("ear", 1, threshold=1000)
network.connect(
    "synapses", keys, ear, [[10], [20], [30]], pattern="all-to-all", delays=[[0], [2], [5]]
)
chord = {"keys": [(0, 0), (0, 1), (0, 2)]}
result = simulate(network, chord, steps=8, probes=["u:ear"])  # u: what arrives in a step
axes = new_axes("time step", "sum that arrives (weight units)")
_ = axes.bar(range(8), result["u:ear"][:, 0])

# %% [markdown]
# **Exercise 3.3.** Write `sums(spikes, weights, delays, steps)`: a list with the sum that arrives
# at a neuron in each of the steps. `spikes` are pairs (step, source) again; `weights[source]` and
# `delays[source]` are those of the synapse from there. What arrives after the last step is lost.


# %% exercise 3.3
def sums(spikes, weights, delays, steps):
    raise NotImplementedError  # your turn


# %%
check("3.3", sums)

# %% [markdown]
# ## A neuron that hears a rhythm
#
# Four inputs fire one after the other: input 0 in step 0, input 1 in step 3, input 2 in step 5,
# input 3 in step 6. A neuron with a threshold of 100 gets 30 from each. It forgets at once, so it
# fires only if all four *arrive* in the same step.
#
# **Exercise 3.4.** Choose the delays. The neuron has to fire once for this motif, and never when it
# is played backwards: input 0 in step 6, input 1 in step 3, input 2 in step 1, input 3 in step 0.

# %% exercise 3.4
delays = None  # your turn: a list of four numbers from 0 to 62

# %%
check("3.4", delays)

# %% [markdown]
# ## What you have learned
#
# - A list belongs to a source; a word of a dense list has a weight for each lane.
# - A dense list is worth it where more than one synapse in sixteen exists.
# - Work is done for spikes only, and counted in words.
# - A spike is on its way for one step and its delay; delays make neurons that know order.
#
# **Read on:** `docs/architecture.md`, on rows, lists and columns; bits of every word:
# `docs/host-map.md`; synapses that learn their delay: `backspike example delays`.
# **Next:** synapses that change.
