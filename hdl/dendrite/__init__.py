"""Compartments: sums, states, spikes, and which rows have spikes."""
