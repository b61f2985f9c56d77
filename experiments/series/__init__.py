"""Data in time: loaded, checked, and made into spikes."""
