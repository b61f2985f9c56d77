"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import (
    backprop,
    board,
    hardware,
    neuron,
    plasticity,
    rewards,
    synapses,
    verification,
)

__all__ = ["EXERCISES"]

_LESSONS = (neuron, hardware, synapses, plasticity, rewards, backprop, verification, board)
EXERCISES = {exercise.name: exercise for lesson in _LESSONS for exercise in lesson.EXERCISES}
