"""The bit-exact model of the core: state, and the kernels of each phase."""
