"""A slow, plain simulator of networks, straight from their description."""

from fractions import Fraction

import numpy as np
import pytest

from backspike.hdl.layouts import SignMode

DECAYS = {0: 0, float("inf"): 1}


class PlainSimulator:
    """Steps a Network synapse by synapse; no compiler, no rows, no lists.

    Random rounding is left out: time constants must be 0 or infinity, and rules round down.
    Widths are left out: sums must stay inside them.
    """

    def __init__(self, network):
        self.network = network
        self.groups = {**network.populations, **network.inputs}
        self.state = {
            name: {key: np.zeros(group.size, np.int64) for key in ("u", "v", "held", "y1")}
            for name, group in network.populations.items()
        }
        self.x1 = {name: np.zeros(group.size, np.int64) for name, group in self.groups.items()}
        self.synapses = {}
        for name, c in network.connections.items():
            sources, targets = c.synapses()
            self.synapses[name] = {
                "source": c.source.first + sources,
                "target": c.target.first + targets,
                "weight": c.weights.astype(np.int64).reshape(-1).copy(),
                "exponent": np.broadcast_to(c.exponents.reshape(-1), sources.shape).astype(int),
            }
        self.pending = {}  # (step, population) -> sums
        self.reward = self.next_reward = 0
        self.step = 0

    def matrix(self, name):
        """Stored weights of an all-to-all connection."""
        return self.synapses[name]["weight"].reshape(self.network.connections[name].weights.shape)

    def run(self, n_steps, inputs):
        """Spikes by group, bool (n_steps, size); ``inputs`` has those of the inputs."""
        record = {n: np.zeros((n_steps, g.size), bool) for n, g in self.groups.items()}
        for name, spikes in inputs.items():
            record[name][:] = spikes
        for row in range(n_steps):
            kept = self.reward * DECAYS[self.network.trace_constants.r1]
            self.reward = kept + self.next_reward
            self.next_reward = 0
            for name, population in self.network.populations.items():
                record[name][row] = self._fire(name, population)
            now = {name: spikes[row] for name, spikes in record.items()}
            self._deliver(now)
            self._learn(now)
            self.step += 1
        return record

    def _fire(self, name, p):
        s = self.state[name]
        q = self.pending.pop((self.step, name), np.zeros(p.size, np.int64))
        s["u"] = np.sign(s["u"]) * (abs(s["u"]) * (4096 - p.decay_u) // 4096) + 64 * q
        mantissa, exponent = p.biases
        v = np.sign(s["v"]) * (abs(s["v"]) * (4096 - p.decay_v) // 4096)
        v = np.clip(v + s["u"] + (mantissa << exponent), 1 - 2**p.vmin, 2 ** (9 + 2 * p.vmax) - 1)
        v[s["held"] > 0] = 0
        spikes = v > 64 * p.threshold
        v[spikes] = 0
        s["held"] = np.maximum(np.where(spikes, p.refractory, s["held"]) - 1, 0)
        s["v"] = v
        return spikes

    def _deliver(self, now):
        for name, c in self.network.connections.items():
            syn = self.synapses[name]
            active = now[c.source.owner.name][syn["source"]]
            target = c.target.owner.name
            key = (self.step + 1 + c.delay, target)
            sums = self.pending.setdefault(key, np.zeros(self.groups[target].size, np.int64))
            w, e = syn["weight"][active], syn["exponent"][active]
            np.add.at(sums, syn["target"][active], np.floor(w * 2.0**e).astype(np.int64))
        for reward in self.network.rewards:
            part = reward.source
            count = now[part.owner.name][part.first : part.first + part.size].sum()
            self.next_reward += int(count) * reward.value

    def _learn(self, now):
        traces = self.network.trace_constants
        for name in self.groups:
            kept = self.x1[name] * DECAYS[traces.x1[1]]
            self.x1[name] = np.minimum(kept + traces.x1[0] * now[name], 127)
        for name, s in self.state.items():
            kept = s["y1"] * DECAYS[traces.y1[1]]
            s["y1"] = np.minimum(kept + traces.y1[0] * now[name], 127)
        for name, c in self.network.connections.items():
            if c.rule is None:
                continue
            syn = self.synapses[name]
            pre, post = c.source.owner.name, c.target.owner.name
            values = {
                "x0": now[pre][syn["source"]].astype(np.int64),
                "x1": self.x1[pre][syn["source"]],
                "y0": now[post][syn["target"]].astype(np.int64),
                "y1": self.state[post]["y1"][syn["target"]],
                "r1": self.reward,
                "w": syn["weight"],
                "u0": 1,
            }
            exact = syn["weight"] * 128
            for product in c.rule.rule.products:
                scale = product.scale * 128
                assert Fraction(int(scale)) == scale
                term = int(scale)
                for factor in product.terms:
                    term = term * (values[factor.variable] + factor.offset)
                exact = exact + term
            unit = 2**c.lsb
            low, high = {
                SignMode.MIXED: (-256, 256 - unit),
                SignMode.EXCITATORY: (0, 256 - unit),
                SignMode.INHIBITORY: (unit - 256, 0),
            }[c.sign]
            syn["weight"] = np.clip(exact // (128 * unit) * unit, low, high)


@pytest.fixture
def plain_simulator():
    """The class of a plain simulator: ``plain_simulator(network).run(n_steps, inputs)``."""
    return PlainSimulator
