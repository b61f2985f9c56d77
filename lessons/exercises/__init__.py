"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import hardware, neuron, synapses

__all__ = ["EXERCISES"]

EXERCISES = {
    exercise.name: exercise
    for lesson in (neuron, hardware, synapses)
    for exercise in lesson.EXERCISES
}
