# %% [markdown]
# # 7. Verification: find the fault
#
# **Goals.** You have broken a circuit on purpose and found out, with stimuli that reach the fault,
# with a cocotb test, and with a proof. You know what each of the three can tell, and what not.
#
# **Time.** 75 to 90 minutes. **You need** lesson 2. **Installed:** cocotb with Icarus (or g++, for
# Verilator), and pyosys: `backspike doctor` tells.

# %%
import random

from backspike.lessons import check, golden_run, new_axes, run_neuron
from backspike.lessons.exercises.verification import DECAY, THRESHOLD, differs_from_golden
from backspike.lessons.faulty_neuron import FAULTS, FaultyNeuron

# %% [markdown]
# ## Six broken neurons
#
# A test that never failed has shown nothing. So we break things: here is the neuron of lesson 2
# again, right, and with one of six faults that people really make. Its decay is 1000, its threshold
# 200.

# %%
print(*FAULTS, sep="\n")

# %% [markdown]
# Would you see it? Here are the right one and one that rounds down, with the same sums:

# %%
sums = [60, 0, 150, 60, 40, 0, 120, 100, 20, 0]
for fault in (None, "rounds down"):
    print(fault, run_neuron(FaultyNeuron(DECAY, THRESHOLD, fault), sums))

# %% [markdown]
# Every bit is equal: these sums never *reach* the fault. A bench is as good as its stimuli.
#
# **Exercise 7.1.** Write a list of sums, and `None` for a pause, that finds all six faults: each
# broken neuron has to differ from the golden model somewhere. Sums are even numbers from -256
# to 254. Ten of them will do. The check says which neurons are found, and which pass.

# %% exercise 7.1
stimuli = None  # your turn: a list of sums and pauses

# %%
check("7.1", stimuli)

# %% [markdown]
# ## Chance
#
# Nobody knows the fault beforehand. Random sums reach what nobody thought of, if there are enough
# of them. How many does each fault need?

# %% alt="Random sums until a fault is found: over 60 for pauses, 300 for the threshold"
rng = random.Random(1)
needed = {}
for fault in FAULTS:
    tries = []
    for _ in range(5):
        drawn = [rng.choice([None, *range(-100, 160, 2)]) for _ in range(300)]
        right, broken = (
            run_neuron(FaultyNeuron(DECAY, THRESHOLD, f), drawn) for f in (None, fault)
        )
        differ = [n for n, (a, b) in enumerate(zip(right, broken, strict=True)) if a != b]
        tries.append(differ[0] + 1 if differ else 300)
    needed[fault] = sorted(tries)[2]
axes = new_axes("random sums until it is found (median of five, at most 300)", "")
_ = axes.barh(list(needed), list(needed.values()))

# %% [markdown]
# A voltage of exactly 200 hardly ever comes by chance. So verification mixes: random words, and
# extremes drawn more often than chance would; and it *counts* what was reached (coverage).
#
# ## In a Verilog simulator
#
# The core ends as Verilog, and is tested as such, too: by *cocotb*, in which a test is a Python
# coroutine: a function that may wait, by `await`. Its `dut`, the *device under test*, is the
# neuron. It drives `dut.en` and `dut.total`, waits for edges of `dut.clk`, and reads `dut.v` and
# `dut.spike`:
#
# ```python
# import cocotb
# from cocotb.clock import Clock
# from cocotb.triggers import FallingEdge
#
# @cocotb.test()
# async def one_step(dut):
#     dut.rst.value = 1
#     dut.en.value = 0
#     dut.total.value = 0
#     Clock(dut.clk, 10, unit="ns").start(start_high=False)
#     await FallingEdge(dut.clk)
#     await FallingEdge(dut.clk)
#     dut.rst.value = 0
#     dut.en.value = 1
#     dut.total.value = 60 % 4096       # 12 bits: -80 is 4096 - 80
#     await FallingEdge(dut.clk)        # a rising edge has passed: the step is done
#     assert dut.v.value.to_signed() == 3840
#     assert int(dut.spike.value) == 0
# ```
#
# Driving and reading at *falling* edges keeps clear of the race at the rising one.
#
# **Exercise 7.2.** Write a test that goes through a list of sums, and compares `v` and `spike`
# after each step with `golden_run(sums, 1000, 200)`, which is a list of pairs. It has to pass on
# the right neuron, and to fail on one that fires at the threshold and on one that forgets signs. It
# is a text, since cocotb loads it in a process of its own. It may begin with the imports above and
# `from backspike.lessons import golden_run`. (The check simulates three neurons: ten to twenty
# seconds without a word.)

# %% exercise 7.2
test = None  # your turn: a text, from `import cocotb` to the last assertion

# %%
check("7.2", test)

# %% [markdown]
# ## For all inputs
#
# Tests show that a fault is there; that there is none, they cannot show. A *proof* can, for one
# property: that it holds in every cycle, for all inputs whatsoever. A solver looks for an
# *invariant*, something that is true at reset, stays true in every cycle, and implies the claim.
#
# `bench.claim(words, condition)` claims that a condition, an Amaranth expression, is always 1.
# `where=` limits it to some cycles. `bench.past(value)` is what a value was a cycle before, and
# `bench.begun` is 0 in the very first cycle, which has no cycle before. For example:
#
# ```python
# def claims(bench, neuron):
#     bench.claim("the voltage is never above its threshold", neuron.v <= 64 * 200)
# ```
#
# **Exercise 7.3.** Write `claims(bench, neuron)` with at least two claims, which the right neuron
# keeps. The first has to be broken by a neuron that keeps its voltage at a spike; the second by one
# that moves while `en` is 0. "If a, then b" is `~a | b`, or `b` with `where=a`; and `&`, `|`, `~`
# bind tighter than comparisons. (The check proves three neurons: ten seconds without a word.)


# %% exercise 7.3
def claims(bench, neuron):
    raise NotImplementedError  # your turn


# %%
check("7.3", claims)

# %% [markdown]
# Note what these claims do *not* say: a neuron that never fires would keep both. So a bench has
# goals, too, `bench.reach(...)`: things that must happen in some run. The check has added one, that
# the neuron fires.
#
# ## What you have learned
#
# - A test is worth something once it has failed on a fault. Putting faults in and counting those
#   that are found is *mutation testing*: `make mutate` does it for the whole core.
# - Random stimuli find what nobody thought of, corner cases need a push.
# - A proof is about all inputs, but only about what is claimed.
#
# **Read on:** `docs/verification.md`, what is held against what; `docs/stages.md`, all that is
# proved; `docs/robustness.md`. **Next:** from here to an FPGA.
