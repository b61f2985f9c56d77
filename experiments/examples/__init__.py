"""Small networks that learn, each with a picture: see ``backspike example``."""

from backspike.experiments.examples import (
    classifiers,
    delays,
    hybrid,
    pair_stdp,
    reward_stdp,
    triplet_stdp,
)
from backspike.experiments.examples.example import Example, Outcome

__all__ = ["EXAMPLES", "Example", "Outcome"]

#: By name, in the order in which they are listed.
EXAMPLES: dict[str, Example] = {
    example.name: example
    for example in (
        pair_stdp.EXAMPLE,
        triplet_stdp.EXAMPLE,
        reward_stdp.EXAMPLE,
        delays.EXAMPLE,
        *classifiers.EXAMPLES,
        hybrid.EXAMPLE,
    )
}
