"""Words for the populations of the circuits: the role of each, and what its spikes say."""

import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["FOLDED", "GATES", "PAPER", "ROLES", "Described", "Words", "describe"]

#: Roles of populations, each with its hue.
ROLES = {
    "input": "ink",
    "activity": "blue",
    "recalled": "green",
    "error": "red",
    "derivative": "purple",
    "gate": "soft",
}

#: Gates of the paper's circuit, of one neuron each.
GATES = re.compile(r"g(\d\d)")


class Described(NamedTuple):
    """A population in words."""

    role: str
    """One of :data:`ROLES`."""
    text: str


#: Role and text by a pattern of names; braces are filled with what its groups match.
Words = Mapping[str, tuple[str, str]]

#: Of all circuits.
_COMMON = {
    r"in_x": ("input", "the sample's inputs, as spikes that the host sends"),
    r"in_t": ("input", "the sample's class, as a spike that the host sends: the target"),
    r"in_r": ("input", "outputs that the error may push down, sent by the host"),
    r"in_start": ("input", "starts the chain of gates, once in a run"),
    r"o": ("activity", "outputs: fire where the sum is above theta/2"),
    r"d\+": ("error", "an output that should have fired, and did not: the error that raises it"),
    r"d-": ("error", "an output that fired, and should not have: the error that lowers it"),
}

PAPER: Words = _COMMON | {
    r"x": ("activity", "input layer: the sample, once more in both steps in which W1 learns"),
    r"m_x6": ("recalled", "keeps the input until W1 learns"),
    r"h1": (
        "activity",
        "hidden layer: its activity forward; later recalled where W2 learns, and the error where "
        "W1 learns",
    ),
    r"h1_copy": ("derivative", "hidden neurons whose sum is above 0: h_lo of the equations"),
    r"h1_copy2": ("derivative", "hidden neurons whose sum is above theta: h_hi of the equations"),
    r"h1T": (
        "error",
        "hidden layer of the way back: the recalled activity where W2 learns, then the error "
        "that comes back through W2",
    ),
    r"m_h1": ("recalled", "keeps the hidden activity until W2 learns"),
    r"c_h1": (
        "derivative",
        "box derivative: 1 where the sum is between 0 and theta; only there the error passes",
    ),
    r"o": (
        "activity",
        "outputs: fire where the sum is above theta/2; later the error, where W2 learns",
    ),
    r"o_copy": ("derivative", "outputs whose sum is above 0"),
    r"o_copy2": ("derivative", "outputs whose sum is above theta"),
    r"oT-": ("error", "outputs of the way back: the error with its sign turned"),
    r"t": ("activity", "target: the sample's class"),
    r"g\d\d|gates": ("gate", "a closed chain: each opens the populations of the next step"),
}

FOLDED: Words = _COMMON | {
    r"h(\d+)": ("activity", "hidden layer {}: fires where the sum is above theta/2"),
    r"c(\d+)": (
        "derivative",
        "box derivative of layer {}: 1 where the sum is between 0 and "
        "theta; only there the error passes",
    ),
    r"e(\d+)\+": ("error", "error of layer {} that raises weights: came back, and is positive"),
    r"e(\d+)-": ("error", "error of layer {} that lowers weights: came back, and is negative"),
}


def describe(words: Words, name: str) -> Described:
    """A population or an input by name; unknown ones have a role, but no text."""
    for pattern, (role, text) in words.items():
        if found := re.fullmatch(pattern, name):
            return Described(role, text.format(*found.groups()))
    return Described("activity", "")
