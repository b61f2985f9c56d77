"""From data to results: runs that learn on an engine, sweeps, continual learning, reports."""
