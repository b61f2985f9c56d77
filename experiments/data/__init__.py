"""Data sets, and what turns them into spikes."""
