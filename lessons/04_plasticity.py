# %% [markdown]
# # 4. Traces and STDP
#
# **Goals.** You know how a synapse can tell that its source fired *shortly before* its target, you
# have computed STDP to the last bit, and written a rule of your own and named its price.
#
# **Time.** 75 to 90 minutes. **You need** lessons 1 and 3.

# %%
from backspike import Network, compile_rule, simulate
from backspike.fpga.feature_costs import PLAIN_CELLS, features_of
from backspike.golden.rules.microcode import needs_of
from backspike.hdl.layouts import Factor, MicroOp
from backspike.lessons import check, colour, golden_synapse, new_axes

# %% [markdown]
# ## The memory of a spike
#
# *What fires together wires together* needs a memory: when the target fires, the spike of the
# source is over. Storing the times of all spikes would take too much room. Instead each neuron has
# a *trace*: one number that rises with each spike and then decays. A large trace means: just now.
#
# In every step, in this order:
#
# 1. the trace decays: it becomes `trace * decay / 65536`, rounded down (a core may also round it at
#    random; that is switched off in this lesson, so that you can compute it),
# 2. if the neuron fires in this step, the *impulse* is added,
# 3. it stops at 127, for it has 7 bits.
#
# So the `decay` of a trace says what *stays*, in 65536ths; that of a voltage, in lesson 1, said
# what is lost. With 51039, a third of it is left after four steps (51039 / 65536 is exp(-1/4)).
#
# `golden_synapse(rule, before, after, steps)` runs a single synapse on the golden model. `before`
# are the steps in which its source fires, `after` those of its target; it returns what the `probes`
# name, after each step.

# %% alt="A trace jumps by 64 at each spike, up to 127, and decays in between"
run = golden_synapse("dw = x1*y0", before=[2, 5, 6], after=[], steps=24, probes=["x1"])
axes = new_axes("time step", "trace x1")
axes.step(range(24), run["x1"], where="mid", label="trace of a source, impulse 64")
axes.plot([2, 5, 6], [0, 0, 0], "^", color=colour("red"), label="spike")
_ = axes.legend()

# %% [markdown]
# **Exercise 4.1.** Write `trace(spikes, impulse, decay, steps)`: a list with the trace after each
# step. `spikes` is a list of the steps in which the neuron fires; the trace begins at 0.


# %% exercise 4.1
def trace(spikes, impulse, decay, steps):
    raise NotImplementedError  # your turn


# %%
check("4.1", trace)

# %% [markdown]
# ## Spike-timing-dependent plasticity
#
# A learning *rule* is a sum of products. That of STDP has two:
#
# ```text
# dw = 2^-1*x1*y0 - 2^-1*x0*y1
# ```
#
# - `x0` is 1 in a step in which the source fires, else 0; `y0` the same for the target.
# - `x1` is the trace of the source, `y1` that of the target, with the spikes of this very step.
#
# So the first product counts when the target fires, by how recently its source had: that synapse
# helped, and gets stronger. The second one counts when the source fires, by how recently the
# target had: that spike came too late, and its synapse gets weaker. Pairs of spikes with all kinds
# of distance give the *window* of STDP:

# %% alt="Window of STDP: up to 24 if the target fires later, down to -26 if it fires before"
rule = "dw = 2^-1*x1*y0 - 2^-1*x0*y1"
lags = range(-9, 10)
weights = [golden_synapse(rule, [12], [12 + lag], 24)["w"][-1] for lag in lags]
axes = new_axes("spike of the target after that of the source (steps)", "change of the weight")
axes.set_xticks(range(-8, 9, 2))
_ = axes.bar(
    lags, weights, color=[colour("blue") if weight > 0 else colour("red") for weight in weights]
)

# %% [markdown]
# ### To the last bit
#
# A weight of this connection has 8 bits with a sign, and is a multiple of 2, from -256 to 254. The
# products are exact: x1 = 77 gives 38.5. Then **the new weight**, not the change, is rounded *down*
# to a multiple of 2: 0 + 38.5 becomes 38, and 0 - 38.5 becomes -40. And it stays within its limits.
#
# **Exercise 4.2.** Write `stdp(before, after, steps)`: a list with the weight after each step, by
# the rule above. `before` and `after` are the steps in which source and target fire; both traces
# have an impulse of 64 and a decay of 51039, and your `trace` is of use. The weight begins at 0.


# %% exercise 4.2
def stdp(before, after, steps):
    raise NotImplementedError  # your turn


# %%
check("4.2", stdp)

# %% [markdown]
# ## A rule of your own
#
# Nothing of STDP is built into the core. It runs *microcode*, a few instructions for each rule. A
# `LOAD` begins a product with its constant, `MUL` multiplies it with what is the same for all
# synapses of a source. What is left is done for each synapse, in all lanes at once: `LANE`.

