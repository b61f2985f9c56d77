"""NIR: graphs of other frameworks, read, folded, quantised, and run in floating point."""
