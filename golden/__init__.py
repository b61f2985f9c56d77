"""The reference: backpropagation (nBP), networks, the compiler, a bit-exact core."""
