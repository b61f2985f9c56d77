"""Views of a program's memory."""

import io

from rich.console import Console

from backspike.cli.memory_view import say_costs, show_memory
from backspike.experiments.circuits import CIRCUITS
from backspike.golden.nbp.initial_weights import init_weights


def test_a_line_tells_what_a_network_takes():
    program = CIRCUITS["folded"].learn(init_weights((20, 12, 5), 1), 4).program
    console = Console(file=io.StringIO(), width=160)
    say_costs(console, program)
    words, lists, bits = (
        sum(getattr(c, n) for c in program.costs) for n in ("words", "lists", "bits")
    )
    assert console.file.getvalue() == (
        f"on a core of 4 lanes: {program.params.compartments} compartments; synapses in {lists} "
        f"lists and {words} words, {bits:,} bits\n"
    )


def test_bits_of_all_connections_are_added_up():
    program = CIRCUITS["folded"].learn(init_weights((20, 12, 5), 1), 4).program
    console = Console(file=io.StringIO(), width=160)
    show_memory(console, program)
    out = console.file.getvalue()
    for cost in program.costs:
        assert cost.name in out
        assert f"{cost.bits:,}" in out
    assert f"{sum(cost.bits for cost in program.costs):,}" in out
    assert f"4 lanes, weights of {program.params.weight_bits} bits" in out
