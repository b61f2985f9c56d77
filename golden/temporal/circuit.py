"""A circuit that learns over time, by online surrogate gradients, on a core.

A step of data is a learning epoch of ``2 * layers + 1`` time steps, with so many layers of weights:
what fires in each belongs to the same moment of the data. With ``n`` layers of weights, hidden
neurons ``h1`` to ``h(n - 1)`` and outputs ``o``, which sum up and never fire::

    step 0          x, the host's input spikes
    step k          h_k, leaky; c_k in any step in which the voltage of h_k is in the box
    step n - 1      the host's t (the class) and n (all others), where an error is asked for
    step n          o: hi where o > goal + margin, lo where o > goal - margin
    step n + 1      d+ = t & ~hi,  d- = n & lo
    step n + 1 + j  e_(n-j)+ = e > zone, e_(n-j)- = -e > zone, both where c_(n-j) fired
                    e_k = W_(k+1)^T (e_(k+1)+ - e_(k+1)-)
    end             dw = +-rate * x1 for the synapses of neurons with e+ or e-, rounded at random

``x1`` is the trace of a synapse's source; outputs may learn by another one, ``x2``. Recurrent
synapses and adaptation reach their neurons in the same step of the next epoch; their traces count
without the spike of this one. With tags (``eligibility="tag"``), c marks synapses by
``dt = x1 * 2**-3 - t * 2**-tag_leak``, and e, without a gate, learns from the marks: errors at the
end of a sample then reach all its steps. After the last step of data, ``f`` fires, by the host's
``in_end``, and the marks are gone.

Sources: G. Bellec et al., "A solution to the learning dilemma for recurrent networks of spiking
neurons" (e-prop), Nature Communications 11:3625, 2020; M. Xiao et al., "Online training through
time for spiking neural networks", NeurIPS 2022.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backspike.golden.nbp.units import NEVER
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Population
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import temporal_rules, temporal_steps

__all__ = ["TemporalWeights", "temporal_circuit"]


class TemporalWeights(NamedTuple):
    """Weights of a network, int16, even, shape (sources, targets) each."""

    forward: list[np.ndarray]
    """W1, W2, ..., of the inputs first."""
    recurrent: list[np.ndarray]
    """R1, ... of each hidden layer, or none."""

    @property
    def layers(self) -> tuple[int, ...]:
        """Sizes, the input's first."""
        return (self.forward[0].shape[0], *(w.shape[1] for w in self.forward))

    def named(self) -> dict[str, np.ndarray]:
        """Matrices by the names of their connections."""
        named = {f"W{k}": w for k, w in enumerate(self.forward, 1)}
        return named | {f"R{k}": w for k, w in enumerate(self.recurrent, 1)}

    def copy(self) -> "TemporalWeights":
        """Weights of their own."""
        return TemporalWeights([w.copy() for w in self.forward], [r.copy() for r in self.recurrent])


def temporal_circuit(
    weights: TemporalWeights, options: TemporalOptions, *, seed: int = 0
) -> Network:
    """The circuit.

    Parameters
    ----------
    weights : TemporalWeights
        With one to three layers of weights beside each other's sizes; checked by
        :func:`~.weights.check_weights`.
    options : TemporalOptions
    seed : int
        Of random rounding.

    Returns
    -------
    Network
        Inputs ``in_x``, ``in_t``, ``in_n`` and, with tags, ``in_end``; populations ``h1``, ...,
        ``o`` and those of the module; plastic connections ``W1``, ..., ``R1``, ....
    """
    return _Circuit(weights, options, seed).network


