"""The synthesizable neurocore, in Amaranth: parameters, word layouts, host map and RTL."""