# %%
for row in compile_rule(rule).instructions:
    op, factor = MicroOp(row["op"]).name, Factor(row["factor"]).name
    constant = f"{row['constant']} * 2^{row['exponent']}" if op == "LOAD" else factor.lower()
    print(f"{op:5} {constant}")

# %% [markdown]
# **Exercise 4.3.** Write a rule whose left side is gentler: if the target fires after the source,
# the weight grows as above, by half of x1; if it fires before it, the weight falls by an eighth of
# y1 only. A rule is a text, as above; constants may be written `2^-3`, `0.125` or `/8`.

# %% exercise 4.3
gentle = None  # your turn: "dw = ..."

# %% alt="Window of your rule: gentler on the left than that of STDP"
if check("4.3", gentle):
    weights = [golden_synapse(gentle, [12], [12 + lag], 24)["w"][-1] for lag in lags]
    axes = new_axes("spike of the target after that of the source (steps)", "change of the weight")
    axes.set_xticks(range(-8, 9, 2))
    axes.bar(
        lags, weights, color=[colour("blue") if weight > 0 else colour("red") for weight in weights]
    )

# %% [markdown]
# ## Its price
#
# Time first. A word, that is sixteen synapses, takes one cycle for each *lane operation*:
#
# - `y0`, `y1`, `y2` (a second trace of the target) and anything with `w` differ from synapse to
#   synapse: each of them in a product is one lane operation;
# - constants, `x0` and `x1` are the same for all synapses of a source, and cost none;
# - products of which the same is left for each synapse are added beforehand, and share it.
#
# **Exercise 4.4.** How many lane operations have these rules?
#
# ```text
# 1.  dw = 2*x0*y0
# 2.  dw = 2^-1*x1*y0 - 2^-1*x0*y1
# 3.  dw = 2^-1*x1*y0 - 2^-3*x0*y0
# 4.  dw = 2^-3*x1*y0*y2 - 2^-4*x0*y1
# 5.  dw = 2^-7*x1*y0*(100 - w) - 2^-7*x0*y1*w
# ```

# %% exercise 4.4
lane_operations = None  # your turn: a list of five numbers

# %%
check("4.4", lane_operations)

# %% [markdown]
# And area: the more a rule reads, the more a core must have. A *LUT4* is the smallest part of an
# FPGA, a chip whose circuit can be changed: any function of four bits, as a table (lesson 8 has
# more of it). These are LUT4 of an ECP5, a small FPGA, for a core of 1,024 neurons and 16 lanes.
# Traces x2 and y2 are second ones, with a decay of their own; rewards and tags are for the next
# lesson.

# %% alt="LUT4: 11,586 for x0*y0, 14,090 for STDP, 14,964 for triplets, 16,687 with tags"
rules = {
    "x0*y0": "dw = 2*x0*y0",
    "pair STDP": rule,
    "triplet STDP": "dw = 2^-3*x1*y0*y2 - 2^-4*x0*y1",
    "rewards and tags": "dt = x1*y0 - 2^-4*t*u0; dw = 2^-3*r1*t*u0",
}
hues = {
    "rules": "blue",
    "traces: x1, y1": "red",
    "traces: x2, y2, y3, r0, u_k, sgn": "purple",
    "rules: tags": "green",
}
axes = new_axes("LUT4", "", height=2.6)
for name, text in rules.items():
    left = PLAIN_CELLS.lut4
    axes.barh(name, left, color=colour("soft"))
    for feature in features_of(needs_of(compile_rule(text))):
        axes.barh(name, feature.added.lut4, left=left, color=colour(hues[feature.name]))
        left += feature.added.lut4
    axes.text(left + 200, name, f"{left:,}", va="center", fontsize=8)
axes.set_xlim(0, 19000)
for name, hue in {"neurons and synapses": "soft", **hues}.items():
    axes.bar(0, 0, color=colour(hue), label=name)
_ = axes.figure.legend(loc="outside lower center", ncols=3, fontsize=8)

# %% [markdown]
# ## What you have learned
#
# - A trace is a spike's memory in a single number.
# - A rule is a sum of products; each says by x0 or y0 when it counts.
# - Rounding down has a direction: small negative changes count for more than small positive ones.
#   (That is why rules of small steps round at random: `rounding="stochastic"`.)
# - The price of a rule: lane operations in time, what it reads in area.
#
# **Read on:** `docs/learning.md`, every factor and the arithmetic; `docs/tutorial/own-rule.md`;
# `backspike rule "dw = ..."` in a terminal, for all of this on any rule.
# **Next:** rewards that come late.
