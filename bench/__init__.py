"""Benchmarks: every speed as a ratio to something that runs beside it."""
