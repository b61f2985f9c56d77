# %% [markdown]
# # 2. The same neuron in hardware
#
# **Goals.** You can read and write a small circuit in Amaranth: wires and registers, widths and
# signs. You have built the neuron of lesson 1 as a circuit, looked at its waves, and compared it
# with the golden model bit for bit.
#
# **Time.** 75 to 90 minutes. **You need** lesson 1, and classes in Python.

# %%
from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.lessons import check, colour, golden_run, new_axes, run_neuron

# %% [markdown]
# ## A program that makes a circuit
#
# Amaranth is Python that *describes* a circuit. The code below runs once, before there is any
# time; what it leaves is wires, adders and registers, which then all work at once, for ever.
#
# - A `wiring.Component` is a box. Its ports are declared like fields: `In` or `Out`, with a shape.
#   `signed(24)` is 24 bits in two's complement, a plain `13` is 13 bits without a sign; a
#   `Signal` is a wire within the box, with a shape, too.
# - `elaborate` makes a `Module` and adds statements to it: `m.d.comb += a.eq(b)` is a *wire*: `a`
#   is always `b`. `m.d.sync += a.eq(b)` is a *register*: at the clock's next edge, `a` becomes
#   what `b` was just before it, and keeps it until the next edge.
# - `with m.If(x):` holds a statement back unless `x` is 1; `m.Elif(y)` and `m.Else()` may follow.
#   A register that is not assigned keeps its value; if two statements assign it, the later one
#   wins.
# - `Mux(x, a, b)` is `a` if `x` is 1, else `b`. There is no `if` on signals: Python's own `if` is
#   over before the circuit exists. And, or, not are `&`, `|`, `~`. They bind tighter than
#   comparisons: write `(a > b) & (c == 0)`, with both pairs of parentheses.
#
# A bucket without a hole, for a start: whenever `en` (*enable*) is 1, it adds `total`, 64 times:
# `<< 6` is a shift by six bits.


# %%
class Bucket(wiring.Component):
    """Adds up what comes, and never leaks."""

    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def elaborate(self, platform):
        m = Module()
        full = Signal(signed(24))
        m.d.comb += full.eq(self.v + (self.total << 6))
        with m.If(self.en):
            m.d.sync += self.v.eq(full)
        return m


# %% [markdown]
# `run_neuron` puts such a component into Amaranth's simulator. It gives it one sum in each cycle,
# and tells `v` and `spike` after each. A `None` is a pause: `en` is 0 in that cycle.

# %%
drive = [60, 0, None, 60, -80, 60]
after = run_neuron(Bucket(), drive, vcd="bucket.vcd")
print([v for v, _ in after])

# %% [markdown]
# With `vcd=` it also writes the *waves*: what every signal was at every moment. Open `bucket.vcd`
# in [GTKWave](https://gtkwave.sourceforge.net) or [Surfer](https://surfer-project.org) to look
# around. Here is the one that matters: it moves only at edges, and not in the pause.

# %% alt="Waves of v: it moves at edges of the clock only, and not in the pause"
axes = new_axes("clock cycle", "v (1/64 weight unit)")
axes.step(range(7), [0, *(v for v, _ in after)], where="post", label="v")
axes.axvspan(2, 3, color=colour("gold"), alpha=0.2, label="pause: en is 0")
_ = axes.legend()

# %% [markdown]
# ## Widths and signs
#
# - A sum or product is as wide as it needs to be: nothing overflows in between.
# - An assignment cuts off what does not fit, **silently**.
# - `x >> 12` of a signed number stays signed, and rounds *down*, as in Python.
# - A slice, `x[12:]`, is **unsigned**, whatever `x` is; `x[12:].as_signed()` is not.
#
# We need to round *towards zero*. The trick: to a negative number, add 4095 before the shift.
# -5 * 3072 = -15360 is -3.75 * 4096; shifted it would be -4; (-15360 + 4095) >> 12 is -3.
#
# **Exercise 2.1.** Write the leak as wires: `kept` is `v * (4096 - decay) / 4096`, towards zero.
# The check tries the greatest and the least voltage, too. (One statement in `m.d.comb` will do; a
# signal in between is fine.)


