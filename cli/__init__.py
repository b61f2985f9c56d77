"""The ``backspike`` command: options, messages and tables."""