class _Circuit:
    """Builder of the circuit."""

    def __init__(self, weights: TemporalWeights, options: TemporalOptions, seed: int) -> None:
        self.weights, self.options, self.layers = weights, options, weights.layers
        self.n = len(weights.forward)
        self.steps = temporal_steps(self.n)
        self.rules = temporal_rules(options, self.n)
        self.network = network = Network(epoch=self.steps, seed=seed)
        network.traces(x1=(options.impulse, options.tau_trace * self.steps))
        if options.tau_trace_out:
            network.traces(x2=(options.impulse_out, options.tau_trace_out * self.steps))
        source: Input | Population = network.input("in_x", self.layers[0])
        self.targets = network.input("in_t", self.layers[-1])
        self.others = network.input("in_n", self.layers[-1])
        errors = []
        for k in range(1, self.n):
            source = self._hidden(k, source)
            errors.append(self._errors(k, source))
        self._output(source)
        errors.append(self._output_errors())
        self._send_back(errors)

    def _hidden(self, k: int, source: Input | Population) -> Population:
        """A layer of hidden neurons."""
        options, network = self.options, self.network
        layer = network.population(
            f"h{k}",
            self.layers[k],
            threshold=options.threshold,
            tau_u=options.tau_current * self.steps,
            tau_v=options.tau * self.steps,
        )
        rule = self.rules.inward if k == 1 else self.rules.forward
        exponent = options.in_exponent if k == 1 else 0
        matrix = self.weights.forward[k - 1]
        self._plastic(f"W{k}", source, layer, matrix, rule, exponent=exponent)
        if options.recurrent:
            matrix, rule = self.weights.recurrent[k - 1], self.rules.recurrent[k - 1]
            self._plastic(f"R{k}", layer, layer, matrix, rule, delay=self.steps - 1)
        if options.adaptation:
            network.connect(
                f"A{k}",
                layer,
                layer,
                -options.adaptation,
                pattern="one-to-one",
                delay=self.steps - 1,
            )
        return layer

    def _plastic(
        self,
        name: str,
        source: Input | Population,
        target: Population,
        matrix: np.ndarray,
        rule: str,
        *,
        delay: int = 0,
        exponent: int = 0,
    ) -> None:
        self.network.connect(
            name,
            source,
            target,
            np.ldexp(matrix.astype(np.float64), exponent),
            pattern="all-to-all",
            exponent=exponent,
            delay=delay,
            rule=rule,
            rounding="stochastic",
        )

    def _errors(self, k: int, layer: Population) -> tuple[Population, Population]:
        """The box of a hidden layer, and errors of both signs."""
        options, network, size = self.options, self.network, self.layers[k]
        box = network.population(
            f"c{k}",
            size,
            threshold=options.threshold - options.box,
            window=2 * options.box,
            watches=layer,
        )
        zone, tagged = options.dead_zone, options.eligibility == "tag"
        gate = None if tagged else box  # tags have the boxes of all steps in them
        up = network.population(f"e{k}+", size, threshold=zone, gate=gate)
        down = network.population(
            f"e{k}-", size, threshold=zone, gate=gate, sums_of=up, negate=True
        )
        forget = self._forget(k) if tagged else None
        for name in (f"W{k}", f"R{k}")[: 1 + options.recurrent]:
            if forget is None:
                network.teach(name, up)
                network.teach(name, down, negate=True)
                continue
            rule = self.rules.in_from_tags if name == "W1" else self.rules.from_tags
            network.teach(name, box)
            network.teach(name, up, rule=rule, rounding="stochastic")
            network.teach(name, down, negate=True, rule=rule, rounding="stochastic")
            network.teach(name, forget, rule=self.rules.forget)
        return up, down

    def _forget(self, k: int) -> Population:
        """Neurons that fire after the last step of data."""
        network = self.network
        end = network.inputs.get("in_end") or network.input("in_end", 1)
        forget = network.population(f"f{k}", self.layers[k], threshold=1)
        network.connect(f"end{k}", end, forget, 2, pattern="one-to-all", exponent=0)
        return forget

    def _output(self, source: Input | Population) -> None:
        """Outputs, which sum up and never fire."""
        output = self.network.population(
            "o", self.layers[-1], threshold=NEVER, tau_v=self.options.tau_out * self.steps
        )
        self._plastic(f"W{self.n}", source, output, self.weights.forward[-1], self.rules.out)

    def _output_errors(self) -> tuple[Population, Population]:
        """Errors of both signs of the outputs."""
        network, options, size = self.network, self.options, self.layers[-1]
        output = network.populations["o"]
        made = []
        for name, watcher, level, asked in (
            ("d+", "hi", options.goal + options.margin, self.targets),
            ("d-", "lo", options.goal - options.margin, self.others),
        ):
            # Thresholds are not negative: what is above one below 0 is silent where that is asked.
            below = level < 0
            seen = network.population(
                watcher, size, threshold=abs(level), watches=output, negate=below, gate=asked
            )
            by_spike = below == (name == "d+")
            error = network.population(
                name, size, threshold=1, gate=seen, gated_by="spike" if by_spike else "silence"
            )
            network.connect(
                f"ask {name}", asked, error, 2, pattern="one-to-one", exponent=0, delay=1
            )
            made.append(error)
        up, down = made
        network.teach(f"W{self.n}", up)
        network.teach(f"W{self.n}", down, negate=True)
        return up, down

    def _send_back(self, errors: Sequence[tuple[Population, Population]]) -> None:
        """Ways of errors through the synapses that spikes came by."""
        for k in range(2, self.n + 1):
            (up, down), (below, _) = errors[k - 1], errors[k - 2]
            self.network.transpose(f"W{k}^T", f"W{k}", up, below)
            self.network.transpose(f"-W{k}^T", f"W{k}", down, below, negate=True)
