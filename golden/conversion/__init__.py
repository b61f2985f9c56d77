"""Networks of rectified units, trained in floating point, as spiking networks: rates for values."""
