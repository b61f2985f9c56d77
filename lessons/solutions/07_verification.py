# %% exercise 7.1
stimuli = [200, None, 10, 150, -90, 0, 0, 0, 254, 20]

# %% exercise 7.2
test = """
import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

from backspike.lessons import golden_run

SUMS = [200, 10, 150, -90, 0, 0, 254, 20, -256, 254]


@cocotb.test()
async def every_step_is_golden(dut):
    dut.rst.value = 1
    dut.en.value = 0
    dut.total.value = 0
    Clock(dut.clk, 10, unit="ns").start(start_high=False)
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    dut.en.value = 1
    for total, (v, spike) in zip(SUMS, golden_run(SUMS, 1000, 200)):
        dut.total.value = total % 4096
        await FallingEdge(dut.clk)
        assert dut.v.value.to_signed() == v
        assert int(dut.spike.value) == spike
"""


# %% exercise 7.3
def claims(bench, neuron):
    bench.claim("a spike leaves a voltage of 0", (neuron.v == 0) | ~neuron.spike)
    bench.claim(
        "without en, the voltage stays",
        neuron.v == bench.past(neuron.v),
        where=bench.begun & ~bench.past(neuron.en),
    )
