# %% [markdown]
# # 8. From RTL to an FPGA
#
# **Goals.** You have taken a neuron of your own through synthesis, placement and timing to a
# bitstream, made it smaller and faster, and run a network on a board that is emulated to the bit.
#
# **Time.** 60 to 75 minutes. **You need** lesson 2. **Installed:** yosys and nextpnr (they come
# with `pip install 'backspike[lessons]'`), and g++: `backspike doctor` tells.

# %%
from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike import Network, simulate
from backspike.fpga.boards import find_board
from backspike.fpga.emulator import Emulator
from backspike.fpga.engine import FpgaEngine
from backspike.lessons import check, colour, new_axes
from backspike.lessons.faulty_neuron import FaultyNeuron
from backspike.lessons.synthesis import count_cells, place

# %% [markdown]
# ## Synthesis: from a text to cells
#
# An FPGA is a field of small parts whose wires are switched by a *bitstream*:
#
# - a *LUT4*: any function of four bits, as a table of sixteen,
# - a flip-flop (*FF*): one bit of a register,
# - *block RAM*: memory, a few thousand bits each,
# - *multipliers*, of 16 or 18 bits: few, and dear.
#
# *yosys* turns our neuron into these. A neuron that forgets at once (decay 4096) is little more
# than a comparison; one that leaks has to multiply:

# %%
for decay in (4096, 1000, 1024):
    print(f"decay {decay}:", count_cells(FaultyNeuron(decay, threshold=200)))

# %% [markdown]
# A decay of 1024 is a quarter: `v * 3072 / 4096` is `3 * v / 4`. That needs no multiplier, if we
# write it so that the tool can see it.
#
# **Exercise 8.1.** Write `Quarter`: `kept` is three quarters of `v`, towards zero, equal in each
# bit to the leak of lesson 2 with a decay of 1024, without a multiplier.


# %% exercise 8.1
class Quarter(wiring.Component):
    v: In(signed(24))
    kept: Out(signed(24))

    def elaborate(self, platform):
        raise NotImplementedError  # your turn: instead of this line
        m = Module()
        return m


# %%
solved = check("8.1", Quarter)

# %% [markdown]
# ## Timing: how fast?
#
# From one edge of the clock to the next, signals go from registers through LUTs and wires to
# registers. The longest such path is the *critical path*; the clock cannot be faster. *nextpnr*
# places the cells, routes the wires, and adds up the delays. Here is a whole neuron with decay 1000
# on an iCE40UP5K, its multiplication made of LUTs. (`ICESTORM_LC` is a LUT4 with its flip-flop,
# `SB_IO` a pin, `SB_GB` a wire for the clock. This cell takes ten seconds.)


# %% alt="Critical path: wires and LUTs take turns, for about 45 ns"
class Chip(wiring.Component):
    """A neuron whose voltage stays inside, so that there are pins enough."""

    en: In(1)
    total: In(signed(12))
    spike: Out(1)

    def elaborate(self, platform):
        m = Module()
        m.submodules.neuron = neuron = FaultyNeuron(1000, 200)
        m.d.comb += [
            neuron.en.eq(self.en),
            neuron.total.eq(self.total),
            self.spike.eq(neuron.spike),
        ]
        return m


placed = place(Chip(), mhz=24)
print(f"{placed.fmax_mhz:.1f} MHz, cells: {placed.used}, {len(placed.path)} parts in the path")
axes = new_axes("time within a cycle (ns)", "", height=1.4)
at = 0
for kind, delay in placed.path:
    axes.barh(0, delay, left=at, color=colour("gold" if kind == "routing" else "blue"))
    at += delay
axes.set_yticks([])
_ = axes.set_title(f"critical path, {at:.1f} ns: wires in gold, LUTs and registers in blue", size=9)

# %% [markdown]
# **Exercise 8.2.** Write `fmax(path)`: the fastest clock in MHz. `path` is a list of pairs, what it
# is and how many nanoseconds it takes, such as `("routing", 2.95)`.


