"""Explanations of the terms of a report, each a sentence or two for who has read nothing else."""

__all__ = ["TERMS"]

#: By the name that metrics, counters, settings and templates have for them.
TERMS = {
    "test_membrane": "A test sample counts as right if the output neuron with the highest voltage "
    "is that of its class: what the network knows, and what others call accuracy.",
    "test_spikes": "A test sample counts as right if the first output neuron that fires is that "
    "of its class; if none fires, it is wrong.",
    "test_exact": "A test sample counts as right if the output neuron of its class fires and no "
    "other does. Learning goes by this: as long as it is not so, there is an error.",
    "train_exact": "The same on training samples, each just before the network learns it: the "
    "mean over an epoch, in which the network gets better, and so behind the test split at first.",
    "mismatches": "Beside the circuit, the equations learn the same samples in plain integers. "
    "After every epoch all weights are compared; 0 means that the circuit learns by exact "
    "backpropagation.",
    "cycles_per_sample": "Clock cycles that the core takes for a training sample, all phases "
    "together, as it has counted them.",
    "samples_per_second": "Training samples a second on the machine that ran this, without the "
    "comparison with the equations.",
    "chance": "What one gets right by always naming the most frequent class of the test split.",
    "epoch": "All training samples once, in an order that is shuffled anew.",
    "confusion": "A row is the class of a sample, a column the class that the membrane read-out "
    "takes it for. On the diagonal it is right. The fuller a cell, the larger its share of the "
    "row.",
    "weights": "Each square is one hidden neuron, each of its cells the weight from one input; or "
    "one kernel of a convolution, which all positions of the image share. Where several inputs "
    "code one pixel, their weights are added.",
    "raster": "Each dash is a spike of one neuron; in large groups, of several that lie side by "
    "side, the fainter the fewer of them. Time goes to the right, a column for each time "
    "step of the sample; groups stand one below the other, with the number of their neurons.",
    "phases": "The core computes a time step in phases: neurons update and fire (dendrite), their "
    "spikes go through synapses (deliver), traces decay, and at the end of an epoch of steps "
    "weights learn.",
    "energy": "Operations that the core has counted, times the energy of each as it was measured "
    "on Loihi: an estimate of what it would take there.",
    "theta": "Threshold of the equations, 1024 in units of weights. A neuron fires where its sum "
    "is above theta/2.",
    "steps": "Time steps of the network; all neurons are updated once in each.",
    "neuron_updates": "Neurons times steps, without those in rows that are not in use.",
    "spikes": "Spikes of neurons of the core.",
    "input_spikes": "Spikes that the host sends.",
    "lists": "A synapse list holds the synapses of one source; so many were walked.",
    "synaptic_words": "A word holds the weights to one row of neurons, which are added at once.",
    "synaptic_ops": "Weights that were added to the sum of a neuron.",
    "saturations": "Sums that were too large or too small for the accumulator, and were limited.",
    "lists_learned": "Lists that were walked once more, to learn.",
    "words_learned": "A word is learned in all lanes at once.",
    "synapses_visited": "Synapses for which the learning rule was computed, changed or not.",
    "synapses_changed": "Those whose weight was another afterwards.",
    "margin": "An output learns until its sum is so far beyond theta/2, on its side. 0 as in the "
    "paper: until it fires or is silent as it should.",
    "window": "So far from the threshold an output still learns; 512 in the paper.",
    "dead_zone": "Hidden neurons ignore errors up to this.",
    "rate": "Of 256: how often a step is taken, at random. Always, in the paper.",
    "halving": "Epochs after which the rate is half of what it was; 0 is never.",
    "kernels": "Convolutions, one after the other: filters, rows and columns of each, and by how "
    "many pixels (/) they move from one position to the next.",
    "shifts": "Training images are moved by up to so many pixels, anew in every epoch.",
    "seed": "Random numbers begin here: the same seed gives the same run, bit for bit.",
    "encoder": "The way from the numbers of a sample to spikes of the input.",
    "rule": "What a weight does where its source (x0) and its target (y0) fire in the same epoch.",
    "lanes": "Neurons that the core computes at once.",
}
