"""The host's side: packets, registers, counters, and the serial link."""