# %% exercise 2.1
class Leak(wiring.Component):
    v: In(signed(24))
    decay: In(13)
    kept: Out(signed(24))

    def elaborate(self, platform):
        raise NotImplementedError  # your turn: instead of this line
        m = Module()
        return m


# %%
check("2.1", Leak)

# %% [markdown]
# ## The neuron
#
# The order of a step is that of lesson 1: leak, add, compare, reset. All of this is wires; only the
# voltage and the spike are registers, and both are assigned at the same edge:
#
# ```text
#         +--------+    +-----+    +------------------+ fires
#  v ---->|  leak  |--->|  +  |--->| > 64 * threshold |-+--> register spike
#  ^      +--------+    +-----+    +------------------+ |
#  |                       | full                    +-----+
#  |                       +------------------------>| Mux |  0 if it fires, else full
#  |                                                 +-----+
#  +---- register v <-----------------------------------+
# ```
#
# **Exercise 2.2.** Write the neuron. `decay` and `threshold` are Python numbers here, known when
# the circuit is made. In a cycle in which `en` is 1 it takes a step: at its end `v` has the new
# voltage, and `spike` tells whether it fired. While `en` is 0, both stay as they are. `Leak` may
# be a part: `m.submodules.leak = leak = Leak()`, then connect its ports by `m.d.comb`, its inputs
# and what takes its output. Voltages of this exercise fit into 24 bits.
#
# The check has a decay of 1000 and a threshold of 100. It sends the sums of lesson 1, then some
# with pauses: 60, None, 60, 60, None, None, -90, 120, 80, None, 40. A cycle of its table is what
# both registers show after that cycle.


# %% exercise 2.2
class Neuron(wiring.Component):
    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def __init__(self, decay, threshold):
        super().__init__()
        self.decay, self.threshold = decay, threshold

    def elaborate(self, platform):
        raise NotImplementedError  # your turn: instead of this line
        m = Module()
        return m


# %% alt="Waves of your neuron: v falls to 0 in each cycle in which spike is 1"
sums = [60, 0, 60, 60, 0, -80, 120, 34, 100, 100, 40, 0]
if check("2.2", Neuron):
    run = run_neuron(Neuron(1024, 100), sums, vcd="neuron.vcd")
    print("equal to the golden model:", run == golden_run(sums, 1024, 100))
    axes = new_axes("clock cycle", "v (1/64 weight unit)")
    axes.step(range(13), [0, *(v for v, _ in run)], where="post", label="v")
    for cycle in (n for n, (_, spike) in enumerate(run, 1) if spike):
        axes.axvspan(cycle, cycle + 1, color=colour("red"), alpha=0.2)
    axes.set_title("in red: spike is 1")

# %% [markdown]
# ## A rest
#
# **Exercise 2.3.** Add the refractory time: after a spike there are `refractory - 1` steps in which
# the voltage stays at 0 and nothing fires. You need one more register, for the steps that are left;
# `Signal(range(64))` can count from 0 to 63. Only steps count, cycles with `en` at 0 do not. The
# check sends the same sums as before, with a `refractory` of 3, with pauses one of 2, and one of 1.


# %% exercise 2.3
class RestingNeuron(wiring.Component):
    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def __init__(self, decay, threshold, refractory):
        super().__init__()
        self.decay, self.threshold, self.refractory = decay, threshold, refractory

    def elaborate(self, platform):
        raise NotImplementedError  # your turn: instead of this line
        m = Module()
        return m


# %%
check("2.3", RestingNeuron)

# %% [markdown]
# ## What you have learned
#
# - `comb` is wires, `sync` is registers; what a register shows is what was true *before* the edge.
# - Nothing overflows within an expression; every assignment may cut off.
# - `>>` rounds down, a slice has no sign.
# - Equal means equal in every bit of every cycle.
#
# The core's own neuron, `hdl/dendrite/lif.py`, does the same in nine pipeline stages, so that it
# takes a new neuron in every cycle of a fast clock; one circuit serves all neurons, whose voltages
# are in a memory.
#
# **Read on:** the Amaranth language guide, https://amaranth-lang.org/docs/amaranth/v0.5;
# waves of a whole core: `docs/waves.md`. **Next:** how spikes find their way to a neuron.
