"""The laboratory: small networks to watch and to change, on the golden core and the RTL."""
