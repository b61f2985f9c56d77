"""A slow, plain simulator of networks, straight from their description."""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from backspike.hdl.layouts import SignMode

X_TRACES, Y_TRACES = ("x1", "x2"), ("y1", "y2", "y3")


@dataclass
class Synapse:
    """Neurons are numbered within their groups."""

    source: int
    target: int
    weight: int
    exponent: int
    delay: int
    tag: int = 0


@dataclass
class Way:
    """A spike of a neuron adds the weight of a synapse, or its negative, to a sum."""

    source: tuple[str, int]
    synapse: Synapse
    target: tuple[str, int]
    delay: int | None = None  # that of the synapse, if None
    sign: int = 1


class PlainSimulator:
    """Steps a Network neuron by neuron and synapse by synapse; no compiler, no rows, no lists.

    Sums and products must stay inside their widths. ``rounds`` is what random bits do: "down" as
    all zeros, "up" as all ones. ``max_delay`` is the longest that the core can learn; with
    ``history`` it remembers the last spikes of an epoch alone.
    """

    def __init__(self, network, *, rounds="down", max_delay=62, history=True):
        self.network, self.up, self.max_delay = network, rounds == "up", max_delay
        self.history = history
        self.groups = {**network.populations, **network.inputs}
        self.state = {
            name: [dict.fromkeys(("u", "v", "held", "due"), 0) for _ in range(group.size)]
            for name, group in network.populations.items()
        }
        self.biases = each_neurons(network, "bias")
        self.thresholds = each_neurons(network, "threshold")
        self.synapses = {name: synapses_of(c) for name, c in network.connections.items()}
        self.ways = {}
        for way in self._ways():
            self.ways.setdefault(way.source, []).append(way)
        self.pending = {}  # (step, population) -> sums
        self.traces = {
            name: [dict.fromkeys(X_TRACES + Y_TRACES, 0) for _ in range(group.size)]
            for name, group in self.groups.items()
        }
        channels = range(4)
        self.reward = dict.fromkeys(product(("r0", "r1"), channels), 0)
        self.next_reward = dict(self.reward)
        self.step = self.epochs = 0
        self.epoch = []  # spikes of its steps, by group

    def matrix(self, name, what="weight"):
        """Stored weights, tags or delays of an all-to-all connection."""
        values = [getattr(synapse, what) for synapse in self.synapses[name]]
        return np.reshape(values, self.network.connections[name].weights.shape)

    def run(self, n_steps, inputs):
        """Spikes by group, bool (n_steps, size); ``inputs`` has those of the inputs."""
        record = {n: np.zeros((n_steps, g.size), bool) for n, g in self.groups.items()}
        for name, spikes in inputs.items():
            record[name][:] = spikes
        for row in range(n_steps):
            self._decay_rewards()
            populations = self.network.populations.items()
            for name, population in sorted(populations, key=lambda p: p[1].watches is not None):
                for neuron in range(population.size):
                    record[name][row, neuron] = self._fires(population, neuron)
            now = {name: spikes[row] for name, spikes in record.items()}
            self._deliver(now)
            self.epoch.append(now)
            if len(self.epoch) == self.network.epoch:
                self._end_epoch()
            self.step += 1
        return record

    def _ways(self):
        network = self.network
        for name, c in network.connections.items():
            source, target = c.source.owner.name, c.target.owner.name
            for s in self.synapses[name]:
                yield Way((source, s.source), s, (target, s.target))
        for t in network.transposes.values():
            c = network.connections[t.connection]
            for s in self.synapses[t.connection]:
                source = t.source.owner.name, t.source.first + s.target
                target = t.target.owner.name, t.target.first + s.source - c.source.first
                yield Way(source, s, target, t.delay, -1 if t.negate else 1)
        for share in network.shares:
            c = network.connections[share.connection]
            for s in self.synapses[share.connection]:
                source = share.source.owner.name, share.source.first + s.source - c.source.first
                target = share.target.owner.name, share.target.first + s.target
                yield Way(source, s, target, sign=-1 if share.negate else 1)
        for c in network.convolutions.values():
            for source, target, weight in convolved(c):
                s = Synapse(source, target, weight, c.exponent, c.delay)
                yield Way((c.source.owner.name, source), s, (c.target.owner.name, target))

    def _decay_rewards(self):
        for (trace, channel), value in self.reward.items():
            taus = getattr(self.network.trace_constants, trace)
            taus = taus if isinstance(taus, tuple) else (taus,) * 4
            kept = int(factor_of(taus[channel] if channel < len(taus) else 0) * value)
            self.reward[trace, channel] = within(kept + self.next_reward[trace, channel], 8)
            self.next_reward[trace, channel] = 0

    def _fires(self, p, neuron):
        s = self.state[p.name][neuron]
        if p.watches is not None:
            membrane = self.state[p.watches.name][neuron]["membrane"]
            return self._crosses(p, neuron, -membrane if p.negate else membrane)
        owner = p.sums_of or p
        q = self.pending.get((self.step, owner.name), {}).get(neuron, 0)
        bias, threshold = self.biases[p.name][neuron], self.thresholds[p.name][neuron]
        s["u"] = within(leaked(s["u"], p.decay_u) + 64 * within(-q if p.negate else q, 18), 24)
        v = s["v"]
        if not s["held"]:
            v = leaked(v, p.decay_v) + s["u"] + int(64 * bias)
        v = min(max(v - s["due"], 1 - 2**p.vmin), 2 ** (9 + 2 * p.vmax) - 1)
        s["membrane"] = v
        spike = not s["held"] and self._crosses(p, neuron, v)
        s["due"] = 64 * threshold if spike and p.reset == "delayed" else 0
        rest = {"zero": 0, "subtract": v - 64 * threshold, "delayed": v}[p.reset]
        s["v"] = rest if spike else v
        s["held"] = max(0, (p.refractory if spike else s["held"]) - 1)
        return spike

    def _crosses(self, p, neuron, v):
        threshold = self.thresholds[p.name][neuron]
        if v <= 64 * threshold or (p.window and v > 64 * (threshold + p.window)):
            return False
        if p.gate is None:
            return True
        fired = any(spikes[p.gate.name][neuron] for spikes in self.epoch)
        return fired == (p.gated_by == "spike")

    def _deliver(self, now):
        for name, spikes in now.items():
            for neuron in np.flatnonzero(spikes).tolist():
                for way in self.ways.get((name, neuron), ()):
                    s = way.synapse
                    delay = s.delay if way.delay is None else way.delay
                    group, place = way.target
                    sums = self.pending.setdefault((self.step + 1 + delay, group), {})
                    amount = way.sign * s.weight * 2 ** (s.exponent + 8) // 256
                    sums[place] = sums.get(place, 0) + amount
        for reward in self.network.rewards:
            part = reward.source
            spikes = now[part.owner.name][part.first : part.first + part.size]
            key = reward.trace, reward.reinforcement
            self.next_reward[key] += int(spikes.sum()) * reward.value

    def _end_epoch(self):
        """Move the traces through the steps of an epoch, then learn."""
        self.epochs += 1
        fired, history = {}, {}
        for name, group in self.groups.items():
            raster = [now[name].tolist() for now in self.epoch]
            fired[name] = [[k for k, row in enumerate(raster) if row[n]] for n in range(group.size)]
            history[name] = [self._trace_history(name, n, f) for n, f in enumerate(fired[name])]
        for name, c in self.network.connections.items():
            if c.rule is None:
                continue
            taught = [t for t in self.network.teachers if t.connection == name]
            lessons = [
                (t.rule is not None, -1 if t.negate else 1, t.by.name, t.rule) for t in taught
            ]
            lessons.sort(key=lambda lesson: lesson[:2])
            own = [(False, 1, c.target.owner.name, None)]
            source = c.source.owner.name
            for _, sign, post, rule in lessons or own:
                rule, first = rule or c.rule, 0 if lessons else c.target.first
                products = [(part, part.scale, moment_of(part)) for part in rule.rule.products]
                moments = {moment for _, _, moment in products}
                always = not moments <= {"x0", "y0"}
                channel = rule.reinforcement
                common = {f"u{k}": int(self.epochs % 2**k == 0) for k in range(10)}
                common |= {trace: self.reward[trace, channel] for trace in ("r0", "r1")}
                learns = [
                    [always or (moment in moments and bool(steps)) for steps in fired[group]]
                    for group, moment in ((source, "x0"), (post, "y0"))
                ]
                for s in self.synapses[name]:
                    other = s.target - c.target.first + first
                    if learns[0][s.source] or learns[1][other]:
                        spikes = fired[source][s.source], fired[post][other]
                        traces = history[source][s.source], history[post][other]
                        self._learn(c, rule, s, products, common, spikes, traces, sign)
        self.epoch = []

    def _trace_history(self, name, neuron, fired):
        """Each trace after every step; spikes before the last of an epoch count from its begin,
        unless traces move in every step."""
        steps = {}
        early, late = (fired[:-1], fired[-1:]) if self.history else ([], fired)
        for trace in X_TRACES + Y_TRACES:
            impulse, tau = getattr(self.network.trace_constants, trace)
            now = self.traces[name][neuron][trace]
            if not (now or (impulse and fired)):
                steps[trace] = [0] * len(self.epoch)
                continue
            impulse, factor = self._rounded(impulse), factor_of(tau)
            now = min(127, now + impulse * len(early))
            values = []
            for step in range(len(self.epoch)):
                now = self._rounded(factor * now) + (impulse if step in late else 0)
                now = min(127, now)
                values.append(now)
            self.traces[name][neuron][trace] = now
            steps[trace] = values
        return steps

    def _rounded(self, value):
        """A trace or impulse, as the random bits would have it."""
        return math.ceil(value) if self.up else math.floor(value)

    def _learn(self, c, rule, s, products, common, spikes, traces, sign):
        """Change a synapse by what its rule says of both sides: steps of spikes, and traces."""
        before = common | {"w": s.weight, "t": s.tag, "d": s.delay}
        before |= {"x0": int(bool(spikes[0])), "y0": int(bool(spikes[1]))}
        moments = {"x0": spikes[0], "y0": spikes[1]}
        change = dict.fromkeys("WTD", 0)
        for part, scale, moment in products:
            fired = moments.get(moment, [len(self.epoch) - 1])
            if not fired:
                continue
            factors = []
            for t in part.terms:
                if t.variable in X_TRACES:
                    value = traces[0][t.variable][fired[-1]]
                elif t.variable in Y_TRACES:
                    value = traces[1][t.variable][fired[-1]]
                else:
                    value = before[t.variable]
                factors.append((value + t.offset, t.sgn))
            if not all(factor for factor, _ in factors):
                continue
            value = scale
            for factor, sgn in factors:
                value *= np.sign(factor).item() if sgn else factor
                assert abs(value) < 1024, "products must stay inside their widths"
            change[part.target.name[0]] += sign * value
        up = self.up and rule.stochastic
        unit = 2**c.lsb
        low, high = {
            SignMode.MIXED: (-256, 256 - unit),
            SignMode.EXCITATORY: (0, 256 - unit),
            SignMode.INHIBITORY: (unit - 256, 0),
        }[c.sign]
        s.weight = rounded_to(s.weight + change["W"], unit, low, high, up)
        s.tag = rounded_to(s.tag + change["T"], 1, -256, 255, up)
        s.delay = rounded_to(s.delay + change["D"], 1, 0, max(self.max_delay, s.delay), up)


