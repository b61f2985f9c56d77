"""Verification: random programs and rules, scoreboard, coverage."""
