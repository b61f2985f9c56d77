"""From a network and its rules to a program: memory images and registers."""
