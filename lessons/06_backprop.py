# %% [markdown]
# # 6. Backpropagation in binary spikes
#
# **Goals.** You can write neuromorphic backpropagation, *nBP*, as equations with nothing but 0, 1
# and small integers. You have trained a network with your own code, and found that a circuit of
# spiking neurons ends with the very same weights, all of them.
#
# **Time.** 90 minutes. **You need** lessons 1 and 4, matrices in numpy, and backpropagation in
# outline.

# %%
import numpy as np
from sklearn.datasets import load_digits

from backspike import simulate
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train
from backspike.lessons import check, colour, new_axes

THETA = 1024

# %% [markdown]
# ## What backpropagation needs
#
# 1. *Forward:* each neuron adds up the weights of the sources that fire.
# 2. *Error:* at the output, what should have fired minus what fired.
# 3. *Backwards:* through the same weights, the other way round, each hidden neuron learns its part
#    in the error.
# 4. *Learning:* a weight changes where its source was active and its target has an error.
#
# On a chip of spikes, everything is 0 or 1, and an error is one of two spikes, "more" or "less".
#
# ## Forward
#
# All sums are in weight units; `theta` is 1024. A neuron fires where its sum is above theta / 2.
#
# **Exercise 6.1.** Write `layer(w, x)`. `w` is a matrix (sources, targets), `x` a vector of 0 and
# 1. Return the sums and the spikes (0 and 1, or booleans).


# %% exercise 6.1
def layer(w, x):
    raise NotImplementedError  # your turn


# %%
check("6.1", layer)

# %% [markdown]
# ## The error, and a derivative
#
# A neuron that fires or not has no slope to go down: a step. nBP takes the slope of a ramp from 0
# to theta in its place, a *surrogate*: 1 where `0 < s <= theta`, the *box*, and 0 elsewhere. In
# words: an error counts only where a small change of the sum could have made a difference.

# %% alt="A spike is a step at 512; box and ramp reach from 0 to 1024"
s = np.arange(-500, 1601)
axes = new_axes("sum s (weight units)", "")
axes.plot(s, s > THETA / 2, color=colour("blue"), label="spike: s > theta / 2")
axes.fill_between(s, 0, (s > 0) & (s <= THETA), color=colour("gold"), alpha=0.4, label="box")
axes.plot(s, np.clip(s / THETA, 0, 1), "--", color=colour("soft"), label="the ramp")
_ = axes.legend(loc="center right")

# %% [markdown]
# At the output, with the target `t` (true for the output that should fire, for one only):
#
# - +1, *more*, where the target is true, the output does not fire, and its sum is above 0,
# - -1, *less*, where it fires, the target is false, and its sum is at most theta,
# - 0 everywhere else.
#
# **Exercise 6.2.** Write `output_error(s2, t)`; both are vectors, and so is the result. In numpy
# `&`, `|` and `~` are "and", "or", "not" of booleans; mind the parentheses: `a & (s > 0)`. Booleans
# cannot be subtracted, `a.astype(int)` makes numbers of them; and `0 < s <= 1` is not for vectors.


# %% exercise 6.2
def output_error(s2, t):
    raise NotImplementedError  # your turn


# %%
check("6.2", output_error)

# %% [markdown]
# ## Backwards
#
# The errors `d2` go back through the weights `w2`, (hidden, outputs), that the activity came by: a
# hidden neuron gets the sum of its weights to all outputs, each times its error. Spikes have no
# size, so only the sign of that sum matters; and only where the hidden neuron's own sum `s1` is in
# the box: `0 < s1 <= theta`.
#
# **Exercise 6.3.** Write `hidden_error(w2, d2, s1)`: 1, 0 or -1 for each hidden neuron.


# %% exercise 6.3
def hidden_error(w2, d2, s1):
    raise NotImplementedError  # your turn


# %%
check("6.3", hidden_error)

# %% [markdown]
# ## Learning
#
# Where a source fired and its target has an error, the weight moves by 2 in the direction of that
# error (2 is one unit of a weight of 8 bits), and it stays from -256 to 254.
#
# **Exercise 6.4.** Write `learn(w1, w2, x, t)`: one sample through a network with a hidden layer.
# It returns the two new matrices. The error goes back through `w2` as it was *before* the sample.


# %% exercise 6.4
def learn(w1, w2, x, t):
    raise NotImplementedError  # your turn


# %%
solved = check("6.4", learn)

# %% [markdown]
# ## It learns
#
# 1,797 small handwritten digits, 8 by 8 pixels, black and white; 64 inputs, 32 hidden neurons, ten
# outputs. This is the golden model of your equations, which is fast:

