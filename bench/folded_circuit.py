"""Speed of the folded circuit at 400-400-10.

``python -m backspike.bench.folded_circuit [DATA_DIR]``
"""

from pathlib import Path

from backspike.bench.alone import alone
from backspike.bench.circuit_speed import measure

__all__ = ["run"]

TARGETS: dict[str, float] = {"cycles_per_sample": 8_000, "rtl_samples_per_second": 200}


def run(data_dir: Path | None = None) -> dict:
    """See :func:`backspike.bench.circuit_speed.measure`."""
    return measure("folded", TARGETS, data_dir)


if __name__ == "__main__":
    alone(run, __doc__)()
