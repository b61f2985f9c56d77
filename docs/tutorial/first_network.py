"""A network of one's own that learns by STDP, on the golden model and in the RTL."""

from backspike import Network, Probe, poisson, simulate

network = Network(seed=1)
network.traces(x1=(40, 8.0), y1=(40, 8.0))  # a spike adds 40; 8 steps later a third is left
pixels = network.input("pixels", 8)
cells = network.population("cells", 2, threshold=300, decay_v=400, refractory=3)
stdp = "dw = 2^-6*x1*y0 - 2^-7*x0*y1"  # stronger if it came before the cell's spike, else weaker
network.connect(
    "synapses", pixels, cells, 60, pattern="all-to-all", rule=stdp, rounding="stochastic"
)

spikes = {"pixels": poisson([0.2] * 4 + [0.02] * 4, seed=7)}  # four busy ones, four quiet ones
probes = [Probe("v:cells", neurons=[0]), Probe("w:synapses", every=10)]
golden = simulate(network, spikes, steps=1000, probes=probes)
rtl = simulate(network, spikes, steps=1000, probes=probes, engine="verilator")

print(golden)
print("weights of the first cell:", golden["w:synapses"][-1, :, 0])
print("golden and RTL equal:", golden == rtl)
golden.plot().savefig("first_network.png")
