"""Scenes to begin with."""

from backspike.lab.presets import (
    backwards,
    digits,
    paper_circuit,
    reward,
    single_neuron,
    stdp_window,
    temporal,
)

__all__ = ["SCENES"]

_MODULES = (single_neuron, stdp_window, reward, backwards, paper_circuit, digits, temporal)
#: Scenes by their names.
SCENES = {module.SCENE.name: module.SCENE for module in _MODULES}
