"""Learning over time: online surrogate gradients, as equations, as a circuit, and in floats."""
