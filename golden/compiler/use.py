"""A network with all that is known of it before its core is, and its needs of one."""

from dataclasses import dataclass

import numpy as np

from backspike.golden.compiler.placement import Layout
from backspike.golden.compiler.tables import SynapseTables
from backspike.golden.network.network import Network
from backspike.golden.rules.microcode import CompiledRule, channels_for, needs_of
from backspike.hdl.layouts import ListKind, Target

__all__ = ["Use"]


@dataclass(frozen=True)
class Use:
    """A network with all that is known of it before its core is.

    Attributes
    ----------
    compartments : int
        Of the core: those in use, or more.
    rules : list of CompiledRule
        The different ones.
    """

    network: Network
    layout: Layout
    compartments: int
    rules: list[CompiledRule]
    tables: SynapseTables

    def most(self, name: str) -> int:
        """Largest need of a rule, by name in ``CoreParams``."""
        return max((needs_of(rule)[name] for rule in self.rules), default=0)

    @property
    def has_engine(self) -> bool:
        """True if the network needs the learning engine, or what comes with it."""
        return bool(self.rules or self.network.rewards) or self.has_epochs or self.has_tags

    @property
    def is_lava(self) -> bool:
        """True if it learns in Lava's arithmetic."""
        return self.network.lava and bool(self.rules)

    @property
    def more_factors(self) -> bool:
        """True if it needs the factors and fractions of ``more_factors``."""
        rewarded = any(reward.trace == "r0" for reward in self.network.rewards)
        traces = self.network.trace_constants
        fractional = any(rule.rule.uses(name) for rule in self.rules for name in traces.fractional)
        return fractional or rewarded or bool(self.most("more_factors"))

    @property
    def has_epochs(self) -> bool:
        """True if it learns in epochs longer than a step, or neurons wait for gates."""
        gated = any(population.gate for population in self.network.populations.values())
        return gated or bool(self.rules and self.network.epoch > 1)

    @property
    def has_tags(self) -> bool:
        """True if synapses have tags."""
        return any(c.tags is not None for c in self.network.connections.values())

    @property
    def has_columns(self) -> bool:
        """True if synapses are read by their targets, or subtracted, or learn more than once."""
        network = self.network
        subtracted = any(share.negate for share in network.shares)
        # Only such a core keeps a word that is being learned from being read again.
        learned = any(c.rule is not None for c in network.convolutions.values())
        return bool(network.transposes or network.teachers) or subtracted or learned

    @property
    def has_delays(self) -> bool:
        """True if dense synapses have delays of their own."""
        own = {c.name for c in self.network.connections.values() if c.delays is not None}
        return bool(self.most("delays") or own & self.layout.dense)

    @property
    def learns_delays(self) -> bool:
        """True if rules change delays."""
        return any(Target.DELAY in rule.rule.targets for rule in self.rules)

    @property
    def longest_delay(self) -> int:
        """In steps."""
        network = self.network
        delays = [
            int(np.max(c.delay if c.delays is None else c.delays))
            for c in network.connections.values()
        ]
        delays += [transpose.delay for transpose in network.transposes.values()]
        delays += [convolution.delay for convolution in network.convolutions.values()]
        return max(delays, default=0)

    @property
    def widest_column(self) -> int:
        """Most words from one source's list to the next one's that spikes which go back pass."""
        columns = self.tables.lists["kind"] == ListKind.COLUMN.value
        return int(self.tables.lists["post"][columns].max(initial=0))

    @property
    def channels(self) -> int:
        """Number of reward channels."""
        rewarded = [channels_for(reward.reinforcement) for reward in self.network.rewards]
        return max(1, self.most("reinforcements"), *rewarded)

    @property
    def weight_bits(self) -> int:
        """Fewest bits that hold every dense weight, and what learning makes of it."""
        learned = [
            c.lsb
            for c in self.network.joins().values()
            if c.rule is not None and c.name in self.layout.dense | self.layout.shared
        ]
        used = np.bitwise_or.reduce(self.tables.dense, axis=None, dtype=np.int64) | (1 << 8)
        low = int(used & -used).bit_length() - 1
        return 9 - min([low, *learned])
