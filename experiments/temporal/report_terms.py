"""Explanations of the terms in the report of a run that learns over time."""

__all__ = ["TERMS"]

TERMS = {
    "test_membrane": "Share of the test samples in which, after the last step, the output with the "
    "highest voltage is that of the class. No setting was chosen on them.",
    "val_membrane": "The same of samples that were set aside from the training samples: settings "
    "are chosen on these.",
    "train_membrane": "The same of the training samples, each before what it taught, over the last "
    "epoch.",
    "chance": "Accuracy of always saying the most frequent class.",
    "mismatches": "Weights that differ between the core and the golden equations, of all, after "
    "any epoch. It must be 0.",
    "cycles_per_sample": "Clock cycles of the core for a training sample, learning included.",
    "samples_per_second": "Training samples a second on this computer.",
    "confusion": "Each row is a class, each column the class that its samples were taken for: what "
    "is not on the diagonal is wrong.",
    "sample": "From left to right, steps of data. On top, spikes of the inputs, then of hidden "
    "neurons; below, errors that raise (+) or lower (-) neurons, of the outputs (d) and of hidden "
    "neurons (e), where the sample asks for them.",
    "errors": "Steps of a sample in which outputs are compared with the class: every one, or the "
    "last alone.",
    "eligibility": "What an error meets at a synapse: the trace of its source's spikes, or a tag, "
    "in which the products of traces and boxes are summed while the sample runs.",
    "box": "Errors reach hidden neurons whose voltage comes so near to their threshold: the "
    "surrogate of a spike's derivative.",
}
