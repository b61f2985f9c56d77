"""The folded circuit of nBP: the same equations as the paper's circuit, each weight stored once.

One sample is one learning epoch of ``2 * layers`` steps. ``h_k`` (activity), ``c_k`` (box
derivative) and the error's two signs ``e_k+``, ``e_k-`` are thresholds on two sums each::

    step 0          the host's input spikes
    step k          h_k = s_k > theta/2, c_k = 0 < s_k <= theta      s_k = W_k h_(k-1)
    step n - 1      the host's target spikes (with n = 1, beside the input's)
    step n          o = s_n > theta/2, d+ = t & 0 < s_n <= theta/2, d- = ~t & theta/2 < s_n <= theta
    step n + j      e_(n-j)+ = e > 0, e_(n-j)- = -e > 0, both where c_(n-j) fired
                                                      e_k = W_(k+1)^T (e_(k+1)+ - e_(k+1)-)
    end of epoch    dw = +2 where e+ fired, -2 where e- fired, for sources that fired

The error goes back through the very synapses that the activity came by, read by column. Beside
that, for comparison, it can go back through random matrices ``B``, layer by layer (feedback
alignment) or from the output to all layers in step n + 1, where the sample then ends (direct
feedback alignment): variants ``random`` and ``direct`` of :mod:`backspike.golden.nbp.variants`.

With a margin or a window (`backspike.golden.nbp.learning`) d+ and d- have other thresholds, with a
dead zone e+ and e-. Where one of them would be negative, the target spike adds as much to the sums
of all outputs, and all thresholds on them are higher by that: a sum of 0, as outside of step n,
never fires. With a rate the rule learns less than a step, and rounds at random.
"""

from collections.abc import Sequence

import numpy as np

from backspike.golden.nbp.arguments import Shapes, check_feedback, layer_sizes
from backspike.golden.nbp.layer_shapes import LayerShape, all_dense
from backspike.golden.nbp.learning import PAPER, LearningOptions
from backspike.golden.nbp.metaplasticity import Metaplasticity
from backspike.golden.nbp.units import HALF_THETA, NEVER, THETA
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Population
from backspike.golden.rules.microcode import Rounding

__all__ = [
    "FOLDED_RULE",
    "RATE_RULE",
    "folded_circuit",
    "folded_inference",
    "folded_steps",
    "output_errors",
]

FOLDED_RULE = "dw = 2*x0*y0"
"""Evaluated for the compartments of either sign of the error, and subtracted for the negative."""

RATE_RULE = "dw = {}*2^-7*x0*y0"
"""Rule of a rate, which stands for the braces; rounded at random."""


def folded_steps(layers: Sequence[int], *, direct: bool = False) -> int:
    """Time steps of a training sample; ``direct`` is for direct feedback."""
    last = len(layers) - 1
    return min(last + 2, 2 * last) if direct else 2 * last


def folded_circuit(
    weights: Sequence[np.ndarray],
    *,
    rule: str = FOLDED_RULE,
    feedback: Sequence[np.ndarray] | None = None,
    direct: bool = False,
    any_sum: bool = False,
    learning: LearningOptions = PAPER,
    seed: int = 0,
    rivals: bool = False,
    shapes: Shapes | None = None,
    metaplasticity: Metaplasticity | None = None,
) -> Network:
    """The circuit that learns, for any number of hidden layers.

    Parameters
    ----------
    weights : sequence of numpy.ndarray
        W1, W2, ..., int16, even, shape (n_pre, n_post).
    rule : str
        What every weight learns by; y is the error of the compartment. A rate has its own.
    feedback : sequence of numpy.ndarray, optional
        Matrices as of ``equations.feedback_matrices`` that errors go back through instead.
    direct : bool
        Whether ``feedback`` takes the output's error to every layer.
    any_sum : bool
        Whether the output learns from every wrong spike, whatever its sum; for one layer of
        weights.
    learning : LearningOptions
        What to do beyond the paper, in epoch 0; see ``folded_host.rate_words`` for
        others.
    seed : int
        Of the random numbers, as in ``learning.random_states``.
    rivals : bool
        Whether the host names the outputs that may have a negative error, with spikes of an input
        ``in_r`` beside the target's; without it, all but the target may.
    shapes : sequence of LayerShape, optional
        Of the layers of weights; without them, all are matrices. Errors go back through all of
        them. A convolution's filters must be a multiple of the lanes.
    metaplasticity : Metaplasticity, optional
        With it, synapses have tags and become firm with use; for matrices, without a rate and a
        rule.

    Returns
    -------
    Network
        Inputs ``in_x`` and ``in_t``; populations ``h1``, ..., ``o``; plastic connections ``W1``,
        ``W2``, .... See the module for the rest.

    Raises
    ------
    TypeError, ValueError
        If the weights do not fit each other, cannot be stored, or are not one layer of them with
        ``any_sum``.
    """
    layers = layer_sizes(weights, shapes)
    if any_sum and len(weights) > 1:  # its errors fire again in the steps that go back
        raise ValueError(
            "layers must be the sizes of one input and one output layer for the delta rule, "
            f"not {list(layers)} (--hidden none)"
        )
    if feedback is not None:
        check_feedback(layers, feedback, direct=direct)
        if not all_dense(shapes):
            raise ValueError("shapes must be matrices with others that errors go back through")
    last = len(weights)
    network = Network(epoch=folded_steps(layers, direct=direct), seed=seed)
    if learning.rate is not None and rule != FOLDED_RULE:
        raise ValueError(f"rule must be left out for learning with a rate, not {rule!r}")
    if metaplasticity is not None:
        if learning.rate is not None or rule != FOLDED_RULE or shapes is not None:
            raise ValueError("rate, rule and shapes must be left out with metaplasticity")
        rule = metaplasticity.rule(2)
    is_exact = learning.rate is None and metaplasticity is None
    rounding: Rounding = "floor" if is_exact else "stochastic"
    source: Input | Population = network.input("in_x", layers[0])
    target = network.input("in_t", layers[-1])
    rival = network.input("in_r", layers[-1]) if rivals else None
    errors: dict[int, tuple[Population, Population]] = {}
    for k, w in enumerate(weights, 1):
        size = layers[k]
        lift = learning.lift if k == last else 0
        name = "o" if k == last else f"h{k}"
        activity = network.population(name, size, threshold=HALF_THETA + lift)
        if learning.rate is not None:
            rule = RATE_RULE.format(learning.rate_in(0, k - 1))
        shape = shapes[k - 1] if shapes else LayerShape.dense(layers[k - 1], size)
        join_layers(network, f"W{k}", source, activity, w, shape, rule=rule, rounding=rounding)
        if k == last:
            if lift:
                network.connect("lift", target, activity, lift, pattern="all-to-all")
            up, down = output_errors(
                network, activity, target, any_sum=any_sum, learning=learning, rival=rival
            )
        else:
            box = network.population(f"c{k}", size, threshold=0, window=THETA, sums_of=activity)
            zone = learning.dead_zone
            up = network.population(f"e{k}+", size, threshold=zone, gate=box)
            down = network.population(
                f"e{k}-", size, threshold=zone, gate=box, sums_of=up, negate=True
            )
        errors[k] = (up, down)
        source = activity
    for k, (up, down) in errors.items():
        network.teach(f"W{k}", up)
        if metaplasticity is None:
            network.teach(f"W{k}", down, negate=True)
        else:  # down with the weight, but up with its use
            network.teach(f"W{k}", down, rule=metaplasticity.rule(-2), rounding=rounding)
        if k > 1:
            below = errors[k - 1][0]
            if feedback is None:
                network.transpose(f"W{k}^T", f"W{k}", up, below)
                network.transpose(f"-W{k}^T", f"W{k}", down, below, negate=True)
            else:
                up, down = errors[last if direct else k]
                back = feedback[k - 1].T
                network.connect(f"B{k}", up, below, back, pattern="all-to-all", exponent=0)
                network.share(f"B{k}", down, below, negate=True)
    return network