def moment_of(part):
    """The variable that says when a product is taken: x0, y0, or one of u."""
    return next(
        t.variable for t in part.terms if t.variable[0] == "u" or t.variable in {"x0", "y0"}
    )


def each_neurons(network, field):
    """Numbers of a field, neuron by neuron, by population."""
    populations = network.populations.items()
    return {n: np.broadcast_to(getattr(p, field), p.size).tolist() for n, p in populations}


def rounded_to(value, unit, low, high, up):
    steps = -(-value // unit) if up else value // unit
    return min(max(steps * unit, low), high)


def within(value, bits):
    assert -(1 << bits - 1) <= value < 1 << bits - 1, "numbers must stay inside their widths"
    return value


def leaked(state, decay):
    """What is left of a state after a step, rounded towards zero."""
    left = state * (4096 - decay)
    return left // 4096 if left >= 0 else -(-left // 4096)


def factor_of(tau):
    return math.exp(-1 / tau) if tau else 0


def synapses_of(c):
    """Synapses of a connection, in the order of its weights."""
    n, m = c.source.size, c.target.size
    pairs = {
        "one-to-one": [(k, k) for k in range(n)],
        "one-to-all": [(0, k) for k in range(m)],
        "all-to-all": list(product(range(n), range(m))),
        "explicit": c.pairs.tolist(),
    }[c.pattern]

    def each(values):
        return np.broadcast_to(values, c.weights.shape).reshape(-1).tolist()

    columns = zip(
        pairs,
        each(c.weights),
        each(c.exponents),
        each(c.delay if c.delays is None else c.delays),
        each(0 if c.tags is None else c.tags),
        strict=True,
    )
    return [
        Synapse(c.source.first + source, c.target.first + target, *numbers)
        for (source, target), *numbers in columns
    ]


def convolved(c):
    """Source, target and weight of every synapse of a convolution."""
    rows, columns, _, outs = c.weights.shape
    height, width, channels = c.image
    high = (height + 2 * c.pad - rows) // c.stride + 1
    wide = (width + 2 * c.pad - columns) // c.stride + 1
    for y, x, i, j in product(range(high), range(wide), range(rows), range(columns)):
        at_y, at_x = y * c.stride + i - c.pad, x * c.stride + j - c.pad
        if 0 <= at_y < height and 0 <= at_x < width:
            for channel, out in product(range(channels), range(outs)):
                source = (at_y * width + at_x) * channels + channel
                yield source, (y * wide + x) * outs + out, int(c.weights[i, j, channel, out])


@pytest.fixture
def plain_simulator():
    """The class of a plain simulator: ``plain_simulator(network).run(n_steps, inputs)``."""
    return PlainSimulator
