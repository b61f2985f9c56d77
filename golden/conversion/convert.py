"""Conversion of a float network to a spiking one, whose rates are its activations."""

from dataclasses import dataclass
from typing import Literal, get_args

import nir
import numpy as np

from backspike.golden.conversion.coding import Code, rate_spikes
from backspike.golden.conversion.float_net import FloatNet, float_net
from backspike.golden.conversion.graph import CHARGE, DT, INPUT, spiking_graph
from backspike.golden.conversion.inputs import (
    Channels,
    InputRange,
    arranged,
    range_of,
    with_both_signs,
)
from backspike.golden.conversion.normalise import (
    Normalised,
    check_percentile,
    normalise,
    raised,
)
from backspike.golden.conversion.sources import layers_of
from backspike.golden.errors import UserError, check_bool
from backspike.golden.names import unknown
from backspike.golden.nir.samples import Samples, spike_samples
from backspike.golden.nir.scales import Scaling
from backspike.golden.nir.to_network import NirImport, read_nir

__all__ = ["Conversion", "Read", "convert"]

Read = Literal["spikes", "voltages"]


@dataclass(frozen=True, eq=False)
class Conversion:
    """A float network as a graph of integrate-and-fire neurons, and as a network of a core.

    Attributes
    ----------
    graph : nir.NIRGraph
        In steps of 1e-3 seconds; neurons subtract their threshold.
    imported : NirImport
        The network, as :func:`backspike.read_nir` makes it of the graph.
    net : FloatNet
        The float network, its batch norms folded.
    inputs : InputRange
        Inputs that rates from 0 to 1 stand for.
    populations : tuple of Normalised
        Scale and threshold of each layer that spikes.
    percentile : float
    samples : int
        Calibration samples that were looked at.
    channels : {"first", "last"}
        Of images.
    """

    graph: nir.NIRGraph
    imported: NirImport
    net: FloatNet
    inputs: InputRange
    populations: tuple[Normalised, ...]
    percentile: float
    samples: int
    channels: Channels

    def __repr__(self) -> str:
        names = ", ".join(f"{made.layer} {made.neurons}" for made in self.populations)
        return f"Conversion({names or 'no neurons'}; {self.imported.network!r})"

    def arranged(self, x: object, what: str = "x") -> np.ndarray:
        """Inputs as float64, (n, \\*shape of the float network).

        Raises
        ------
        UserError
            If they are no finite numbers, or of another shape; ``what`` names them.
        """
        array = arranged(what, x, self.channels)
        if array.shape[1:] != self.net.shape:
            raise UserError(
                f"{what} must have the shape of the calibration data, (n, "
                f"{', '.join(map(str, self.net.shape))}), not {array.shape}"
            )
        return array

    def outputs(self, x: object) -> np.ndarray:
        """Outputs of the float network, (n, classes), float64."""
        return self.net.outputs(self.arranged(x))

    def spikes(
        self, x: object, steps: int, *, code: Code = "regular", seed: int = 1, first: int = 0
    ) -> dict[str, np.ndarray]:
        """Spikes of the inputs of the graph by name, bool, (n, steps, \\*shape).

        Parameters
        ----------
        x : array
            Inputs, of the shape that the float network takes.
        steps : int
        code : {"regular", "bernoulli"}
            Evenly spaced, or by chance: see :func:`.rate_spikes`.
        seed : int
            Of ``bernoulli``.
        first : int
            Number of the first sample.

        Raises
        ------
        TypeError, ValueError
            If the inputs have another shape, or a number is out of its range.
        """
        values = self.inputs.values(self.arranged(x))
        made = {INPUT: rate_spikes(values, steps, code, seed, first=first)}
        if CHARGE in self.imported.groups:
            made[CHARGE] = np.zeros((len(values), steps, 1), bool)
            made[CHARGE][:, 0] = True
        return made

    def coded(
        self,
        x: object,
        steps: int,
        labels: object = None,
        *,
        code: Code = "regular",
        seed: int = 1,
        first: int = 0,
        origin: str = "data",
    ) -> Samples:
        """Samples for :func:`backspike.compare_nir` and :func:`backspike.calibrate_nir`."""
        spikes = self.spikes(x, steps, code=code, seed=seed, first=first)
        return spike_samples(self.imported, spikes, labels, origin=origin)


def convert(
    network: object,
    calibration: object,
    *,
    layers: str | None = None,
    channels: Channels = "first",
    percentile: float = 99.9,
    read: Read = "spikes",
    charge: bool = True,
    scaling: Scaling = "power-of-two",
    synapses: int = 1,
) -> Conversion:
    """Convert a float network with rectified units to one that spikes.

    Each unit becomes an integrate-and-fire neuron that subtracts its threshold: its rate is its
    activation, divided by that of ``percentile`` in its layer.

    Parameters
    ----------
    network : sequence of layers, Sequential of torch, MLPClassifier of scikit-learn, or mapping
        Layers are those of :mod:`backspike.golden.conversion.layers`; a mapping is a state dict:
        arrays by names such as ``0.weight``.
    calibration : array
        Inputs that scales are taken from, and that are not tested on: (n, features), or images
        (n, height, width) or (n, channels, height, width).
    layers : str, optional
        Of a state dict, which has no layers without weights: such as
        ``"conv padding=1, relu, avgpool 2, flatten, dense"``. Without it, there is a ReLU after
        each layer but the last, and an image is flattened before a matrix.
    channels : {"first", "last"}
        ``last``: images are (n, height, width, channels), kernels (height, width, in, out) and
        matrices (in, out), as in Keras.
    percentile : float
        Of the activations above 0.
    read : {"spikes", "voltages"}
        Outputs are neurons that spike, too; so that they do, all are raised by the same number if
        the highest of them is below 0 for more than a hundredth of the calibration samples. Or
        they are the sum of what comes in, which the host reads in every step: right after fewer
        steps, and slower. Outputs behind a ReLU are spikes.
    charge : bool
        All neurons begin at half their threshold, by a spike of a second input in step 0: rates are
        rounded, rather than cut off; networks of many layers are right after fewer steps.
    scaling, synapses
        As :func:`backspike.read_nir` has them.

    Returns
    -------
    Conversion

    Raises
    ------
    UserError
        If a layer is unknown or does not fit the one before, a number is not finite, calibration
        data are missing, or do not activate a layer.
    TypeError, ValueError
        If an option is out of its range.
    """
    if read not in get_args(Read):
        raise unknown("read", read, get_args(Read))
    check_percentile(percentile)
    check_bool("charge", charge)
    x = arranged("calibration", calibration, channels)
    net = float_net(layers_of(network, layers), x.shape[1:], channels_last=channels == "last")
    last = len(net.stages) - 1
    spiking = [s.rectified or (k == last and read == "spikes") for k, s in enumerate(net.stages)]
    inputs = range_of(x)
    spiked = net if net.stages[-1].rectified or not spiking[last] else raised(net, x)
    populations, samples = normalise(spiked, x, inputs.high, percentile, spiking)
    stages = with_both_signs(spiked) if inputs.signed else spiked.stages
    graph = spiking_graph(inputs.high, stages, populations, charge=charge)
    imported = read_nir(graph, dt=DT, reset="subtract", scaling=scaling, synapses=synapses)
    return Conversion(graph, imported, net, inputs, populations, percentile, samples, channels)
