"""Boards, bitstreams, netlists, the host's end of the serial link, and an emulated board."""
