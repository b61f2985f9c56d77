"""From axons that spiked to the synapse words of their lists."""
