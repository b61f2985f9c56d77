"""Backpropagation in binary spikes (nBP): the equations, and the circuits that compute them."""
