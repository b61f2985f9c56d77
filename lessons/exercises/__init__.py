"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import hardware, neuron, plasticity, synapses

__all__ = ["EXERCISES"]

EXERCISES = {
    exercise.name: exercise
    for lesson in (neuron, hardware, synapses, plasticity)
    for exercise in lesson.EXERCISES
}
