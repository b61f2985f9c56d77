"""Proofs: contracts of the RTL hold in every state that it can reach; netlists are the RTL."""
