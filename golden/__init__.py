"""The reference: nBP as equations and circuits, networks, the compiler, a bit-exact core."""
