"""What must happen: the nBP equations, networks, the compiler, and a bit-exact model of the core."""
