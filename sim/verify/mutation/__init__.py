"""Mutation: how many small faults, put into the sources one at a time, the tests find."""
