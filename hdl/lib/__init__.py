"""Arithmetic, memories and stream buffers that any room may use."""
