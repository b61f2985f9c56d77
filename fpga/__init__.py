"""What depends on a vendor: synthesis of the core, and its cost in cells."""
