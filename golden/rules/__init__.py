"""Learning rules: their text, and the microcode that it becomes."""
