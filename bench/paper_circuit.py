"""Speed of the paper's circuit at 400-400-10.

``python -m backspike.bench.paper_circuit [DATA_DIR]``
"""

from pathlib import Path

from backspike.bench.alone import alone
from backspike.bench.circuit_speed import measure

__all__ = ["run"]

TARGETS: dict[str, float] = {
    "cycles_per_second": 1_500_000,
    "cycles_per_sample": 60_000,
    "golden_to_rtl": 3,
}


def run(data_dir: Path | None = None) -> dict:
    """See :func:`backspike.bench.circuit_speed.measure`."""
    return measure("paper", TARGETS, data_dir)


if __name__ == "__main__":
    alone(run, __doc__)()
