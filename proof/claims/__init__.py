"""Claims about the components of each room of the RTL."""