def join_layers(
    network: Network,
    name: str,
    source: Input | Population,
    target: Population,
    weights: np.ndarray,
    shape: LayerShape,
    rule: str | None = None,
    rounding: Rounding = "floor",
) -> None:
    """Add a layer of weights, which is a matrix or a convolution."""
    if shape.is_dense:
        network.connect(
            name,
            source,
            target,
            weights,
            pattern="all-to-all",
            exponent=0,
            rule=rule,
            rounding=rounding,
        )
    else:
        kernels = weights.reshape(shape.kernels)
        network.convolve(
            name,
            source,
            target,
            kernels,
            image=shape.image,
            stride=shape.stride,
            pad=shape.pad,
            exponent=0,
            rule=rule,
            rounding=rounding,
        )


def output_errors(
    network: Network,
    output: Population,
    target: Input,
    *,
    any_sum: bool = False,
    learning: LearningOptions = PAPER,
    rival: Input | None = None,
) -> tuple[Population, Population]:
    """``d+`` and ``d-`` of an output layer and its target; see :func:`folded_circuit`.

    With ``any_sum``, they are ``t & ~o`` and ``o & ~t`` whatever the sum. Sums of the output hold
    ``learning.lift`` more than its threshold of ``theta / 2`` is for.
    """
    size, half = output.size, HALF_THETA
    if any_sum:  # s <= theta/2, as theta - s > theta/2 - 1
        up = network.population(
            "d+",
            size,
            threshold=half - 1,
            bias=THETA,
            sums_of=output,
            negate=True,
            gate=target,
        )
    else:
        up = network.population(
            "d+",
            size,
            threshold=learning.weak[0] + learning.lift,
            window=learning.window,
            sums_of=output,
            gate=target,
        )
    down = network.population(
        "d-",
        size,
        threshold=learning.strong[0] + learning.lift,
        window=0 if any_sum else learning.window,
        sums_of=output,
        gate=rival or target,
        gated_by="spike" if rival else "silence",
    )
    return up, down


def folded_inference(weights: Sequence[np.ndarray], shapes: Shapes | None = None) -> Network:
    """The forward pass alone, ``len(weights) + 1`` steps a sample.

    ``o_v`` sums what ``o`` receives and never fires: its voltage after the last step is 64 times
    the output's sum. Input ``in_x``; errors as of :func:`folded_circuit`.
    """
    layers = layer_sizes(weights, shapes)
    network = Network()
    source: Input | Population = network.input("in_x", layers[0])
    for k, w in enumerate(weights, 1):
        name = "o" if k == len(weights) else f"h{k}"
        activity = network.population(name, layers[k], threshold=HALF_THETA)
        shape = shapes[k - 1] if shapes else LayerShape.dense(layers[k - 1], layers[k])
        join_layers(network, f"W{k}", source, activity, w, shape)
        source = activity
    network.population("o_v", layers[-1], threshold=NEVER, sums_of=activity)
    return network