# %% exercise 8.2
def fmax(path):
    raise NotImplementedError  # your turn


# %%
check("8.2", fmax)

# %% [markdown]
# Now the neuron with your leak, which has less to do:

# %%
if solved:

    class QuarterChip(wiring.Component):
        """A neuron with the leak of exercise 8.1."""

        en: In(1)
        total: In(signed(12))
        spike: Out(1)

        def elaborate(self, platform):
            m = Module()
            m.submodules.leak = leak = Quarter()
            v, full, fires = Signal(signed(24)), Signal(signed(24)), Signal()
            m.d.comb += [
                leak.v.eq(v),
                full.eq(leak.kept + (self.total << 6)),
                fires.eq(full > 64 * 200),
            ]
            with m.If(self.en):
                m.d.sync += [v.eq(Mux(fires, 0, full)), self.spike.eq(fires)]
            return m

    mine = place(QuarterChip(), mhz=24)
    print(f"{mine.fmax_mhz:.1f} MHz, cells: {mine.used}")

# %% [markdown]
# ## How many?
#
# **Exercise 8.3.** Write `copies(cells, available)`: how many copies of a design fit on an FPGA.
# Both are dictionaries by kind: LUT4, FF, BRAM, multiplier.


# %% exercise 8.3
def copies(cells, available):
    raise NotImplementedError  # your turn


# %%
check("8.3", copies)

# %% [markdown]
# Four neurons, since there are eight multipliers! So a core does not copy neurons. It has *one*
# circuit, in nine pipeline stages that are each as short as one multiplication or addition, and
# keeps the voltages of a thousand neurons in memory; a neuron enters the pipeline in every cycle.
# On the iCEBreaker, a small board with this FPGA, the core that learns digits takes 5,108 of 5,280
# cells and runs at 21 MHz (`docs/fpga.md`).
#
# ## The bitstream
#
# The last step writes how each switch is set. This file, sent to a board, *is* the neuron:

# %%
print(len(placed.bitstream), "bytes, the first of them:", placed.bitstream[:12].hex(" "))

# %% [markdown]
# For a whole board, `backspike fpga build --board icebreaker` does all of this, in some minutes,
# and `backspike fpga program` sends it. **No board has run one of this project yet;** what stands
# in is an emulation: the same RTL, down to the pins of the serial line, in Verilator, behind a port
# of this computer that looks like a board's. (The first time, g++ has to build it: half a minute.)

# %%
network = Network()
button = network.input("button", 4)
lamp = network.population("lamp", 4, threshold=100)
network.connect("wires", button, lamp, 120, pattern="one-to-one")
presses = {"button": [(0, 0), (1, 2), (3, 3)]}

board = find_board("icebreaker")
with Emulator(board) as emulator:
    engine = FpgaEngine(board, emulator.port)
    on_board = simulate(network, presses, steps=6, engine=engine)
    engine.close()
    cycles = emulator.cycles
golden = simulate(network, presses, steps=6)
steps, lamps = on_board["spikes:lamp"].nonzero()
print("lamps", lamps, "light up in steps", steps, f"after {cycles:,} cycles of the board's clock")
print("equal to the golden model:", (on_board["spikes:lamp"] == golden["spikes:lamp"]).all())

# %% [markdown]
# With a board on your desk, `FpgaEngine(board, "/dev/ttyUSB1")` is all that changes.
#
# ## What you have learned
#
# - Synthesis makes cells, placement and routing give them a place, timing tells the clock.
# - What you write decides: a multiplier that is none is half the cells.
# - The critical path is the limit; a pipeline cuts it into pieces.
# - One circuit and a memory beat a thousand circuits.
#
# **Read on:** `docs/fpga.md`, from an unpacked board to learning digits;
# `docs/tutorial/bitstream.md`; `hdl/dendrite/lif.py`, the nine stages. And then: a project of your
# own; the teacher's page, `docs/lessons/teachers.md`, has a list.
