# %% [markdown]
# # 1. A spiking neuron in integers
#
# **Goals.** You can say, step by step and to the last bit, what a spiking neuron on a chip does.
# You have written one yourself, and it agrees with the golden model, the one that the hardware
# has to agree with.
#
# **Time.** 60 to 75 minutes. **You need** Python: functions, lists, loops.
#
# A cell that says `your turn` is an exercise. Below it is a check: run it as often as you like.
# It shows every expected value as *equal*, *different* or *not reached*, and then says in a
# sentence what seems to be wrong.

# %%
from backspike import Network, simulate
from backspike.lessons import check, colour, golden_run, new_axes

# %% [markdown]
# ## A bucket with a hole
#
# A *leaky integrate-and-fire* neuron is a bucket with a hole. Spikes of other neurons pour
# something in: each as much as the *weight* of its synapse. In every time step some of what is in
# the bucket, the *voltage*, leaks out. When the voltage is above the *threshold*, the neuron
# *fires*: it sends a spike of its own, and the bucket is empty again.
#
# Here are one input and one neuron. The input's spike adds 60; a quarter leaks in every step
# (`decay_v=1024`; why 1024, comes below); the threshold is 100. A spike of an input is a pair, the
# step and which of its neurons fires: there is only number 0. A *probe* records a value after every
# step, here the voltage, `v`.
#
# (The very first time on a machine, this cell takes about a minute: the model is compiled, and
# kept.)

# %%
network = Network()
button = network.input("button", 1)
neuron = network.population("neuron", 1, threshold=100, decay_v=1024)
network.connect("synapse", button, neuron, 60, pattern="one-to-one")

pressed = [0, 2, 3]
result = simulate(network, {"button": [(t, 0) for t in pressed]}, steps=10, probes=["v:neuron"])
voltage, spikes = result["v:neuron"][:, 0], result["spikes:neuron"][:, 0]
print("voltage", voltage)
print("fires in step", spikes.nonzero()[0])

# %% [markdown]
# A spike is on its way for a step: the one of step 0 arrives in step 1. In step 2 a quarter of 60
# leaks, 45 are left. In step 3 the spike of step 2 arrives: 0.75 * 45 + 60 = 93.75. In step 4 that
# of step 3 does: 0.75 * 93.75 + 60 = 130.3, which is above 100. The neuron fires, and is at 0 after
# this step, so the figure never shows the 130.3.

# %% alt="Voltage over ten steps: 60, 45, 93.75; in step 4 the neuron fires and is at 0"
axes = new_axes("time step", "voltage (weight units)")
axes.step(range(10), voltage, where="mid", label="voltage")
axes.axhline(100, linestyle="--", color=colour("red"), label="threshold")
axes.plot(spikes.nonzero()[0], [100], "v", color=colour("red"), label="spike")
_ = axes.legend()

# %% [markdown]
# ## By hand
#
# Now the *sum* of all that arrives in a step is given, for twelve steps: it arrives in that very
# step, and is in *weight units*, those of the 60 above. It can be negative, too: an *inhibitory*
# synapse takes something out of the bucket, even below 0, and what is below 0 leaks towards 0.

# %%
sums = [60, 0, 60, 60, 0, -80, 120, 34, 100, 100, 40, 0]

# %% [markdown]
# **Exercise 1.1.** The threshold is 100, a quarter leaks in every step, and the voltage begins
# at 0. In each step, in this order:
#
# 1. a quarter of the voltage leaks,
# 2. the sum is added,
# 3. if the voltage is now *above* 100, the neuron fires, and the voltage becomes 0.
#
# In which of the steps 0 to 11 does it fire? Use paper.

# %% exercise 1.1
firing_steps = None  # your turn: a list of the steps

# %%
check("1.1", firing_steps)

# %% [markdown]
# ## Whole numbers
#
# A chip has no fractions: 93.75 is not a number that it can hold. So it counts in smaller units.
# Weights and thresholds are whole *weight units*; voltages are whole numbers of **1/64 of a
# weight unit**. 93.75 becomes 6000, and a weight of 60 adds 64 * 60 = 3840.
#
# The leak is a fraction as well: `decay` says how many 4096ths are lost in a step, from 0 (nothing)
# to 4096 (all). A quarter is 1024. What is kept is
#
# ```text
# v * (4096 - decay) / 4096
# ```
#
# and what is no whole number is cut off, *towards zero*: 5.25 becomes 5, and -5.25 becomes -5. (The
# rounding to -6 that Python's `//` and `>>` do would let a voltage of -1 stay for ever: it could
# never come back to 0.) Division by 4096 is free on a chip, since it is a shift by 12 bits.

# %%
print(-21 // 4, -21 >> 2, int(-21 / 4))  # two round down, one cuts off

# %% [markdown]
# **Exercise 1.2.** Write `leak(v, decay)`: what is left of a voltage `v` (in 1/64) after a step.
# Multiply first, divide last, and use whole numbers only. What to do with a negative number?


# %% exercise 1.2
def leak(v, decay):
    raise NotImplementedError  # your turn


# %%
check("1.2", leak)

# %% [markdown]
# ## One step
#
# **Exercise 1.3.** Write `step(v, total, decay, threshold)`. It takes the voltage before the step
# (in 1/64), the sum that arrives and the threshold (both in weight units), and returns a pair: the
# voltage after the step, and 1 if the neuron fired, else 0. The order is that of exercise 1.1.


# %% exercise 1.3
def step(v, total, decay, threshold):
    raise NotImplementedError  # your turn


# %%
check("1.3", step)

# %% [markdown]
# ## A pause after each spike
#
# Real neurons need a rest after a spike, the *refractory time*. Here, `refractory` is the number
# of steps from a spike to the next one possible: with 1, the neuron may fire in the very next
# step; with 3, the two steps after a spike are a rest. During a rest the voltage stays at 0,
# whatever arrives.

# %% alt="Voltage with a refractory time of 1 and of 3, which holds it at 0 for longer"
axes = new_axes("time step", "voltage (weight units)")
for refractory in (1, 3):
    run = golden_run(sums, 1024, 100, refractory)
    axes.step(range(12), [v / 64 for v, _ in run], where="mid", label=f"refractory {refractory}")
axes.axhline(100, linestyle="--", color=colour("green"), label="threshold")
_ = axes.legend()

# %% [markdown]
# **Exercise 1.4.** Write `run(sums, decay, threshold, refractory)`. It begins at voltage 0, goes
# through all sums, and returns a list with the pair (voltage, spike) of each step. Your `step` is
# of use; beside it you need to remember for how many steps the rest still lasts. The check
# compares with the golden core.


# %% exercise 1.4
def run(sums, decay, threshold, refractory):
    raise NotImplementedError  # your turn


# %% alt="Voltage of your neuron over twelve steps"
if check("1.4", run):
    axes = new_axes("time step", "voltage (weight units)")
    axes.step(range(12), [v / 64 for v, _ in run(sums, 1024, 100, 1)], where="mid")
    _ = axes.set_title("your neuron")

# %% [markdown]
# ## What you have learned
#
# - A neuron's step is: leak, add, compare, reset. The order matters.
# - Voltages are whole numbers of 1/64 weight unit; the leak cuts off towards zero.
# - *Golden model* means: this is what must happen. All else, and soon your hardware, is compared
#   with it bit for bit.
#
# **Read on:** the glossary, `docs/glossary.md`; the neuron of the core with all that it can do
# beyond this (currents with a leak of their own, biases, noise): `docs/architecture.md`.
# **Next:** the same neuron as a circuit.
