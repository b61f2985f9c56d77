"""Traces, rewards, random bits, and the engine that runs rules from microcode."""
