"""Reasons for what the RTL has and random programs do not run, or never see rise and fall."""

import re

from backspike.hdl.host_map import COUNTERS

__all__ = ["HOLES", "IDLE_BITS", "reason_of_bit"]

_ELSEWHERE = "one size of core: the same choice runs in others, where its bits have other places"
_REFUSALS = "echoes, refusals and spikes of whole rows: tests/system/tb_core.py, in cocotb"

#: Sources of the RTL with lines that do not run in Verilator: the reason, or who runs them.
HOLES: dict[str, str] = {
    "hdl/delivery/axon_scanner.py": "rows to learn beyond the last one: "
    "tests/hdl/delivery/test_axon_scanner.py",
    "hdl/delivery/lane_arranger.py": _ELSEWHERE,
    "hdl/delivery/list_planner.py": _ELSEWHERE,
    "hdl/delivery/list_walker.py": _ELSEWHERE,
    "hdl/delivery/synapse_writer.py": _ELSEWHERE,
    "hdl/host/command_executor.py": _REFUSALS,
    "hdl/host/packet_reader.py": _REFUSALS,
    "hdl/host/responder.py": _REFUSALS,
    "hdl/learning/lane_factor.py": _ELSEWHERE,
    "hdl/learning/learning_lane.py": _ELSEWHERE,
    "hdl/learning/rule_setup.py": _ELSEWHERE,
    "hdl/lib/stream_buffer.py": "answers that a host is slow to take: "
    "tests/hdl/lib/test_stream_buffer.py",
    "hdl/lib/memory.py": "hosts that write dynamic memories: tests/hdl/lib/test_memory.py, "
    "tests/hdl/host/test_host.py",
}

_COUNTED = "|".join([*COUNTERS, "step", "epochs_done"])
#: Bits that stay as they are: a name for why, the reason, and the names of such signals.
IDLE_BITS: dict[str, tuple[str, str]] = {
    "bus": (
        "the host's bus is as wide as the longest word and as deep as the largest memory, and a "
        "memory uses what it has; what the core never writes, it never offers",
        r"(?:^|_)(?:r_data|w_data|address|answer|shown)\b|_answer\b|w_data__\d|write__data"
        r"|r_data__\d|reader__data|\bwrite$",
    ),
    "rows": (
        "numbers of rows have 16 bits, for the largest core; those that are simulated have up to "
        "32 rows",
        r"(?:^|_|\.)(?:rows?|first|x_first|y_first|x_rows|y_rows|learn_first|learn_rows|input_rows"
        r"|post_first|post_rows|behind_post|end_post|mute_rows|rows_left|looked_row|following|last"
        r"|current|move|read|write|add|note|updates)\b",
    ),
    "counts": (
        "counters have room for days, and add as much as the widest core can count in a cycle",
        rf"(?:^|_)(?:counts__|rises__)|_rise\b|(?:^|__)(?:{_COUNTED})\b",
    ),
    "refusals": (
        "lengths of packets and codes of errors have more bits than there are; refusals are "
        "tested in cocotb: tests/system/tb_core.py",
        r"^(?:request__(?:head|response)|header|error)\b",
    ),
    "times": (
        "an epoch of 63 steps is in tests/golden/core/test_trace_kernels.py; random ones are short",
        r"\.time\b|^(?:x_)?traces__data|^[xy]__data|^words__|^kept|recalled__|(?:^|__)epoch(?:_step)?\b",
    ),
    "microcode": (
        "fields of microcode have room that no compiled rule needs: random words of it are in "
        "tests/hdl/learning/test_lane_factor.py and tests/hdl/learning/test_engine.py",
        r"\.shift\b|lane_ops\b|coefficients\b|(?:^|\.)op\b|\bcontrol\.(?:round|total|scale)|\.moment\b"
        r"|\.fraction\b|(?:^|_)(?:run|setup)__source|\.rule\b",
    ),
    "columns": (
        "the stride of a column has room for the largest core, as has what is read of one word "
        "of a narrow one",
        r"\.stride\b|\.more\b|\.source\b|^carry\b|\.carry\b|^(?:[io]__payload|o_offered|entry\d)\b",
    ),
}
_PATTERNS = {why: re.compile(pattern) for why, (_, pattern) in IDLE_BITS.items()}
#: How Verilator writes characters that are not of a name in C.
_ENCODED = re.compile(r"__0([0-9a-f]{2})", re.IGNORECASE)


def reason_of_bit(name: str) -> str:
    """Name of the reason for a bit that never changes; empty without one.

    Parameters
    ----------
    name : str
        Component, signal, bit and direction, as :class:`~.rtl_coverage.Coverage` has them.
    """
    signal = _ENCODED.sub(lambda match: chr(int(match[1], 16)), name.partition(": ")[2])
    signal = signal.partition(":")[0]
    return next((why for why, pattern in _PATTERNS.items() if pattern.search(signal)), "")
