"""Waveforms of the RTL, with the network that runs on it by name."""
