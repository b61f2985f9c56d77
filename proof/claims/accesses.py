"""Assumptions of proofs about the host's accesses to memories."""

from typing import Any

from amaranth import Cat, Signal

from backspike.proof.bench import Bench

__all__ = ["assume_two_cycles"]


def assume_two_cycles(bench: Bench, host: Any) -> None:
    """Assume that each access of ``host``, a port of a memory in halves, stays for two cycles."""
    second = Signal(name="second")
    bench.m.d.sync += second.eq(host.en & ~second)
    access = Cat(host.en, host.write, host.address, host.w_data)
    bench.assume(~second | (access == bench.past(access, "access")))
