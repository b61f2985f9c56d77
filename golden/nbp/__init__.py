"""Neuromorphic backpropagation (nBP): the equations, and the circuits that compute them."""