# %% alt="Accuracy over 25 epochs: it rises from 0.4 to about 0.8"
digits = load_digits()
x, y = (digits.images.reshape(-1, 64) > 7).astype(np.uint8), digits.target
start = init_weights((64, 32, 10), seed=1)
weights, accuracy = [w.copy() for w in start], []
for _epoch in range(25):
    train(weights, x[:1400], y[:1400])
    accuracy.append(evaluate(weights, x[1400:], y[1400:]).membrane)
axes = new_axes("epoch", "accuracy on 397 new digits")
_ = axes.plot(range(1, 26), accuracy, "o-")

# %% [markdown]
# (The output with the highest sum counts. The README has networks that reach 0.97 on larger
# images.)
#
# ## From equations to a circuit
#
# Now nothing but neurons, synapses and a rule. The *folded circuit* takes four steps a sample. Each
# group of neurons is a threshold on a sum that arrives:
#
# | group | fires where |
# | --- | --- |
# | x | the host says so, in step 0 |
# | h | s1 > theta / 2; s1 is what x sends |
# | box | 0 < s1 <= theta: the same sum, another threshold |
# | o | s2 > theta / 2; s2 is what h sends |
# | d | s2 has an error, more or less: thresholds on s2 again, and the target |
# | e | what d sends back through W2 is above (or below) 0, and the box fired |
#
# At the end of the sample every weight changes by `dw = 2*x0*y0`, with the error as its target.
#
# **Exercise 6.5.** A spike is on its way for one step. In which of the steps 0 to 3 does each group
# fire?

# %% exercise 6.5
fires_in = None  # your turn: {"h": ..., "box": ..., "o": ..., "d": ..., "e": ...}

# %%
check("6.5", fires_in)

# %% [markdown]
# Here is the circuit on the golden core, with the first hundred digits. Inputs fire in the first
# step of each sample, the target in the second one. In the circuit `x` is called `in_x`, the target
# `in_t`, and `h` is `h1`, since there may be more hidden layers. Its box is `c1`; `d` and `e` are
# two groups each, `+` for *more* and `-` for *less*. The figure shows four samples; each group is a
# band of dots, one for each neuron that fires.

# %% alt="Spikes of four samples: in_x, then h1 and c1, then o and d, then e1"
samples = 100
events = {
    "in_x": [(4 * n, pixel) for n in range(samples) for pixel in np.flatnonzero(x[n])],
    "in_t": [(4 * n + 1, int(y[n])) for n in range(samples)],
}
circuit = folded_circuit([w.copy() for w in start])
run = simulate(circuit, events, steps=4 * samples, probes={"w:W1": 4, "w:W2": 4})

groups = ("in_x", "h1", "c1", "in_t", "o", "d+", "d-", "e1+", "e1-")
axes = new_axes("time step (a sample has four)", "", height=3)
for row, group in enumerate(groups):
    steps, neurons = run[f"spikes:{group}"][:16].nonzero()
    offset = neurons / (2 * run[f"spikes:{group}"].shape[1])
    axes.plot(steps, row + offset, ".", markersize=3, color=colour("red" if row > 4 else "blue"))
axes.set_yticks([row + 0.25 for row in range(len(groups))], groups)
_ = axes.set_xticks(range(0, 17, 4))

# %% [markdown]
# And now weight by weight: the circuit's beside those of the equations, and beside yours.

# %%
equations = [w.copy() for w in start]
train(equations, x[:samples], y[:samples])
for name, matrix in zip(("W1", "W2"), equations, strict=True):
    differ = (run[f"w:{name}"][-1] != matrix).sum()
    print(f"{name}: {differ} of {matrix.size} weights differ between circuit and equations")

if solved:
    mine = [w.astype(int) for w in start]
    for image, label in zip(x[:samples].astype(int), y[:samples], strict=True):
        mine = learn(*mine, image, np.arange(10) == label)
    for name, matrix in zip(("W1", "W2"), mine, strict=True):
        print(f"{name}: {(run[f'w:{name}'][-1] != matrix).sum()} differ between circuit and yours")

# %% [markdown]
# ## What you have learned
#
# - nBP is backpropagation with spikes for activities and for errors.
# - A box stands in for the slope that a step does not have.
# - The circuit stores each weight once; activity goes forwards and errors go back through the same
#   words of memory, so nothing can drift apart.
# - *Exact* means: no weight differs, ever.
#
# **Read on:** `docs/nbp.md`, equations and both circuits; `docs/rules.md`, what else learns, and
# how well; Renner et al., Nature Communications 15:9691 (2024). Your own data:
# `docs/tutorial/own-data.md`. **Next:** how one can be so sure.
