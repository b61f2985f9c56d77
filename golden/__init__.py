"""What must happen: the nBP equations, networks, the compiler, a bit-exact model of the core."""
