"""Prototypes: a classifier that learns one class without touching what it knows of others."""
