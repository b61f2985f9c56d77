"""Engines that run a program, the ``backspike`` command line, and what reports on a run."""
