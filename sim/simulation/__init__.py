"""Simulations of networks: inputs by name, probes by name, results as arrays, on any engine."""
