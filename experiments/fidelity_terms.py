"""Explanations of the terms of a fidelity report, each a sentence or two."""

__all__ = ["FIDELITY_TERMS"]

#: By the name that the page has for them.
FIDELITY_TERMS = {
    "same_spikes": "Of all spikes that either side has, the share that both have, of the same "
    "neuron in the same step.",
    "different": "Neurons and steps with a spike on one side alone, over all samples; "
    "most have none on either.",
    "accuracy": "Share of samples in which the output neuron with the most spikes is the label. "
    "Of neurons that never fire, it is the one with the highest sum of voltages.",
    "agreement": "Share of samples in which both sides predict the same, right or wrong.",
    "engine": "The golden core and the RTL on the same samples: spikes that one of them has and "
    "the other has not. It must be 0.",
    "rate_error": "Difference of the spikes a step of a neuron on both sides, as a mean over the "
    "neurons, and the largest.",
    "first": "The earliest step in which a spike is on one side alone; the element is its place in "
    "the shape of the node, step and neuron of the core are those to look at in a waveform.",
    "voltage_error": "Largest difference of voltages, in the unit of the graph, in the first "
    "samples, as long as nothing has spiked differently and the core's are within their limits.",
    "limited": "Neurons and steps, in the first samples, whose voltage is at a limit of the core: "
    "the graph has none. A smaller scale leaves more room.",
    "read_error": "Of neurons that never fire and are read: root of the mean square error of their "
    "voltages, over all samples, relative to those of the float graph.",
    "raster": "Each dash is a spike. Grey: both sides have it. Blue and higher: the float graph "
    "alone. Red and higher: the core alone. Neurons that differ most are shown first.",
    "rates": "Each dot is a neuron, or several at one place: on the line, both sides fire alike.",
    "verdict": "Faithful: all constants are what they were, and so is what the node does. "
    "Approximate: one of them, or something else, is not; the notes say what.",
    "error": "Root of the mean square error of the constants, relative to their exact values.",
    "calibration": "Population after population, these choices were run beside the float graph on "
    "the calibration data, with those before it as they were chosen. The first row of each is the "
    "choice by the errors of its constants alone.",
    "cost": "Share of the spikes of both sides that only one of them has, on the calibration data; "
    "of neurons that never fire, the relative error of their voltages.",
}
