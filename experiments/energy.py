"""Energy of a sample on Loihi, estimated from what the core counted."""

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ENERGY_MODEL", "EnergyPart", "energy_parts"]

_PICO = 1e-12
# Davies et al., "Loihi: a neuromorphic manycore processor with on-chip learning", IEEE Micro 38
# (2018), table 2, at 0.75 V
_SYNAPTIC_OP = 23.6
_LEARNING_UPDATE = 120.0
_NEURON_ACTIVE = 81.0
_NEURON_INACTIVE = 52.0
_SPIKE = 1.7

ENERGY_MODEL = (
    "An estimate, not a measurement: operations that the core counted, times the energies of "
    "Loihi in Davies et al. 2018 (IEEE Micro 38), table 2, at 0.75 V: "
    f"{_SYNAPTIC_OP} pJ per synapse delivered, {_LEARNING_UPDATE:.0f} pJ per synapse that a "
    f"learning rule was evaluated on, {_NEURON_ACTIVE:.0f} pJ per neuron update with a spike and "
    f"{_NEURON_INACTIVE:.0f} pJ without, {_SPIKE} pJ per spike sent within a tile. "
    "No static power, no host, no communication between chips."
)


class EnergyPart(NamedTuple):
    """One kind of operation."""

    what: str
    operations: float
    """Per sample."""
    picojoule: float
    """Per operation."""

    @property
    def joule(self) -> float:
        """Per sample."""
        return self.operations * self.picojoule * _PICO


def energy_parts(counters: Mapping[str, float], samples: int) -> list[EnergyPart]:
    """Energy by kind of operation, from `host_map.COUNTERS` of ``samples`` samples."""
    per = {name: value / samples for name, value in counters.items()}
    return [
        EnergyPart("synapses delivered", per["synaptic_ops"], _SYNAPTIC_OP),
        EnergyPart("synapses visited to learn", per["synapses_visited"], _LEARNING_UPDATE),
        EnergyPart("neuron updates with a spike", per["spikes"], _NEURON_ACTIVE),
        EnergyPart(
            "neuron updates without", per["neuron_updates"] - per["spikes"], _NEURON_INACTIVE
        ),
        EnergyPart("spikes sent", per["spikes"] + per["input_spikes"], _SPIKE),
    ]
