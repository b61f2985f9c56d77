"""Networks: populations, connections, weights, and how neurons behave."""
