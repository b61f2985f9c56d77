"""Scenes to begin with."""

from backspike.lab.presets import reward, single_neuron, stdp_window

__all__ = ["SCENES"]

#: Scenes by their names.
SCENES = {scene.name: scene for scene in (single_neuron.SCENE, stdp_window.SCENE, reward.SCENE)}
