"""Engines that run a program, the ``backspike`` command line, and everything that reports on a run."""
